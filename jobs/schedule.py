"""The clock: ticks, and at each tick notes which hours of which schedules have come.

APScheduler only ticks. What has come is found by comparing the timetable with `occurrences`, where
each hour stands once, so that any number of ticking processes note it once, and an hour that
went by while everything was off is found at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import Connection

from kernel.clock import Clock, utc_text
from kernel.timetable import IfMissed, IsWorkday, Timetable, is_late, to_run
from records.events import note
from records.occurrences import begin_timetables, last_noticed, notice

#: The event that tells that an hour has come: subject is the schedule, details are `due_at` (UTC text), `day` (the
#: day the timetable names, before it was moved to a workday) and `late`.
DUE = "schedule.due"
#: An hour that is written into a timetable in the minute it comes still comes; longer than two clocks are apart.
_THIS_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A timetable with a name that stays, and what to do about missed hours."""

    name: str  # report:weekly_hazards
    timetable: Timetable
    if_missed: IfMissed = IfMissed.LATEST


def note_due(
    conn: Connection,
    schedules: Sequence[Schedule],
    now: datetime,
    is_workday: IsWorkday,
    *,
    unreadable: Collection[str] = (),
) -> int:
    """Note an event `DUE` for each hour that has come; how many.

    Hours before a timetable was first seen, was changed or was put back never come. unreadable: names of schedules
    that cannot be read just now: they are not gone, and catch up when they can be.
    """
    timetables = {schedule.name: repr(schedule.timetable) for schedule in schedules}
    begun = begin_timetables(conn, timetables, now - _THIS_MINUTE, keep=unreadable)
    return sum(_note_hours(conn, each, begun[each.name], now, is_workday) for each in schedules)


def _note_hours(conn: Connection, schedule: Schedule, begun: datetime, now: datetime, is_workday: IsWorkday) -> int:
    noted = 0
    since = max(begun, last_noticed(conn, schedule.name) or begun)
    for hour in to_run(schedule.timetable, schedule.if_missed, since=since, now=now, is_workday=is_workday):
        if notice(conn, schedule.name, hour.at, now):
            details = {"due_at": utc_text(hour.at), "day": hour.day.isoformat(), "late": is_late(hour.at, now)}
            note(conn, DUE, subject=schedule.name, actor="schedule", at=now, details=details)
            noted += 1
    return noted


class Ticker:
    """Calls `tick(now())` at once and then every so often, in a thread of its own, one call at a time."""

    def __init__(self, every: timedelta, tick: Callable[[datetime], None], now: Clock) -> None:
        """A ticker that stands still until it is started."""
        self._every = every
        self._tick = tick
        self._now = now
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(max_workers=1)},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
            timezone=UTC,
        )

    def start(self) -> None:
        """Begin to tick; a tick that raises is logged and the next one comes all the same."""
        self._scheduler.add_job(self._call, _AtOnceAndEvery(self._every))
        self._scheduler.start()

    def stop(self) -> None:
        """Stop, after the tick that is running."""
        self._scheduler.shutdown(wait=True)

    def _call(self) -> None:
        self._tick(self._now())


class _AtOnceAndEvery(BaseTrigger):  # type: ignore[misc] # APScheduler ships no types
    """APScheduler's own “interval” first waits; its one-shot jobs fail when it is stopped in the same moment."""

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now if previous_fire_time is None else previous_fire_time + self._every
