from __future__ import annotations

import multiprocessing
import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from jobs.schedule import DUE, Schedule, Ticker, note_due
from kernel.timetable import IfMissed, Timetable, parse
from records.database import Database
from records.events import events_of
from records.tables import events
from tests.conftest import OFFICE, HandClock

SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=OFFICE)


def weekly(if_missed: IfMissed = IfMissed.LATEST) -> Schedule:
    """Mondays at eight."""
    timetable = parse({"every": "week", "on": "mon", "at": "08:00"})
    assert isinstance(timetable, Timetable)
    return Schedule("report:weekly", timetable, if_missed)


def every_day(_: date) -> bool:
    return True


def tick(database: Database, schedule: Schedule, at: datetime) -> int:
    with database.writing() as conn:
        return note_due(conn, [schedule], at, every_day)


def told(database: Database) -> list[tuple[str, bool]]:
    with database.reading() as conn:
        happened = events_of(conn, "report:weekly")
    return [(event.details["due_at"][:13], event.details["late"]) for event in happened]


def test_the_first_start_ever_does_not_fire_for_the_past(database: Database, now: HandClock) -> None:
    for _ in range(3):
        assert tick(database, weekly(IfMissed.ALL), now.forward(hours=1)) == 0


def test_an_hour_fires_once_however_often_the_clock_ticks(database: Database, now: HandClock) -> None:
    tick(database, weekly(), now())
    now.set(datetime(2026, 11, 23, 7, 59, 50))  # noqa: DTZ001 -- the hand clock's own zone
    fired = [tick(database, weekly(), now.forward(seconds=20)) for _ in range(10)]
    assert fired == [1, *[0] * 9]
    assert told(database) == [("2026-11-23T00", False)]


@pytest.mark.parametrize(
    ("if_missed", "expected"),
    [
        (IfMissed.LATEST, [("2026-12-07T00", True)]),
        (IfMissed.ALL, [("2026-11-23T00", True), ("2026-11-30T00", True), ("2026-12-07T00", True)]),
        (IfMissed.SKIP, []),
    ],
)
def test_who_was_down_over_the_hour_catches_up_once_at_the_start(
    database: Database, now: HandClock, if_missed: IfMissed, expected: list[tuple[str, bool]]
) -> None:
    tick(database, weekly(if_missed), now())
    now.forward(days=17)
    assert tick(database, weekly(if_missed), now()) == len(expected)
    for _ in range(5):
        assert tick(database, weekly(if_missed), now.forward(minutes=5)) == 0
    assert told(database) == expected


def daily(at: str) -> Schedule:
    timetable = parse({"every": "day", "at": at})
    assert isinstance(timetable, Timetable)
    return Schedule("report:weekly", timetable)


def test_an_hour_that_is_moved_into_the_past_does_not_come_today(database: Database, now: HandClock) -> None:
    tick(database, daily("16:00"), now())
    assert tick(database, daily("09:00"), now.forward(minutes=1)) == 0
    assert tick(database, daily("09:00"), now.forward(hours=1)) == 0
    assert tick(database, daily("09:00"), now.forward(days=1)) == 1


def test_an_hour_that_is_written_down_in_its_own_minute_comes(database: Database, now: HandClock) -> None:
    tick(database, daily("16:00"), now())
    assert tick(database, daily("10:00"), now.forward(seconds=20)) == 1
    assert tick(database, daily("10:00"), now.forward(seconds=20)) == 0


def test_two_machines_that_do_not_agree_on_the_timetable_lose_no_hour(database: Database, now: HandClock) -> None:
    now.set(datetime(2026, 11, 22, 15, 59, 50))  # noqa: DTZ001 -- the hand clock's own zone
    one, other = daily("16:00"), daily("17:00")
    fired = [tick(database, schedule, now.forward(seconds=15)) for schedule in (one, other) * 4]
    assert sum(fired) == 1


def test_a_report_that_was_away_for_months_does_not_catch_up(database: Database, now: HandClock) -> None:
    tick(database, weekly(IfMissed.ALL), now())
    with database.writing() as conn:
        note_due(conn, [], now.forward(days=1), every_day)
    assert tick(database, weekly(IfMissed.ALL), now.forward(days=60)) == 0


def test_a_report_whose_file_has_a_mistake_catches_up_when_it_is_mended(database: Database, now: HandClock) -> None:
    tick(database, weekly(), now())
    with database.writing() as conn:
        note_due(conn, [], now.forward(hours=1), every_day, unreadable={"report:weekly"})
    assert tick(database, weekly(), now.forward(days=1)) == 1


def test_an_hour_tells_the_day_it_was_moved_from(database: Database, now: HandClock) -> None:
    timetable = parse({"every": "month", "on": "last", "at": "08:00", "shift": "next_workday"})
    assert isinstance(timetable, Timetable)
    schedule = Schedule("report:weekly", timetable)
    days_off = {date(2026, 11, 30), date(2026, 12, 1)}
    for at in (now(), now.forward(days=11)):
        with database.writing() as conn:
            note_due(conn, [schedule], at, lambda day: day not in days_off)
    with database.reading() as conn:
        (event,) = events_of(conn, "report:weekly")
    assert (event.details["due_at"][:13], event.details["day"]) == ("2026-12-02T00", "2026-11-30")


def test_a_clock_that_is_set_back_fires_nothing_again(database: Database, now: HandClock) -> None:
    tick(database, weekly(), now())
    assert tick(database, weekly(), now.forward(days=1)) == 1
    assert tick(database, weekly(), now.forward(days=-1)) == 0
    assert tick(database, weekly(), now.forward(days=1)) == 0


def _ticks(url: str, start: float) -> None:
    """A process in which a second is eight hours, from Sunday noon to Monday noon."""
    database = Database(url)
    passed = 0.0
    while passed < 3:
        passed = max(time.time() - start, 0)
        tick(database, weekly(IfMissed.ALL), SUNDAY_NOON + timedelta(hours=passed * 8))
        time.sleep(0.01)
    database.close()


def test_of_four_processes_that_tick_exactly_one_notes_the_hour(database: Database) -> None:
    tick(database, weekly(), SUNDAY_NOON)
    context = multiprocessing.get_context("spawn")
    url = database.url.render_as_string(hide_password=False)
    processes = [context.Process(target=_ticks, args=(url, time.time() + 1)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    with database.reading() as conn:
        noted = conn.execute(select(events.c.subject, events.c.details).where(events.c.action == DUE)).all()
    assert [(subject, details["due_at"][:13]) for subject, details in noted] == [("report:weekly", "2026-11-23T00")]


def test_a_ticker_ticks_at_once_and_goes_on_after_a_tick_that_fails() -> None:
    ticks: list[datetime] = []
    enough = threading.Event()

    def fails_first(at: datetime) -> None:
        ticks.append(at)
        if len(ticks) == 1:
            raise ZeroDivisionError
        if len(ticks) == 4:
            enough.set()

    ticker = Ticker(timedelta(milliseconds=50), fails_first, lambda: datetime.now(UTC))
    ticker.start()
    assert enough.wait(10)
    ticker.stop()
    seen = len(ticks)
    time.sleep(0.2)
    assert len(ticks) == seen
    assert ticks == sorted(ticks)


def test_a_ticker_stops_after_the_tick_that_is_running() -> None:
    begun = threading.Event()
    done: list[datetime] = []

    def slow(at: datetime) -> None:
        begun.set()
        time.sleep(0.3)
        done.append(at)

    ticker = Ticker(timedelta(hours=1), slow, lambda: datetime.now(UTC))
    ticker.start()
    assert begun.wait(10)
    ticker.stop()
    assert len(done) == 1
