"""Spans of days that the office keeps beside its calendar: key periods around festivals, campaigns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, select

from forms.obligations import Span
from kernel.clock import Period
from records.tables import spans
from records.upserting import upsert


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A key period or a campaign, by an id that definitions may name."""

    id: str
    kind: Span
    name: str
    days: Period


def all_spans(conn: Connection) -> list[NamedSpan]:
    """Every span, the earliest first."""
    rows = conn.execute(select(spans).order_by(spans.c.start, spans.c.id))
    return [
        NamedSpan(row.id, Span(row.kind), row.name, Period(date.fromisoformat(row.start), date.fromisoformat(row.end)))
        for row in rows
    ]


def save_spans(conn: Connection, given: Iterable[NamedSpan]) -> None:
    """Store spans as they are given; one of the same id is changed."""
    rows = [
        {
            "id": span.id,
            "kind": str(span.kind),
            "name": span.name,
            "start": span.days.start.isoformat(),
            "end": span.days.end.isoformat(),
        }
        for span in given
    ]
    upsert(conn, spans, rows)


def drop_spans(conn: Connection, ids: Collection[str]) -> None:
    """Take spans out: on their days no more is owed than on others."""
    conn.execute(delete(spans).where(spans.c.id.in_(sorted(ids))))


def spans_meant(known: Iterable[NamedSpan], during: str) -> list[NamedSpan]:
    """The spans that an obligation's `during` means: those of a kind, or the one of an id."""
    return [span for span in known if during in (str(span.kind), span.id)]
