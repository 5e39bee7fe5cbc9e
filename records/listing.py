"""Finding records: searched, filtered, sorted and paged, and only those the actor may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from forms.definition import Form, stored_kind
from forms.values import Kind
from records.access import Verb, allows, visible
from records.ledger import Ledger, folded
from records.model import Actor, Submission
from records.revise import NoSuchRecord
from records.rows import SYSTEM_COLUMNS, column_of
from records.store import load_submissions, submission_of, units_of
from records.tables import submissions

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
        .order_by(*_order(form, query.sort))
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
    form = ledger.catalogue.version(ledger.conn, submission.form_id, submission.form_version).form
    if not allows(form, actor, submission, Verb.READ):
        raise NoSuchRecord(submission_id)
    return submission


def children_of(ledger: Ledger, actor: Actor, submission: Submission) -> list[Submission]:
    """The records that this one's rows became, as far as the actor may see them."""
    query = select(submissions.c.id).where(submissions.c.parent_id == submission.id).order_by(submissions.c.id)
    found = load_submissions(ledger.conn, list(ledger.conn.execute(query).scalars()))
    return [item for item in found.values() if allows(ledger.catalogue[item.form_id].form, actor, item, Verb.READ)]


def count_by_state(ledger: Ledger, form: Form, actor: Actor) -> dict[str, int]:
    """How many of the records the actor may see are in each state."""
    condition = matching(form, actor, Query())
    query = select(submissions.c.state, func.count()).where(condition).group_by(submissions.c.state)
    return {str(state): count for state, count in ledger.conn.execute(query).tuples() if state is not None}


def matching(form: Form, actor: Actor, query: Query) -> ColumnElement[bool]:
    """The condition of a query, permission included."""
    kept = submissions.c.withdrawn_at.is_not(None) if query.withdrawn else submissions.c.withdrawn_at.is_(None)
    conditions = [submissions.c.form_id == form.id, kept, visible(form, actor)]
    conditions += [_contains(word) for word in folded(query.search).split()]
    conditions += [condition for name, values in query.filters.items() for condition in _filter(form, name, values)]
    return and_(*conditions)


def _contains(word: str) -> ColumnElement[bool]:
    """A substring, Chinese too: both databases scan a county's records in milliseconds."""
    pattern = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return submissions.c.search.like(f"%{pattern}%", escape="\\")


def _filter(form: Form, name: str, values: tuple[str, ...]) -> list[ColumnElement[bool]]:
    if not values or (name not in form.questions and name not in SYSTEM_COLUMNS):
        return []
    column = column_of(form, name)
    kind = stored_kind(form.questions[name]) if name in form.questions else Kind.TEXT
    if len(values) == 1 and ".." in values[0]:
        return _between(column, kind, values[0])
    match kind:
        case Kind.YES_NO:
            return [column.is_(values[0] == "true")]
        case Kind.LIST:
            listed = submissions.c.answers[name].as_string()
            return [listed.like(f'%"{values[0]}"%')]
        case Kind.INTEGER | Kind.DECIMAL:
            return [column == float(values[0])] if _is_number(values[0]) else []
        case _:
            return [column.in_(values)]


def _between(column: ColumnElement[Any], kind: Kind, span: str) -> list[ColumnElement[bool]]:
    first, _, last = span.partition("..")
    if kind in (Kind.INTEGER, Kind.DECIMAL):
        limits: list[Any] = [float(text) if _is_number(text) else None for text in (first, last)]
    else:
        limits = [first or None, f"{last}\uffff" if last else None]  # a moment sorts after its bare day
    found = []
    if limits[0] is not None:
        found.append(column >= limits[0])
    if limits[1] is not None:
        found.append(column <= limits[1])
    return found


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _order(form: Form, sort: str) -> list[ColumnElement[Any]]:
    name = sort.removeprefix("-")
    if name not in form.questions and name not in SYSTEM_COLUMNS:
        name, sort = "created_at", "-created_at"
    column = column_of(form, name)
    directed = column.desc() if sort.startswith("-") else column.asc()
    return [directed.nulls_last(), submissions.c.id.desc() if sort.startswith("-") else submissions.c.id.asc()]
