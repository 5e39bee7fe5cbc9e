"""The clock: ticks, and at each tick notes which hours of which schedules have come.

APScheduler only ticks. What has come is found by comparing the timetable with `occurrences`, where
each hour stands once, so that any number of ticking processes note it once, and an hour that
went by while everything was off is found at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import Connection

from jobs.timetable import IfMissed, IsWorkday, Timetable, is_late, to_run
from kernel.clock import Clock, utc_text
from records.events import note
from records.occurrences import notice, noticed_until

#: The event that tells that an hour has come: subject is the schedule, details are `due_at` (UTC text) and `late`.
DUE = "schedule.due"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A timetable with a name that stays, and what to do about missed hours."""

    name: str  # report:weekly_hazards
    timetable: Timetable
    if_missed: IfMissed = IfMissed.LATEST


def note_due(conn: Connection, schedules: Iterable[Schedule], now: datetime, is_workday: IsWorkday) -> int:
    """Note an event `DUE` for each hour that has come; how many. Hours before a schedule was first seen never come."""
    noted = 0
    for schedule in schedules:
        since = noticed_until(conn, schedule.name, now)
        hours = to_run(schedule.timetable, schedule.if_missed, since=since, now=now, is_workday=is_workday)
        for hour in hours:
            if notice(conn, schedule.name, hour, now):
                details = {"due_at": utc_text(hour), "late": is_late(hour, now)}
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
