"""When more is owed than the calendar says, as records of other forms tell: after events, while windows are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, null, or_, select

from forms.definition import Form
from forms.obligations import After, Within
from forms.owing import Opening, Slot, slot_after
from kernel.clock import Period
from records.rows import column_of
from records.tables import submissions
from records.where import where

#: A day's text is as long.
_DAY_LONG = len("2026-11-22")
#: Texts of days are compared here and in UTC: what lies a little beyond is read too.
_SLACK = timedelta(days=2)
#: A window may have opened or closed in a period beside the one that is looked at.
_NEAR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The records of other forms, as they stand at a moment in the office's zone."""

    conn: Connection
    forms: Mapping[str, Form]
    now: datetime

    def openings(self, within: Within, days: Period) -> list[Opening]:
        """The windows that are open around `days`; of a form that is not served there are none."""
        form = self.forms.get(within.form)
        if form is None:
            return []
        start = _moment_column(form, within.start)
        end = column_of(form, within.end) if within.end else null()
        conditions = [start <= (days.end + _NEAR).isoformat()]
        if within.end:
            conditions.append(or_(end.is_(None), end >= (days.start - _NEAR).isoformat()))
        return [
            Opening(opened, moment_of(closes, self._zone, late=True), unit)
            for opens, closes, units in self._rows(form, within, start, end, conditions)
            if (opened := moment_of(opens, self._zone)) is not None
            for unit in _named(within, units)
        ]

    def slots_after(self, after: After, days: Period) -> list[Slot]:
        """The times that follow from events and fall on `days`, each once though it names several units."""
        form = self.forms.get(after.form)
        if form is None:
            return []
        at = _moment_column(form, after.date)
        first = days.start - timedelta(hours=after.hours) - _SLACK
        conditions = [at >= first.isoformat(), at <= (days.end + _SLACK).isoformat()]
        slots = [
            slot_after(after, event, moment, unit)
            for event, text, units in self._rows(form, after, submissions.c.id, at, conditions)
            if (moment := moment_of(text, self._zone, late=True)) is not None
            for unit in _named(after, units)
        ]
        return sorted(_joined(slots), key=lambda slot: slot.due_at)

    @property
    def _zone(self) -> tzinfo:
        assert self.now.tzinfo is not None
        return self.now.tzinfo

    def _rows(
        self,
        form: Form,
        event: After | Within,
        first: ColumnElement[Any],
        second: ColumnElement[Any],
        conditions: list[ColumnElement[bool]],
    ) -> list[Row[Any, Any, Any]]:
        unit = column_of(form, event.unit) if event.unit else null()
        wanted = [submissions.c.form_id == form.id, submissions.c.withdrawn_at.is_(None), *conditions]
        if event.where is not None:
            wanted.append(where(form, event.where, self.now))
        return list(self.conn.execute(select(first, second, unit).where(*wanted).order_by(submissions.c.id)))


def moment_of(text: str | None, zone: tzinfo, *, late: bool = False) -> datetime | None:
    """What a stored date, date with an hour or moment means; of a date alone its beginning, or with `late` its end."""
    if not text:
        return None
    if len(text) == _DAY_LONG:
        return datetime.combine(date.fromisoformat(text), time.max if late else time(), zone)
    found = datetime.fromisoformat(text)
    return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)


def _named(event: After | Within, answer: str | list[str] | None) -> list[str | None]:
    """Whom an event concerns: everybody (None), or the units that it names; nobody where that was not answered."""
    if event.unit is None:
        return [None]
    return list(answer) if isinstance(answer, list) else [answer] if answer else []


def _joined(slots: list[Slot]) -> Iterator[Slot]:
    by_event: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_event[slot.key].append(slot)
    for same in by_event.values():
        named = frozenset(unit for slot in same for unit in slot.only or ())
        yield replace(same[0], only=None if same[0].only is None else named)


def _moment_column(form: Form, name: str | None) -> ColumnElement[Any]:
    return submissions.c.created_at if name is None else column_of(form, name)
