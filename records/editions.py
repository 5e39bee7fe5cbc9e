"""Editions: bulletins as they were issued, and the figure behind every number they print. Never changed, only added.

An edition's PDF is drawn after it is stored; until then, and when the drawing was refused, it has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from kernel.clock import Period, from_utc_text, utc_text
from kernel.problems import NotFound
from kernel.sentences import Sentence, say, sentence_from_json, sentence_json
from records.counters import take_numbers
from records.tables import editions, figures


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed number.

    name: its measure or metric, with the group where there is one: `hazards[town=T01]`.
    query: the SQL that counted it, with its values; a metric has that of its parts.
    """

    name: str
    label: str
    value: float | None
    printed: str
    query: str
    form_id: str
    record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """One bulletin of one report. Times are in UTC.

    text: the body as plain text. late: the hour that was missed, where it was caught up.
    """

    id: str
    report_id: str
    period: Period
    year: int
    number: int
    title: str
    text: str
    html: str
    compiled_at: datetime
    compiled_by: str
    late: datetime | None = None
    pdf_digest: str | None = None
    pdf_failure: Sentence | None = None


class NoSuchEdition(NotFound):
    """There is no edition with this id."""

    code = "edition.not_found"

    def __init__(self, edition_id: str) -> None:
        super().__init__(say("没有编号为 {id} 的通报", id=edition_id))


class NoSuchFigure(NotFound):
    """The edition prints no such number."""

    code = "figure.not_found"

    def __init__(self, name: str) -> None:
        super().__init__(say("这期通报里没有“{name}”这个数", name=name))


def take_edition_number(conn: Connection, report_id: str, year: int) -> int:
    """The next 第 n 期 of a report in a year; given back when the transaction is rolled back."""
    return take_numbers(conn, f"edition:{report_id}:{year}", 1)[0]


def store_edition(conn: Connection, edition: Edition, printed: Sequence[Figure]) -> None:
    """Store a new edition with its figures."""
    conn.execute(
        editions.insert().values(
            id=edition.id,
            report_id=edition.report_id,
            period_start=edition.period.start.isoformat(),
            period_end=edition.period.end.isoformat(),
            year=edition.year,
            number=edition.number,
            title=edition.title,
            text=edition.text,
            html=edition.html,
            compiled_at=utc_text(edition.compiled_at),
            compiled_by=edition.compiled_by,
            late=utc_text(edition.late) if edition.late else None,
        )
    )
    rows = [_figure_row(edition.id, figure) for figure in printed]
    if rows:
        conn.execute(figures.insert(), rows)


def get_edition(conn: Connection, edition_id: str) -> Edition:
    """One edition. Raises `NoSuchEdition`."""
    row = conn.execute(select(editions).where(editions.c.id == edition_id)).first()
    if row is None:
        raise NoSuchEdition(edition_id)
    return _edition(row)


def find_editions(
    conn: Connection, *, report_id: str | None = None, words: str = "", limit: int = 100, offset: int = 0
) -> list[Edition]:
    """Editions, the newest first: of one report or of all, with `words` in the text."""
    query = select(editions).order_by(editions.c.compiled_at.desc(), editions.c.id.desc())
    if report_id is not None:
        query = query.where(editions.c.report_id == report_id)
    if words:
        query = query.where(editions.c.text.contains(words, autoescape=True))
    return [_edition(row) for row in conn.execute(query.limit(limit).offset(offset))]


def edition_of_period(conn: Connection, report_id: str, period: Period) -> Edition | None:
    """The newest edition of a report for a period; None: it was never compiled."""
    query = (
        select(editions)
        .where(
            editions.c.report_id == report_id,
            editions.c.period_start == period.start.isoformat(),
            editions.c.period_end == period.end.isoformat(),
        )
        .order_by(editions.c.compiled_at.desc(), editions.c.number.desc())
    )
    row = conn.execute(query.limit(1)).first()
    return _edition(row) if row else None


def count_editions(conn: Connection, report_id: str) -> int:
    """How many editions a report has."""
    query = select(func.count()).select_from(editions).where(editions.c.report_id == report_id)
    return int(conn.execute(query).scalar_one())


def figures_of(conn: Connection, edition_id: str) -> list[Figure]:
    """Every printed number of an edition, by name."""
    rows = conn.execute(select(figures).where(figures.c.edition_id == edition_id).order_by(figures.c.name))
    return [_figure(row) for row in rows]


def get_figure(conn: Connection, edition_id: str, name: str) -> Figure:
    """One printed number. Raises `NoSuchFigure`."""
    row = conn.execute(select(figures).where(figures.c.edition_id == edition_id, figures.c.name == name)).first()
    if row is None:
        raise NoSuchFigure(name)
    return _figure(row)


def mark_drawn(conn: Connection, edition_id: str, pdf_digest: str) -> None:
    """Its PDF lies in the store of files."""
    _mark(conn, edition_id, pdf_digest=pdf_digest, pdf_failure=None)


def mark_not_drawn(conn: Connection, edition_id: str, sentence: str) -> None:
    """Why there is no PDF of it."""
    _mark(conn, edition_id, pdf_failure=sentence_json(sentence))


def mark_to_draw(conn: Connection, edition_id: str) -> None:
    """It is to be drawn, again or after all: why there was no PDF is forgotten."""
    _mark(conn, edition_id, pdf_failure=None)


def _mark(conn: Connection, edition_id: str, **values: object) -> None:
    if conn.execute(update(editions).where(editions.c.id == edition_id).values(**values)).rowcount != 1:
        raise NoSuchEdition(edition_id)


def _edition(row: Row[Any]) -> Edition:
    return Edition(
        id=row.id,
        report_id=row.report_id,
        period=Period(date.fromisoformat(row.period_start), date.fromisoformat(row.period_end)),
        year=row.year,
        number=row.number,
        title=row.title,
        text=row.text,
        html=row.html,
        compiled_at=from_utc_text(row.compiled_at),
        compiled_by=row.compiled_by,
        late=from_utc_text(row.late) if row.late else None,
        pdf_digest=row.pdf_digest,
        pdf_failure=sentence_from_json(row.pdf_failure) if row.pdf_failure else None,
    )


def _figure_row(edition_id: str, figure: Figure) -> dict[str, Any]:
    return {
        "edition_id": edition_id,
        "name": figure.name,
        "label": figure.label,
        "value": figure.value,
        "printed": figure.printed,
        "query": figure.query,
        "form_id": figure.form_id,
        "record_ids": list(figure.record_ids),
    }


def _figure(row: Row[Any]) -> Figure:
    return Figure(row.name, row.label, row.value, row.printed, row.query, row.form_id, tuple(row.record_ids))
