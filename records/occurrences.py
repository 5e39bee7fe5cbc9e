"""Hours of schedules that have come: each stands here once, however many clocks saw it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from kernel.clock import from_utc_text, utc_text
from records.tables import occurrences
from records.upserting import insert_new


def last_noticed(conn: Connection, schedule: str) -> datetime | None:
    """The latest hour of `schedule` that was noticed, in UTC; None: it was never seen."""
    latest = conn.execute(select(func.max(occurrences.c.due_at)).where(occurrences.c.schedule == schedule)).scalar()
    return from_utc_text(latest) if latest else None


def notice(conn: Connection, schedule: str, due_at: datetime, now: datetime) -> bool:
    """Write down that the hour `due_at` has come; True for the one caller who was first."""
    row = {"schedule": schedule, "due_at": utc_text(due_at), "noticed_at": utc_text(now)}
    return insert_new(conn, occurrences, row)


def noticed_until(conn: Connection, schedule: str, now: datetime) -> datetime:
    """Up to when hours of `schedule` are dealt with: for one never seen before, from `now` on it is seen."""
    latest = last_noticed(conn, schedule)
    if latest is None:
        notice(conn, schedule, now, now)
        return now
    return latest
