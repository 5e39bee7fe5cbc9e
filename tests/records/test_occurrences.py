from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from records.database import Database
from records.occurrences import begin_timetables, last_noticed, notice
from tests.conftest import HandClock


def test_an_hour_is_noticed_by_the_first_and_by_nobody_after(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        assert notice(conn, "report:weekly", now(), now())
        assert not notice(conn, "report:weekly", now().astimezone(UTC), now())
        assert notice(conn, "report:daily", now(), now())
        assert notice(conn, "report:weekly", now() - timedelta(days=7), now())
    with database.reading() as conn:
        assert last_noticed(conn, "report:weekly") == now()
        assert last_noticed(conn, "report:monthly") is None


def test_of_eight_who_notice_an_hour_at_once_one_wins(database: Database, now: HandClock) -> None:
    together = threading.Barrier(8)

    def wins(_: int) -> list[bool]:
        won = []
        for hour in range(10):
            together.wait()
            with database.writing() as conn:
                won.append(notice(conn, "report:weekly", now() + timedelta(hours=hour), now()))
        return won

    with ThreadPoolExecutor(8) as pool:
        wins_of_each = list(pool.map(wins, range(8)))
    assert [sum(hour) for hour in zip(*wins_of_each, strict=True)] == [1] * 10


def begun(database: Database, at: datetime, *, keep: tuple[str, ...] = (), **timetables: str) -> dict[str, datetime]:
    with database.writing() as conn:
        return begin_timetables(conn, timetables, at, keep=keep)


def test_a_timetable_begins_when_it_is_first_seen_and_anew_when_it_is_changed(
    database: Database, now: HandClock
) -> None:
    born = now()
    assert begun(database, born, weekly="mon", daily="08:00") == {"weekly": born, "daily": born}
    changed = now.forward(days=1)
    assert begun(database, changed, weekly="tue", daily="08:00") == {"weekly": changed, "daily": born}
    back = now.forward(days=1)
    assert begun(database, back, weekly="mon", daily="08:00") == {"weekly": back, "daily": born}
    assert begun(database, now.forward(days=1), weekly="mon", daily="08:00") == {"weekly": back, "daily": born}


def test_a_schedule_that_was_gone_begins_anew_and_one_that_could_not_be_read_does_not(
    database: Database, now: HandClock
) -> None:
    born = now()
    begun(database, born, gone="mon", broken="mon")
    assert begun(database, now.forward(days=1), keep=("broken",)) == {}
    back = now.forward(days=60)
    assert begun(database, back, gone="mon", broken="mon") == {"gone": back, "broken": born}
