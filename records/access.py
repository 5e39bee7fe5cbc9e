"""The one function that says who may see and do what; every door asks here.

What a definition's access says (`forms.access`) becomes a condition in SQL for lists, sheets,
exports and figures, and a yes or no for one record.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from forms.access import ADMINISTRATOR, Reach
from forms.definition import Form
from forms.workflow import Transition
from kernel.problems import Forbidden
from kernel.sentences import say
from records.model import Actor, Submission
from records.tables import submission_units, submissions


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


def visible(form: Form, actor: Actor, verb: Verb = Verb.READ) -> ColumnElement[bool]:
    """The condition that a row of `submissions` must meet for the actor to see (or change) it."""
    match reach(form, actor, verb):
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


def allows(form: Form, actor: Actor, submission: Submission, verb: Verb) -> bool:
    """Whether the actor may do `verb` with this record; says the same as `visible`."""
    match reach(form, actor, verb):
        case Reach.ALL:
            return True
        case Reach.NONE:
            return False
        case Reach.OWN:
            return submission.created_by == actor.id
        case Reach.UNIT:
            return submission.created_by == actor.id or bool(submission.concerns & actor.units)


def editable_names(form: Form, actor: Actor, submission: Submission) -> frozenset[str]:
    """The questions of this record that the actor may change now."""
    everything = frozenset(form.questions)
    if submission.withdrawn_at is not None or not allows(form, actor, submission, Verb.EDIT):
        return frozenset()
    if form.workflow is None or ADMINISTRATOR in actor.roles:
        return everything
    names = form.workflow.editable(submission.state, actor.roles)
    return everything if names is None else names


def guard_holds(transition: Transition, actor: Actor, submission: Submission) -> bool:
    """Whether the roles and units of a transition's guard let the actor through."""
    guard = transition.guard
    if ADMINISTRATOR in actor.roles:
        return True
    if guard.roles and not actor.roles & set(guard.roles):
        return False
    if guard.units is None:
        return True
    if guard.units == "concerned":
        return bool(submission.concerns & actor.units)
    return submission.answers.get(guard.units) in actor.units
