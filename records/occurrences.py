"""Hours of schedules that have come: each stands here once, however many clocks saw it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from kernel.clock import from_utc_text, utc_text
from records.tables import occurrences, settings
from records.upserting import insert_new, upsert

#: The row of `settings` that keeps which schedule had which timetable, and since when.
_TIMETABLES = "timetables"


def last_noticed(conn: Connection, schedule: str) -> datetime | None:
    """The latest hour of `schedule` that was noticed, in UTC; None: it was never seen."""
    latest = conn.execute(select(func.max(occurrences.c.due_at)).where(occurrences.c.schedule == schedule)).scalar()
    return from_utc_text(latest) if latest else None


def notice(conn: Connection, schedule: str, due_at: datetime, now: datetime) -> bool:
    """Write down that the hour `due_at` has come; True for the one caller who was first."""
    row = {"schedule": schedule, "due_at": utc_text(due_at), "noticed_at": utc_text(now)}
    return insert_new(conn, occurrences, row)


def begin_timetables(
    conn: Connection, timetables: Mapping[str, str], at: datetime, *, keep: Collection[str] = ()
) -> dict[str, datetime]:
    """Since when each schedule (name to its timetable, as text) has the timetable it has: `at`, where that is news.

    A schedule that is no longer named is forgotten, and begins anew when it comes back, unless its name is in `keep`.
    """
    stored = conn.execute(select(settings.c.value).where(settings.c.name == _TIMETABLES)).scalar()
    before: dict[str, dict[str, str]] = stored or {}
    known = {name: was for name, was in before.items() if name in keep}
    for name, timetable in timetables.items():
        was = before.get(name)
        same = was is not None and was["timetable"] == timetable
        known[name] = was if was and same else {"timetable": timetable, "since": utc_text(at)}
    if known != before:
        upsert(conn, settings, [{"name": _TIMETABLES, "value": known}])
    return {name: from_utc_text(known[name]["since"]) for name in timetables}
