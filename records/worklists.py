"""What waits for somebody: records in states out of which a step leads that they may take, the most urgent first.

Which records these are is one question to the database, however many there are of each form. What it cannot say,
because a step looks back at the record's history or its guard has no SQL, is looked at record by record, but only
for the records that are left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, literal, or_, select, true, union_all

from forms.definition import Form
from forms.workflow import CONCERNED, FILLER, Guard, Transition, Trigger
from records.access import visible
from records.ledger import Ledger
from records.model import Actor, Occasion, Submission
from records.rows import column_of
from records.steps import looks_back, open_steps_of
from records.store import load_submissions
from records.tables import submission_units, submissions
from records.where import refusal, where

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits for somebody, and the steps they may take with it."""

    submission: Submission
    steps: Mapping[str, Transition]
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page of what waits for somebody, and how much there is in all, of it overdue, and of each form."""

    items: list[Waiting]
    total: int
    overdue: int
    of_forms: Mapping[str, int]
    page: int
    pages: int


def waiting_for(
    ledger: Ledger, occasion: Occasion, *, form_id: str | None = None, page: int = 1, per_page: int = PER_PAGE
) -> Worklist:
    """What waits for the actor: of every form, or of one; what has to be done first comes first."""
    today = occasion.at.date().isoformat()
    everything = _found(ledger, occasion)
    chosen = [row for row in everything if form_id is None or row.form_id == form_id]
    pages = max(1, -(-len(chosen) // per_page))
    page = min(max(1, page), pages)
    shown = [row.id for row in chosen[(page - 1) * per_page : page * per_page]]
    records = load_submissions(ledger.conn, shown)
    steps = open_steps_of(ledger, list(records.values()), occasion)
    return Worklist(
        items=[Waiting(records[one], steps[one], _is_overdue(records[one].due_on, today)) for one in shown],
        total=len(chosen),
        overdue=sum(_is_overdue(row.due_on, today) for row in chosen),
        of_forms=Counter(row.form_id for row in everything),
        page=page,
        pages=pages,
    )


def _is_overdue(due_on: str | None, today: str) -> bool:
    return due_on is not None and due_on < today


def _found(ledger: Ledger, occasion: Occasion) -> list[Any]:
    """Id, form and due day of every record that waits for the actor, in order."""
    queries = [query for published in ledger.catalogue.newest.values() for query in _query(published.form, occasion)]
    if not queries:
        return []
    rows = ledger.conn.execute(union_all(*queries)).all()
    unsure = load_submissions(ledger.conn, [row.id for row in rows if not row.sure])
    steps = open_steps_of(ledger, list(unsure.values()), occasion)
    left = [row for row in rows if row.sure or steps[row.id]]
    return sorted(left, key=lambda row: (row.due_on is None, row.due_on or "", row.entered_at or "", row.id))


def _query(form: Form, occasion: Occasion) -> Iterator[Select[Any]]:
    """The records of one form that may wait for the actor; `sure` where nothing else is to be looked at."""
    if form.workflow is None:
        return
    possible: list[ColumnElement[bool]] = []
    sure: list[ColumnElement[bool]] = []
    for state in form.workflow.states:
        steps = [step for step in form.workflow.leads_out(state).values() if _by_role(step, occasion.actor)]
        if not steps:
            continue
        here = submissions.c.state == state
        ways = [(_way(form, step, occasion), _is_sure(form, step)) for step in steps]
        possible.append(and_(here, or_(*(way for way, _ in ways))))
        sure.append(and_(here, or_(false(), *(way for way, known in ways if known))))
    if possible:
        yield select(
            submissions.c.id,
            submissions.c.form_id,
            submissions.c.due_on,
            submissions.c.entered_at,
            case((or_(*sure), literal(1)), else_=literal(0)).label("sure"),
        ).where(
            submissions.c.form_id == form.id,
            submissions.c.withdrawn_at.is_(None),
            visible(form, occasion.actor),
            or_(*possible),
        )


def _by_role(step: Transition, actor: Actor) -> bool:
    """Whether the step is one of the actor's: an administrator may take any, but not everything waits for them."""
    if step.trigger is not Trigger.USER or not _has_role(step.guard, actor):
        return False
    return not step.sign_offs or any(_has_role(sign_off.guard, actor) for sign_off in step.sign_offs.values())


def _has_role(guard: Guard, actor: Actor) -> bool:
    return not guard.roles or bool(actor.roles & set(guard.roles))


def _is_sure(form: Form, step: Transition) -> bool:
    """Whether SQL says all of who may take the step."""
    return not looks_back(step) and (step.guard.expr is None or refusal(form, step.guard.expr) is None)


def _way(form: Form, step: Transition, occasion: Occasion) -> ColumnElement[bool]:
    """What SQL can say of the records with which the actor may take a step."""
    expression, actor = step.guard.expr, occasion.actor
    conditions = [_of_units(form, step.guard.units, actor)]
    if expression is not None and refusal(form, expression) is None:
        conditions.append(where(form, expression, occasion.at, actor.facts))
    return and_(true(), *conditions)


def _of_units(form: Form, units: str | None, actor: Actor) -> ColumnElement[bool]:
    """`records.access.is_within`, in SQL."""
    ours = sorted(actor.units)
    match units:
        case None:
            return true()
        case _ if units == CONCERNED:
            return exists().where(
                submission_units.c.submission_id == submissions.c.id, submission_units.c.unit_id.in_(ours)
            )
        case _ if units == FILLER:
            return submissions.c.unit_id.in_(ours)
        case question:
            return column_of(form, question).in_(ours)
