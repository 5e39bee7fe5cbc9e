"""Stored records change here: amended, moved along their workflow, withdrawn, restored.

A change names the revision it was made from; what somebody else changed meanwhile is never
overwritten unseen. Sheets, which change cell by cell, pass none and merge before they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from forms.answers import Refusals
from forms.definition import Form
from forms.fields.base import Field
from forms.fields.repeat import Repeat
from forms.privacy import stars_sent
from forms.uniqueness import unique_keys_of
from forms.values import Raw, Rejected, Value
from forms.workflow import Comment, Transition, Trigger
from kernel.problems import NotFound, Stale
from kernel.sentences import say
from records.access import NotAllowed, Verb, allows, editable_names, eyes
from records.attachments import unseen_files
from records.carrying import Plan, carry_out
from records.catalogue import Published
from records.events import note_many
from records.filing import event_of, owners_of
from records.ledger import Ledger
from records.links import Linking, unseen_links
from records.model import Accepted, Occasion, Outcome, Refused, Revision, Submission
from records.searching import searchable
from records.seeing import Seeing
from records.steps import Wish, as_now, looks_back, signable, signing, substance_of, why_closed
from records.store import Written, load_revisions, load_submissions, update_submissions


class NoSuchRecord(NotFound):
    """No record has this id, or the actor may not see it (which is the same to them)."""

    code = "record.unknown"

    def __init__(self, submission_id: str) -> None:
        super().__init__(say("没有这条记录：{record}", record=submission_id))


class ChangedMeanwhile(Stale):
    """Somebody else changed the record after the page was opened."""

    code = "record.changed_meanwhile"

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        super().__init__(say("“{title}”刚被别人改过，请看过新内容再改", title=submission.title))


class StepClosed(Stale):
    """The workflow step is not open: the record is in another state, or the guard does not hold."""

    code = "record.step_closed"

    def __init__(self, step: str, why: str) -> None:
        super().__init__(say("现在不能“{step}”：{why}", step=step, why=why))


class AnswersTaken(Stale):
    """A record cannot come back: another has the answers that only one may have."""

    code = "record.answers_taken"

    def __init__(self, submission: Submission, other: str) -> None:
        super().__init__(
            say(
                "“{title}”不能恢复：{other}与它相同，只能留一条；请先作废或修改那一条",
                title=submission.title,
                other=other,
            )
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one record: new answers, a workflow step, or both."""

    submission_id: str
    raw: Mapping[str, Raw]
    occasion: Occasion
    transition: str | None = None
    comment: str | None = None
    #: The revision the change was made from; None: the change was merged with whatever is there.
    revision: int | None = None
    #: The office for which the step is signed, where offices sign; None: the one for which the actor may.
    sign_off: str | None = None
    #: What sets the step going.
    trigger: Trigger = Trigger.USER


#: Far more than any record goes by itself: circles within a form are refused when it is loaded.
_MOST_WAVES = 100


def revise(ledger: Ledger, change: Change) -> Outcome:
    """Change one record. Raises `NoSuchRecord`, `NotAllowed`, `ChangedMeanwhile`, `StepClosed`."""
    return revise_many(ledger, [change])[0]


def revise_many(ledger: Ledger, changes: Sequence[Change]) -> list[Outcome]:
    """Change many records; each is accepted or refused by itself, in order.

    A second change of a record in one batch is refused: it was not made from what the first leaves.
    """
    found = load_submissions(ledger.conn, [change.submission_id for change in changes], lock=True)
    outcomes: dict[int, Outcome] = {}
    plans: dict[int, Plan] = {}
    touched: set[str] = set()
    for place, change in enumerate(changes):
        if change.submission_id not in found:
            raise NoSuchRecord(change.submission_id)
        if change.submission_id in touched:
            outcomes[place] = Refused({"": say("同一批里对这条记录改了两次，请分开改")})
            continue
        touched.add(change.submission_id)
        before = as_now(ledger, found[change.submission_id])
        if not allows(_form(ledger, before), change.occasion.actor, before, Verb.READ):
            raise NoSuchRecord(change.submission_id)
        planned = _plan(ledger, before, change)
        if isinstance(planned, Plan):
            plans[place] = planned
        else:
            outcomes[place] = planned
    done = carry_out(ledger, plans)
    stored = [
        (outcome.submission, plans[place].occasion)
        for place, outcome in done.outcomes.items()
        if isinstance(outcome, Accepted)
    ]
    moved = follow(ledger, [*stored, *done.filed])
    outcomes |= {place: _latest(outcome, moved) for place, outcome in done.outcomes.items()}
    return [outcomes[place] for place in range(len(changes))]


def follow(ledger: Ledger, stored: Sequence[tuple[Submission, Occasion]]) -> dict[str, Submission]:
    """Take the automatic steps that are open to records that were just stored; those that moved, by id.

    A step that asks for what is not answered, or whose records of other forms are refused, is not taken.
    """
    latest: dict[str, Submission] = {}
    waiting = list(stored)
    for _ in range(_MOST_WAVES):
        plans = {
            place: plan
            for place, (submission, occasion) in enumerate(waiting)
            if (plan := _automatic(ledger, submission, occasion)) is not None
        }
        if not plans:
            break
        done = carry_out(ledger, plans)
        moved = {place: item.submission for place, item in done.outcomes.items() if isinstance(item, Accepted)}
        latest |= {submission.id: submission for submission in moved.values()}
        waiting = [(submission, waiting[place][1]) for place, submission in moved.items()] + done.filed
    return latest


def withdraw(ledger: Ledger, submission_id: str, occasion: Occasion, comment: str | None = None) -> Submission:
    """Take a record out of every list; its history stays and it can be restored."""
    return _mark(ledger, submission_id, occasion, comment, withdrawn=True)


def restore(ledger: Ledger, submission_id: str, occasion: Occasion, comment: str | None = None) -> Submission:
    """Put a withdrawn record back as it was. Raises `AnswersTaken` when another now has its unique answers."""
    return _mark(ledger, submission_id, occasion, comment, withdrawn=False)


def _form(ledger: Ledger, submission: Submission) -> Form:
    return ledger.catalogue[submission.form_id].form


def _latest(outcome: Outcome, moved: Mapping[str, Submission]) -> Outcome:
    if isinstance(outcome, Accepted) and outcome.submission.id in moved:
        return replace(outcome, submission=moved[outcome.submission.id])
    return outcome


# ---- deciding ------------------------------------------------------------------------------------------------------


def _plan(ledger: Ledger, submission: Submission, change: Change) -> Plan | Outcome:
    published = ledger.catalogue[submission.form_id]
    if change.revision is not None and change.revision != submission.revision:
        raise ChangedMeanwhile(submission)
    step, history = _step(ledger, published, submission, change)
    names = _changeable(published.form, submission, change, step)
    locked: Refusals = {
        name: say("这一项现在不能改") for name in change.raw if name in published.form.questions and name not in names
    }
    reading = published.reader.read(
        {name: raw for name, raw in change.raw.items() if name not in locked},
        ledger.circumstances(change.occasion),
        before=submission.answers,
        also_required=step.required if step else (),
    )
    linking = Linking(change.raw, reading.answers, submission.answers)
    unseen = unseen_links(ledger, published.form, linking, change.occasion)
    stars = stars_sent(published.form, {name: raw for name, raw in change.raw.items() if name not in locked})
    files = unseen_files(ledger, published.form, reading.answers, change.occasion, before=submission.answers)
    refusals = {**reading.refusals, **unseen, **stars, **files}
    refusals |= _locked_changes(ledger, published, submission, change, locked)
    if step and step.comment is Comment.REQUIRED and not (change.comment or "").strip():
        refusals["comment"] = say("请写明理由")
    plan = Plan(published, submission, reading.answers, change.occasion, change.transition, change.comment)
    plan.moves = step is not None
    if step is not None and step.sign_offs:
        refusals |= _sign(ledger, plan, step, change, history)
    if refusals:
        return Refused(refusals)
    if step is None and reading.answers == submission.answers:
        return Accepted(submission, repeated=True)
    return plan


def _automatic(ledger: Ledger, submission: Submission, occasion: Occasion) -> Plan | None:
    """The automatic step that is open to a record now."""
    published = ledger.catalogue.newest.get(submission.form_id)
    workflow = published.form.workflow if published else None
    if workflow is None:
        return None
    for name, step in workflow.leads_out(submission.state).items():
        wish = Wish(name, replace(occasion, author=None), step.trigger)
        if step.trigger is not Trigger.AUTOMATIC or why_closed(ledger, submission, wish, ()) is not None:
            continue
        change = Change(submission.id, {}, wish.occasion, name, trigger=Trigger.AUTOMATIC)
        planned = _plan(ledger, submission, change)
        if isinstance(planned, Plan):
            return planned
    return None


def _step(
    ledger: Ledger, published: Published, submission: Submission, change: Change
) -> tuple[Transition | None, Sequence[Revision]]:
    """The step that is to be taken, and the record's history where the step looks back. Raises `StepClosed`."""
    if change.transition is None:
        if not editable_names(published.form, change.occasion.actor, submission):
            raise NotAllowed(published.form, "edit")
        return None, ()
    steps = published.form.workflow.transitions if published.form.workflow else {}
    step = steps.get(change.transition)
    history = load_revisions(ledger.conn, submission.id) if step and looks_back(step) else ()
    wish = Wish(change.transition, change.occasion, change.trigger, change.sign_off)
    why = say("本表没有流程") if published.form.workflow is None else why_closed(ledger, submission, wish, history)
    if why is not None or step is None:
        raise StepClosed(step.title if step else change.transition, why or "")
    return step, history


def _sign(ledger: Ledger, plan: Plan, step: Transition, change: Change, history: Sequence[Revision]) -> Refusals:
    """Make the plan that of an office's signature; it moves the record when it is the last one lacking."""
    assert change.transition is not None
    wish = Wish(change.transition, change.occasion, change.trigger, change.sign_off)
    offices = signable(ledger, plan.before, wish, history)
    if change.sign_off is None and len(offices) > 1:
        titles = say("、").join(step.sign_offs[office].title for office in offices)
        return {"sign_off": say("请选明代表哪个单位会签：{offices}", offices=titles)}
    plan.office = change.sign_off or offices[0]
    answers = substance_of(plan.published, plan.answers)
    unchanged = answers == substance_of(plan.published, plan.before.answers)
    given = signing(plan.published, change.transition, history).given if unchanged else {}
    plan.moves = step.sign_offs.keys() <= {*given, plan.office}
    return {}


def _changeable(form: Form, submission: Submission, change: Change, step: Transition | None) -> frozenset[str]:
    names = editable_names(form, change.occasion.actor, submission)
    if step is None:
        return names
    whole = eyes(form, change.occasion.actor, submission).whole_names(form)
    return names | (frozenset((*step.fields, *step.required)) & whole)


def _locked_changes(
    ledger: Ledger, published: Published, submission: Submission, change: Change, locked: Refusals
) -> Refusals:
    """Refuse a change of what may not be changed; sending the same again is no change.

    Of what somebody does not see whole, only what they see is the same: a guess is refused, right or wrong.
    """
    refused: Refusals = {}
    seeing = Seeing(ledger, change.occasion.actor)
    sees = seeing.eyes(submission)
    for name, why in locked.items():
        field = published.form.questions[name]
        if not sees.whole(field):
            shown = seeing.values(sees, (field,), submission.answers)
            if name not in shown or change.raw[name] != shown[name]:
                refused[name] = why
        elif not _same(field, change.raw[name], submission.answers.get(name), ledger):
            refused[name] = why
    return refused


def _same(field: Field, raw: Raw, stored: Value, ledger: Ledger) -> bool:
    """Whether what was sent is what is stored, in any spelling."""
    if field.type == "calculate" or raw in (stored, field.show(stored, ledger.lookup)):
        return True  # what is calculated is never taken from anybody
    if isinstance(field, Repeat):
        return not raw and not stored
    try:
        return field.read(raw, ledger.lookup) == stored
    except Rejected:
        return False


# ---- in and out of the recycle bin ---------------------------------------------------------------------------------


def _refuse_taken(ledger: Ledger, item: Written) -> None:
    """Raise `AnswersTaken`, naming the other record to whom may see it, if there is one."""
    form_id = item.submission.form_id
    for owner in owners_of(ledger, [(form_id, names, key) for names, key in item.unique]).values():
        other = load_submissions(ledger.conn, [owner])[owner]
        seen = allows(_form(ledger, other), item.occasion.actor, other, Verb.READ)
        raise AnswersTaken(item.submission, f"“{other.title}”" if seen else say("另一条记录"))


def _mark(
    ledger: Ledger, submission_id: str, occasion: Occasion, comment: str | None, *, withdrawn: bool
) -> Submission:
    submission = load_submissions(ledger.conn, [submission_id], lock=True).get(submission_id)
    if submission is None:
        raise NoSuchRecord(submission_id)
    published = ledger.catalogue[submission.form_id]
    if not allows(published.form, occasion.actor, submission, Verb.READ):
        raise NoSuchRecord(submission_id)
    if not allows(published.form, occasion.actor, submission, Verb.WITHDRAW):
        raise NotAllowed(published.form, "withdraw")
    if (submission.withdrawn_at is not None) is withdrawn:
        return submission
    after = replace(
        submission,
        revision=submission.revision + 1,
        withdrawn_at=occasion.at if withdrawn else None,
        changed_at=occasion.at,
    )
    answers = as_now(ledger, after).answers
    item = Written(
        submission=after,
        search=searchable(published.form, after.title, answers, ledger.lookup),
        occasion=occasion,
        action="submission.withdrawn" if withdrawn else "submission.restored",
        comment=comment,
        unique=() if withdrawn else unique_keys_of(published.form, answers),
    )
    _refuse_taken(ledger, item)
    update_submissions(ledger.conn, [item])
    note_many(ledger.conn, [event_of(item)])
    return after
