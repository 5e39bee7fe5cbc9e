"""The one place that says who may see and do what; every door asks here.

What a definition's access says (`forms.access`) becomes a condition in SQL for lists, sheets,
exports and figures, and a yes or no for one record: which records (`visible`, `allows`), which
answers of them (`eyes`, `whole`), which steps (`passes`), which changes (`editable_names`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from forms import workflow
from forms.access import ADMINISTRATOR, Reach, Sight
from forms.definition import Form, stored_kind
from forms.expressions.evaluation import Scope, compiled, truth
from forms.expressions.parsing import Expression
from forms.fields.group import Group
from forms.fields.repeat import Repeat
from forms.fitting import fits
from forms.privacy import Eyes, privacy_of, states_hiding
from forms.workflow import Guard
from kernel.problems import Forbidden
from kernel.sentences import say
from records.model import Actor, Submission
from records.tables import submission_units, submissions
from records.where import where

#: A role's `where` names no time (`forms.linting`): it is worked out as if at any moment.
_ANY_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Verb(StrEnum):
    """What somebody wants to do with records of a form."""

    READ = "read"
    EDIT = "edit"
    WITHDRAW = "withdraw"


class NotAllowed(Forbidden):
    """The person's roles do not allow this with this record."""

    code = "access.forbidden"

    def __init__(self, form: Form, verb: str) -> None:
        words = {"fill": "填报", "read": "查看", "edit": "修改", "withdraw": "作废", "move": "办理"}
        super().__init__(say("您没有{verb}“{form}”这条记录的权限", verb=say(words[verb]), form=form.title))


def reach(form: Form, actor: Actor, verb: Verb) -> Reach:
    """How far the actor's roles reach for `verb`."""
    match verb:
        case Verb.READ:
            return form.access.reading(actor.roles)
        case Verb.EDIT:
            return form.access.editing(actor.roles)
        case Verb.WITHDRAW:
            return form.access.withdrawing(actor.roles)


def sees_every_record(form: Form, actor: Actor) -> bool:
    """Whether there is no record of `form` that the actor may not read."""
    return (Reach.ALL, None) in form.access.granting(actor.roles, Verb.READ)


def visible(form: Form, actor: Actor, verb: Verb = Verb.READ) -> ColumnElement[bool]:
    """The condition that a row of `submissions` must meet for the actor to see (or change) it."""
    granted = form.access.granting(actor.roles, verb)
    return or_(false(), *(and_(_within(actor, found), _where(form, actor, holds)) for found, holds in granted))


def _within(actor: Actor, found: Reach) -> ColumnElement[bool]:
    match found:
        case Reach.ALL:
            return true()
        case Reach.NONE:
            return false()
        case Reach.OWN:
            return submissions.c.created_by == actor.id
        case Reach.UNIT:
            concerned = select(submission_units.c.submission_id).where(
                and_(
                    submission_units.c.submission_id == submissions.c.id,
                    submission_units.c.unit_id.in_(sorted(actor.units)),
                )
            )
            return or_(submissions.c.created_by == actor.id, concerned.exists())


def _where(form: Form, actor: Actor, holds: Expression | None) -> ColumnElement[bool]:
    return true() if holds is None else where(form, holds, _ANY_MOMENT, actor.facts)


def allows(form: Form, actor: Actor, submission: Submission, verb: Verb) -> bool:
    """Whether the actor may do `verb` with this record; says the same as `visible`."""
    return any(
        _reaches(actor, submission, found) and (holds is None or _holds(form, actor, submission, holds))
        for found, holds in form.access.granting(actor.roles, verb)
    )


def _reaches(actor: Actor, submission: Submission, found: Reach) -> bool:
    match found:
        case Reach.ALL:
            return True
        case Reach.NONE:
            return False
        case Reach.OWN:
            return submission.created_by == actor.id
        case Reach.UNIT:
            return submission.created_by == actor.id or bool(submission.concerns & actor.units)


def _holds(form: Form, actor: Actor, submission: Submission, holds: Expression) -> bool:
    known = {name: _answer(form, submission, name) for name in holds.references}
    scope = Scope(answers=known, row=None, this=None, now=_ANY_MOMENT, user=actor.facts)
    return truth(compiled(holds, {**form.kinds, **dict.fromkeys(_KNOWN, "text")})(scope))


#: What a role's `where` may name beside answers.
_KNOWN: Final = ("state", "unit_id", "created_by")


def _answer(form: Form, submission: Submission, name: str) -> Any:  # noqa: ANN401 -- whatever an answer may be
    """What a record says to a question of `form`, also where it is of an earlier version."""
    if name in _KNOWN:
        return getattr(submission, name)
    field = form.questions.get(name)
    names = (name, *field.was) if field else (name,)
    found = next((submission.answers[known] for known in names if submission.answers.get(known) is not None), None)
    readable = field is None or name not in form.retyped or fits(stored_kind(field), found)
    return found if readable else None


# ---- answers -------------------------------------------------------------------------------------------------------


def eyes(form: Form, actor: Actor, submission: Submission) -> Eyes:
    """With whose eyes the actor sees this record: which answers whole, which masked, which not at all."""
    return privacy_of(form).eyes(actor.roles, state=submission.state, own=submission.created_by == actor.id)


def whole(form: Form, actor: Actor, name: str) -> ColumnElement[bool]:
    """The condition that a row of `submissions` must meet for the actor to see the answer to `name` as it is.

    What is looked for, narrowed down and sorted by: an answer that is masked is not found, nor told by its place.
    """
    conditions = [_whole(form, actor, one) for one in _with_rows(form, name)]
    return and_(true(), *conditions)


def _whole(form: Form, actor: Actor, name: str) -> ColumnElement[bool]:
    hiding = states_hiding(form, name, actor.roles)
    seen: ColumnElement[bool] = true()
    if form.access.sight(name, actor.roles, own=False) is not Sight.WHOLE:
        seen = submissions.c.created_by == actor.id
    shown = or_(submissions.c.state.is_(None), submissions.c.state.not_in(hiding)) if hiding else true()
    return and_(seen, shown)


def _with_rows(form: Form, name: str) -> list[str]:
    """A question, and those in its rows."""
    field = form.questions.get(name)
    if not isinstance(field, Repeat):
        return [name]
    found, waiting = [name], list(field.fields)
    while waiting:
        inner = waiting.pop()
        found.append(inner.name)
        waiting += inner.fields if isinstance(inner, Group | Repeat) else ()
    return found


def sees_column(form: Form, actor: Actor, name: str) -> Sight:
    """How the actor sees a question in records of others, of whatever state: as a list heads its columns.

    Hidden: not even its name need be told. Who may fill the form knows what it asks.
    """
    if name not in form.questions:
        return Sight.WHOLE
    if states_hiding(form, name, actor.roles):
        return Sight.MASKED
    sight = form.access.sight(name, actor.roles, own=False)
    return Sight.MASKED if sight is Sight.HIDDEN and form.access.may_fill(actor.roles) else sight


# ---- changes -------------------------------------------------------------------------------------------------------


def editable_names(form: Form, actor: Actor, submission: Submission) -> frozenset[str]:
    """The questions of this record that the actor may change now; nobody changes what they do not see whole."""
    everything = eyes(form, actor, submission).whole_names(form)
    if submission.withdrawn_at is not None or not allows(form, actor, submission, Verb.EDIT):
        return frozenset()
    if form.workflow is None or ADMINISTRATOR in actor.roles:
        return everything
    names = form.workflow.editable(submission.state, actor.roles)
    return everything if names is None else names & everything


def passes(guard: Guard, actor: Actor, submission: Submission) -> bool:
    """Whether the roles and units of a guard let the actor through."""
    if ADMINISTRATOR in actor.roles:
        return True
    if guard.roles and not actor.roles & set(guard.roles):
        return False
    return is_within(guard.units, actor, submission)


def is_within(units: str | None, actor: Actor, submission: Submission) -> bool:
    """Whether the actor is of the units that a guard or a notice names; None: of whatever unit."""
    match units:
        case None:
            return True
        case workflow.CONCERNED:
            return bool(submission.concerns & actor.units)
        case workflow.FILLER:
            return submission.unit_id in actor.units
        case _:
            return submission.answers.get(units) in actor.units
