"""From a report and the records to an edition: counted, worded, numbered and kept; drawn afterwards, outside.

What an edition prints is what the records said when it was compiled. Compiled again, a report is a new edition
with the next number; the old one stays as it was issued.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import Connection

from forms.access import ADMINISTRATOR
from kernel.clock import Period, utc_text
from kernel.names import new_id
from kernel.problems import Problem
from records.database import Database
from records.editions import (
    Edition,
    Figure,
    edition_of_period,
    get_edition,
    mark_drawn,
    mark_not_drawn,
    store_edition,
    take_edition_number,
)
from records.events import events_of, note
from records.files import note_file, path_of, write_file
from records.ledger import Ledger
from records.model import Actor
from records.occurrences import notice
from reports.definition import Report
from reports.figures import Figures, Window
from reports.page.document import Bulletin, Labelled, Part, Signature
from reports.page.writing import write_html
from reports.plain import plain_text
from reports.words import day_words

#: Events of an edition's life: the subject is its id, the details name its report. What the schedule compiled says
#: for which hour (`due_at`, UTC text).
COMPILED: Final = "edition.compiled"
_DUE: Final = "due_at"
DRAWN: Final = "edition.drawn"
NOT_DRAWN: Final = "edition.not_drawn"

#: Whoever counts for a bulletin sees every record; who looks behind a figure sees what they may.
READER: Final = Actor("system", "系统", "", frozenset({ADMINISTRATOR}))

#: The address of the page behind a figure, from the edition's id and the figure's name; empty: no link.
FigureUrl: TypeAlias = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be compiled, and why.

    now: aware, in the office's zone. by: a person's id, or whoever acts when nobody does.
    due: the hour of the schedule it is compiled for; an hour is compiled for once, however often it is asked.
    late: that hour was missed and is caught up (补发).
    """

    period: Period
    now: datetime
    by: str
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A bulletin that is counted and worded, and has no number yet."""

    edition_id: str
    report: Report
    order: Order
    parts: tuple[Part, ...]
    printed: tuple[Figure, ...]

    def html(self, number: int, *, stylesheet_url: str = "") -> str:
        """The page with its number; 0: it is only looked at. stylesheet_url: where a browser finds the page's style."""
        return write_html(
            _bulletin(self.report, self.order, number, self.parts),
            edition=self.edition_id if number else "",
            made_at=self.order.now,
            stylesheet_url=stylesheet_url,
        )


def draft_edition(ledger: Ledger, report: Report, order: Order, url_of: FigureUrl) -> Draft:
    """Count and word an edition; nothing is written.

    Each measure is a statement of its own: only where `ledger` sees one moment (`Database.reading`) do the numbers
    of a bulletin agree with each other.
    """
    edition_id = new_id(order.now)
    figures = _figures(ledger, report, order, lambda name: url_of(edition_id, name))
    parts = tuple(part for block in report.body for part in block.compose(figures))
    return Draft(edition_id, report, order, parts, tuple(figures.printed))


def keep_edition(conn: Connection, draft: Draft) -> Edition:
    """Number and store what was drafted; for an hour of the schedule that has its edition, that one as it is."""
    order, report = draft.order, draft.report
    if order.due is not None and not notice(conn, f"compiled:{report.id}", order.due, order.now):
        done = edition_of_period(conn, report.id, order.period)
        if done is not None:
            return done
    number = take_edition_number(conn, report.id, order.now.year)
    edition = Edition(
        id=draft.edition_id,
        report_id=report.id,
        period=order.period,
        year=order.now.year,
        number=number,
        title=str(report.title),
        text=plain_text(draft.parts),
        html=draft.html(number),
        compiled_at=order.now,
        compiled_by=order.by,
        late=order.due if order.late else None,
    )
    store_edition(conn, edition, draft.printed)
    details = {"report": report.id, "number": number, "period": str(order.period)}
    due = {_DUE: utc_text(order.due)} if order.due else {}
    note(conn, COMPILED, subject=edition.id, actor=order.by, at=order.now, details={**details, **due})
    return edition


def is_of_schedule(conn: Connection, edition_id: str) -> bool:
    """Whether an edition was compiled because an hour of its schedule came, not because somebody asked."""
    return any(event.action == COMPILED and _DUE in event.details for event in events_of(conn, edition_id))


def draw_edition(
    database: Database, folder: Path, edition_id: str, draw: Callable[[str], bytes], now: datetime
) -> Edition:
    """Draw the PDF of an edition outside of any transaction, and keep it in `folder`; drawn already: nothing.

    A refusal by `draw` (`reports.pdf`) is kept as a sentence with the edition; one that may pass by itself is
    raised on, so that it is tried again.
    """
    with database.reading() as conn:
        edition = get_edition(conn, edition_id)
    if edition.pdf_digest is not None and path_of(folder, edition.pdf_digest).exists():
        return edition
    try:
        pdf = draw(edition.html)
    except Problem as problem:
        _keep_refusal(database, edition, problem, now)
        if problem.retry:
            raise
    else:
        _keep_pdf(database, folder, edition, pdf, now)
    with database.reading() as conn:
        return get_edition(conn, edition_id)


def pdf_name(edition: Edition) -> str:
    """What the PDF of an edition is called: 《安全生产情况通报》第3期.pdf."""
    return f"《{edition.title}》第{edition.number}期.pdf"


def _keep_refusal(database: Database, edition: Edition, problem: Problem, now: datetime) -> None:
    with database.writing() as conn:
        mark_not_drawn(conn, edition.id, problem.sentence)
        if not problem.retry:
            details = {"report": edition.report_id, "code": problem.code}
            note(conn, NOT_DRAWN, subject=edition.id, actor="system", at=now, details=details)


def _keep_pdf(database: Database, folder: Path, edition: Edition, pdf: bytes, now: datetime) -> None:
    digest = write_file(folder, pdf)
    with database.writing() as conn:
        note_file(conn, digest, name=pdf_name(edition), media_type="application/pdf", size=len(pdf), at=now)
        mark_drawn(conn, edition.id, digest)
        note(conn, DRAWN, subject=edition.id, actor="system", at=now, details={"report": edition.report_id})


def _figures(ledger: Ledger, report: Report, order: Order, url_of: Callable[[str], str]) -> Figures:
    words = {
        "period": report.period.words(order.period),
        "scope": report.scope,
        "start": day_words(order.period.start),
        "end": day_words(order.period.end),
    }
    window = Window(order.period, order.now, READER)
    return Figures(ledger, window, measures=report.measures, metrics=report.metrics, words=words, url_of=url_of)


def _bulletin(report: Report, order: Order, number: int, parts: tuple[Part, ...]) -> Bulletin:
    today = day_words(order.now.date())
    return Bulletin(
        masthead=report.masthead,
        number_line=f"第{number}期" if number else "（预览）",
        series_line="（补发）" if order.late else "",
        issuer=report.issuer,
        date_line=today,
        title=report.title_lines or (str(report.title),),
        parts=parts,
        addressee=report.addressee,
        signature=Signature(report.signature, today) if report.signature else None,
        roles=tuple(Labelled(label, name) for label, name in report.roles.items()),
        distribution=tuple(Labelled(label, offices) for label, offices in report.distribution.items()),
        copies=report.copies,
    )
