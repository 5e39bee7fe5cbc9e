"""Who may owe records: units and people, those too that have gone out of use since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from forms.owing import Slot
from kernel.clock import from_utc_text
from records.tables import people, units


@dataclass(frozen=True, slots=True)
class Debtor:
    """A unit that owes, or a person."""

    id: str
    name: str
    #: The kind of unit; of a person, that of their unit.
    kind: str
    unit_id: str
    since: date = date.min
    #: When it went out of use; none: it is in use.
    until: datetime | None = None

    @property
    def was_always_there(self) -> bool:
        """Whether it has neither come nor gone since the office began."""
        return self.until is None and self.since == date.min

    def owes(self, slot: Slot) -> bool:
        """Whether it was there when the record fell due."""
        return self.since <= slot.due_at.date() and (self.until is None or slot.due_at <= self.until)


def every_unit(conn: Connection) -> list[Debtor]:
    """Every unit that there is or was, in the office's order."""
    return [
        Debtor(
            row.id,
            row.name,
            row.kind,
            row.id,
            since=date.fromisoformat(row.since) if row.since else date.min,
            until=_moment(row.retired_at),
        )
        for row in conn.execute(select(units).order_by(units.c.position, units.c.id))
    ]


def every_person(conn: Connection) -> list[tuple[Debtor, frozenset[str]]]:
    """Everybody who is or was there, with their roles, by unit and name."""
    query = (
        select(people, units.c.kind)
        .join(units, units.c.id == people.c.unit_id)
        .order_by(units.c.position, units.c.id, people.c.name, people.c.id)
    )
    return [
        (
            Debtor(row.id, row.name, row.kind, row.unit_id, until=_moment(row.retired_at)),
            frozenset(row.roles),
        )
        for row in conn.execute(query)
    ]


def _moment(text: str | None) -> datetime | None:
    return from_utc_text(text) if text else None
