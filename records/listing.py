"""Finding records: searched, filtered, sorted and paged, and only those the actor may see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select, true

from forms.definition import Form, stored_kind
from forms.privacy import holds_private, private_questions
from forms.values import Kind
from kernel.clock import utc_text
from records.access import Verb, allows, visible, whole
from records.ledger import Ledger
from records.model import Actor, Submission
from records.revise import NoSuchRecord
from records.rows import column_of, is_system_column
from records.searching import folded
from records.store import load_submissions, submission_of, units_of
from records.tables import submissions
from records.terms import ListHas, ListLength

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody is looking for among the records of a form."""

    search: str = ""
    #: Question (or `state`) to the values any of which it must have; a date or number to "from..to".
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: A question or system column; a minus before it turns the order round.
    sort: str = "-created_at"
    page: int = 1
    per_page: int = PER_PAGE
    withdrawn: bool = False
    #: Whose days a span of `created_at` means.
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was found, and how much there is in all."""

    items: list[Submission]
    total: int
    page: int
    pages: int


def find(ledger: Ledger, form: Form, actor: Actor, query: Query) -> Page:
    """The records of `form` that match `query` and that `actor` may read."""
    condition = matching(form, actor, query)
    total = int(ledger.conn.execute(select(func.count()).select_from(submissions).where(condition)).scalar_one())
    pages = max(1, -(-total // query.per_page))
    page = min(max(1, query.page), pages)
    wanted = (
        select(submissions)
        .where(condition)
        .order_by(*_order(form, actor, query.sort))
        .limit(query.per_page)
        .offset((page - 1) * query.per_page)
    )
    found = ledger.conn.execute(wanted).all()
    concerns = units_of(ledger.conn, [row.id for row in found])
    return Page([submission_of(row, concerns[row.id]) for row in found], total, page, pages)


def each(conn: Connection, form: Form, actor: Actor, query: Query, *, batch: int = 1000) -> Iterator[Submission]:
    """Every record that matches, for exports; read in batches so that memory stays flat."""
    condition = and_(matching(form, actor, query))
    last = ""
    while True:
        wanted = select(submissions).where(condition, submissions.c.id > last).order_by(submissions.c.id).limit(batch)
        found = conn.execute(wanted).all()
        yield from (submission_of(row) for row in found)
        if len(found) < batch:
            return
        last = found[-1].id


def get(ledger: Ledger, actor: Actor, submission_id: str) -> Submission:
    """One record that `actor` may read. Raises `NoSuchRecord`, also for one they may not see."""
    submission = load_submissions(ledger.conn, [submission_id]).get(submission_id)
    if submission is None:
        raise NoSuchRecord(submission_id)
    if not allows(_serving(ledger, submission), actor, submission, Verb.READ):
        raise NoSuchRecord(submission_id)
    return submission


def children_of(ledger: Ledger, actor: Actor, submission: Submission) -> list[Submission]:
    """The records that this one's rows became, as far as the actor may see them."""
    query = select(submissions.c.id).where(submissions.c.parent_id == submission.id).order_by(submissions.c.id)
    found = load_submissions(ledger.conn, list(ledger.conn.execute(query).scalars()))
    return [item for item in found.values() if allows(_serving(ledger, item), actor, item, Verb.READ)]


def _serving(ledger: Ledger, submission: Submission) -> Form:
    return ledger.catalogue.serving(ledger.conn, submission.form_id, submission.form_version).form


def count_by_state(ledger: Ledger, form: Form, actor: Actor) -> dict[str, int]:
    """How many of the records the actor may see are in each state."""
    condition = matching(form, actor, Query())
    query = select(submissions.c.state, func.count()).where(condition).group_by(submissions.c.state)
    return {str(state): count for state, count in ledger.conn.execute(query) if state is not None}


def matching(form: Form, actor: Actor, query: Query) -> ColumnElement[bool]:
    """The condition of a query, permission included."""
    kept = submissions.c.withdrawn_at.is_not(None) if query.withdrawn else submissions.c.withdrawn_at.is_(None)
    conditions = [submissions.c.form_id == form.id, kept, visible(form, actor)]
    conditions.append(_searched(form, actor, query.search))
    for name, values in query.filters.items():
        if chosen := _filter(form, name, values, query.zone):
            conditions += [*chosen, whole(form, actor, name)]
    return and_(*conditions)


def _searched(form: Form, actor: Actor, search: str) -> ColumnElement[bool]:
    """Every word somewhere in what everybody may read; or a private answer, by whoever sees it, word for word."""
    words = [_contains(word) for word in folded(search).split()]
    if not words:
        return true()
    named = [
        and_(column_of(form, name) == search.strip(), whole(form, actor, name))
        for name in sorted(private_questions(form) & form.questions.keys())
        if stored_kind(form.questions[name]) is Kind.TEXT
    ]
    return or_(and_(*words), *named)


def _contains(word: str) -> ColumnElement[bool]:
    """A substring, Chinese too: both databases scan a county's records in milliseconds."""
    pattern = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return submissions.c.search.like(f"%{pattern}%", escape="\\")


def _filter(form: Form, name: str, values: tuple[str, ...], zone: tzinfo) -> list[ColumnElement[bool]]:
    if not values or (name not in form.questions and not is_system_column(name)):
        return []
    column = column_of(form, name)
    kind = stored_kind(form.questions[name]) if name in form.questions else _SYSTEM_KINDS.get(name, Kind.TEXT)
    if len(values) == 1 and ".." in values[0] and name in _MOMENTS:
        return _on_days(column, values[0], zone)
    if len(values) == 1 and ".." in values[0] and kind in _SPANNED:
        return _between(column, kind, values[0])
    match kind:
        case Kind.YES_NO:
            return [or_(*(column.is_(value == "true") for value in values))]
        case Kind.LIST:
            return [or_(*(ListHas(column, literal(value)) for value in values))]
        case Kind.INTEGER | Kind.DECIMAL:
            numbers = [number for value in values if (number := _number(value)) is not None]
            return [column.in_(numbers)] if numbers else []
        case Kind.TABLE | Kind.FILES:
            return []
        case _:
            return [column.in_(values)]


#: What has a from and a to.
_SPANNED = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.TIME, Kind.DATETIME})
_MOMENTS = frozenset({"created_at", "changed_at", "withdrawn_at", "entered_on"})
_SYSTEM_KINDS = MappingProxyType({"due_on": Kind.DATE})


def _between(column: ColumnElement[Any], kind: Kind, span: str) -> list[ColumnElement[bool]]:
    first, _, last = span.partition("..")
    if kind is Kind.DATETIME and _day(last) is not None:
        last += "T23:59"  # all of the last day
    read = _number if kind in (Kind.INTEGER, Kind.DECIMAL) else str
    limits = [(column >= read(first)) if first and read(first) is not None else None]
    limits += [(column <= read(last)) if last and read(last) is not None else None]
    return [limit for limit in limits if limit is not None]


def _on_days(moment: ColumnElement[Any], span: str, zone: tzinfo) -> list[ColumnElement[bool]]:
    """Between the first moment of one day and the last of another; what is no day is no limit."""
    first, last = (_day(text) for text in span.split("..", 1))
    found = []
    if first is not None:
        found.append(moment >= utc_text(datetime.combine(first, time(), zone)))
    if last is not None:
        found.append(moment < utc_text(datetime.combine(last + timedelta(days=1), time(), zone)))
    return found


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year < 9999 else None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,4})?", text) else None


def _sortable(form: Form, name: str) -> ColumnElement[Any]:
    """What records are sorted by: the answer, or how many things an answer has that is made of several."""
    column = column_of(form, name)
    kind = stored_kind(form.questions[name]) if name in form.questions else Kind.TEXT
    return func.nullif(ListLength(column), 0) if kind in (Kind.LIST, Kind.TABLE, Kind.FILES) else column


def _order(form: Form, actor: Actor, sort: str) -> list[ColumnElement[Any]]:
    name = sort.removeprefix("-")
    if name not in form.questions and not is_system_column(name):
        name, sort = "created_at", "-created_at"
    column = _sortable(form, name)
    if name in form.questions and holds_private(form, form.questions[name]):
        column = case((whole(form, actor, name), column))  # where a masked answer stands must not tell what it is
    directed = column.desc() if sort.startswith("-") else column.asc()
    return [directed.nulls_last(), submissions.c.id.desc() if sort.startswith("-") else submissions.c.id.asc()]
