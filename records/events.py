"""The event log: what happened, to what, by whom. Written with the thing it tells, never changed.

The same rows are the audit page and the work queue (`records.queue`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from kernel.clock import from_utc_text, utc_text
from records.tables import events


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    action: str  # submission.created, edition.compiled, …
    subject: str  # the id of the submission, edition, form, … it happened to
    actor: str  # a person's id, or “sheet”, “schedule”
    at: datetime  # aware
    form_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)  # whatever JSON can hold
    id: int = 0  # grows with time, roughly; 0: not written down yet


def note(
    conn: Connection,
    action: str,
    *,
    subject: str,
    actor: str,
    at: datetime,
    form_id: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write down one event, in the transaction that does what it tells."""
    note_many(conn, [Event(action, subject, actor, at, form_id, details or {})])


def note_many(conn: Connection, happened: Iterable[Event]) -> None:
    """Write down many events at once, in their order."""
    rows = [
        {
            "action": event.action,
            "form_id": event.form_id,
            "subject": event.subject,
            "actor": event.actor,
            "details": dict(event.details),
            "at": utc_text(event.at),
        }
        for event in happened
    ]
    if rows:
        conn.execute(insert(events), rows)


def latest_id(conn: Connection, action: str, subject: str) -> int:
    """The id of the newest such event about `subject`; 0: there is none."""
    query = select(func.max(events.c.id)).where(events.c.subject == subject, events.c.action == action)
    return conn.execute(query).scalar() or 0


def events_of(conn: Connection, subject: str) -> list[Event]:
    """Everything that happened to `subject`, the first thing first."""
    rows = conn.execute(select(events).where(events.c.subject == subject).order_by(events.c.id))
    return [event_from_row(row) for row in rows]


def event_from_row(row: Row[Any]) -> Event:
    """The event that a whole row of the table `events` tells."""
    return Event(
        action=row.action,
        subject=row.subject,
        actor=row.actor,
        at=from_utc_text(row.at),
        form_id=row.form_id,
        details=row.details,
        id=row.id,
    )
