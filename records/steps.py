"""Which steps of a workflow are open, to whom, and what their offices have signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.access import ADMINISTRATOR
from forms.definition import Form
from forms.values import Answers
from forms.workflow import Transition, Trigger
from kernel.sentences import say
from records.access import passes
from records.catalogue import Published
from records.ledger import Ledger, facts
from records.model import Door, Occasion, Revision, Submission
from records.store import load_histories

CREATED = "submission.created"
MOVED = "submission.moved"
SIGNED = "submission.signed"


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody, or the system, would take a step with a record."""

    transition: str
    occasion: Occasion
    #: What sets the step going.
    trigger: Trigger = Trigger.USER
    #: For which office it is signed, where offices sign; none: for the one for which the actor may.
    sign_off: str | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """Which offices have signed a step, by office."""

    given: Mapping[str, Revision] = field(default_factory=dict)
    #: Signatures that count no more: the answers were changed after them.
    void: Mapping[str, Revision] = field(default_factory=dict)


def open_steps(ledger: Ledger, submission: Submission, occasion: Occasion) -> dict[str, Transition]:
    """The workflow steps that the actor may take with this record now."""
    return open_steps_of(ledger, [submission], occasion)[submission.id]


def open_steps_of(
    ledger: Ledger, submissions: Sequence[Submission], occasion: Occasion
) -> dict[str, dict[str, Transition]]:
    """For each of some records, by id, the workflow steps that the actor may take with it now."""
    found: dict[str, dict[str, Transition]] = {}
    steps = {item.id: _by_hand(ledger, item) for item in submissions}
    histories = load_histories(ledger.conn, [key for key, out in steps.items() if any(map(looks_back, out.values()))])
    for item in submissions:
        now = as_now(ledger, item)
        found[item.id] = {
            name: step
            for name, step in steps[item.id].items()
            if why_closed(ledger, now, Wish(name, occasion), histories.get(item.id, [])) is None
        }
    return found


def as_now(ledger: Ledger, submission: Submission) -> Submission:
    """A record with its answers under the names that its form has now."""
    answers = ledger.catalogue[submission.form_id].reader.brought_forward(submission.answers)
    return replace(submission, answers=answers)


def looks_back(step: Transition) -> bool:
    """Whether it depends on a record's history who may take the step."""
    return bool(step.sign_offs) or not step.self_approval


def why_closed(ledger: Ledger, submission: Submission, wish: Wish, history: Sequence[Revision]) -> str | None:
    """Why the step cannot be taken with this record as it is now (`as_now`); None: it can.

    history: the record's, oldest first; only looked at where the step looks back.
    """
    published = ledger.catalogue[submission.form_id]
    workflow = published.form.workflow
    if workflow is None or wish.transition not in workflow.leads_out(submission.state):
        return say("记录已在“{state}”", state=state_title(published.form, submission.state))
    step = workflow.transitions[wish.transition]
    if submission.withdrawn_at is not None:
        return say("记录已作废")
    if step.trigger is not wish.trigger:
        return say("这一步由系统自动办理")
    if wish.trigger is Trigger.USER and not passes(step.guard, wish.occasion.actor, submission):
        return say("这一步由别的岗位办理")
    if not published.deriver.guard_holds(
        wish.transition, known(submission, wish.occasion), ledger.circumstances(wish.occasion)
    ):
        return step.guard.message or say("条件还不满足")
    if wish.trigger is not Trigger.USER:
        return None
    if _must_be_another(step, wish.occasion) and wish.occasion.actor.id in _hands(published.form, history):
        return say("自己办的上一步，要由别人来审")
    return _why_unsigned(ledger, submission, step, wish, history) if step.sign_offs else None


def signable(ledger: Ledger, submission: Submission, wish: Wish, history: Sequence[Revision]) -> list[str]:
    """The offices for which the actor may sign the step now."""
    published = ledger.catalogue[submission.form_id]
    assert published.form.workflow is not None
    step = published.form.workflow.transitions[wish.transition]
    given = signing(published, wish.transition, history).given
    if _must_be_another(step, wish.occasion) and wish.occasion.actor.id in {item.actor for item in given.values()}:
        return []
    facts_now, circumstances = known(submission, wish.occasion), ledger.circumstances(wish.occasion)
    return [
        office
        for office, sign_off in step.sign_offs.items()
        if office not in given
        and passes(sign_off.guard, wish.occasion.actor, submission)
        and published.deriver.guard_holds(wish.transition, facts_now, circumstances, sign_off=office)
    ]


def signing(published: Published, transition: str, history: Sequence[Revision]) -> Signing:
    """What was signed of a step since the record came into its state; a change of answers voids what came before."""
    given: dict[str, Revision] = {}
    void: dict[str, Revision] = {}
    before: Answers | None = None
    for revision in history:
        substance = substance_of(published, revision.answers)
        if revision.action in (CREATED, MOVED):
            given, void = {}, {}
        elif substance != before:
            given, void = {}, void | given
        if revision.action == SIGNED and revision.transition == transition and revision.sign_off:
            given[revision.sign_off] = revision
            void.pop(revision.sign_off, None)
        before = substance
    return Signing(given, void)


def substance_of(published: Published, answers: Answers) -> Answers:
    """What offices sign: all that was answered; what is only worked out changes by itself from day to day."""
    questions = published.form.questions
    forward = published.reader.brought_forward(answers)
    return {name: value for name, value in forward.items() if questions[name].type != "calculate"}


def known(submission: Submission, occasion: Occasion) -> Answers:
    """What an expression about a stored record may name (`forms.linting.SYSTEM_NAMES`)."""
    return {**submission.answers, **facts(submission, occasion.at.tzinfo)}


def state_title(form: Form, state: str | None) -> str:
    """What people call a state; one that the form no longer knows stands for itself."""
    states = form.workflow.states if form.workflow else {}
    return states[state].title if state is not None and state in states else str(state or "")


def _by_hand(ledger: Ledger, submission: Submission) -> dict[str, Transition]:
    workflow = ledger.catalogue[submission.form_id].form.workflow
    if workflow is None or submission.withdrawn_at is not None:
        return {}
    steps = workflow.leads_out(submission.state)
    return {name: step for name, step in steps.items() if step.trigger is Trigger.USER}


def _must_be_another(step: Transition, occasion: Occasion) -> bool:
    return not step.self_approval and ADMINISTRATOR not in occasion.actor.roles


def _hands(form: Form, history: Sequence[Revision]) -> set[str]:
    """Who took the record's last step, and who changed it since: none of them may approve it.

    A step that went by itself is nobody's: who took the one before it is still the last.
    """
    hands: set[str] = set()
    for revision in reversed(history):
        if revision.action == SIGNED:
            continue
        hands.add(revision.actor)
        if revision.action == CREATED or (revision.action == MOVED and _by_somebody(form, revision)):
            break
    return hands


def _by_somebody(form: Form, revision: Revision) -> bool:
    step = form.workflow.transitions.get(revision.transition or "") if form.workflow else None
    return revision.door is not Door.TIMER and (step is None or step.trigger is not Trigger.AUTOMATIC)


def _why_unsigned(
    ledger: Ledger, submission: Submission, step: Transition, wish: Wish, history: Sequence[Revision]
) -> str | None:
    offices = signable(ledger, submission, wish, history)
    if wish.sign_off in offices or (wish.sign_off is None and offices):
        return None
    given = signing(ledger.catalogue[submission.form_id], wish.transition, history).given
    lacking = say("、").join(sign_off.title for office, sign_off in step.sign_offs.items() if office not in given)
    if wish.occasion.actor.id in {item.actor for item in given.values()}:
        return say("您已经会签，还要等：{offices}", offices=lacking)
    return say("这一步还要由这些单位会签：{offices}", offices=lacking)
