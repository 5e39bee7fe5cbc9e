"""Stored records change here: amended, moved along their workflow, withdrawn, restored.

A change names the revision it was made from; what somebody else changed meanwhile is never
overwritten unseen. Sheets, which change cell by cell, pass none and merge before they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from forms.access import ADMINISTRATOR
from forms.answers import Refusals
from forms.definition import Form
from forms.fields.base import Field
from forms.fields.repeat import Repeat
from forms.privacy import stars_sent
from forms.values import Answers, Raw, Rejected, Value
from forms.workflow import Comment, Transition
from kernel.problems import NotFound, Stale
from kernel.sentences import say
from records.access import NotAllowed, Verb, allows, editable_names, eyes, guard_holds
from records.attachments import attach, unseen_files
from records.catalogue import Published
from records.events import note_many
from records.ledger import Ledger, concerned_units, searchable, unique_keys_of
from records.links import Linking, unseen_links
from records.model import Accepted, Occasion, Outcome, Refused, Submission
from records.seeing import Seeing
from records.store import Written, load_revisions, load_submissions, update_submissions
from records.submit import Key, created_event, file_children, owners_of


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


def revise(ledger: Ledger, change: Change) -> Outcome:
    """Change one record. Raises `NoSuchRecord`, `NotAllowed`, `ChangedMeanwhile`, `StepClosed`."""
    return revise_many(ledger, [change])[0]


def revise_many(ledger: Ledger, changes: Sequence[Change]) -> list[Outcome]:
    """Change many records; each is accepted or refused by itself, in order.

    A second change of a record in one batch is refused: it was not made from what the first leaves.
    """
    found = load_submissions(ledger.conn, [change.submission_id for change in changes], lock=True)
    outcomes: dict[int, Outcome] = {}
    written: dict[int, Written] = {}
    before: dict[int, Submission] = {}
    touched: set[str] = set()
    for place, change in enumerate(changes):
        if change.submission_id not in found:
            raise NoSuchRecord(change.submission_id)
        if change.submission_id in touched:
            outcomes[place] = Refused({"": say("同一批里对这条记录改了两次，请分开改")})
            continue
        touched.add(change.submission_id)
        before[place] = _as_now(ledger, found[change.submission_id])
        if not allows(_form(ledger, before[place]), change.occasion.actor, before[place], Verb.READ):
            raise NoSuchRecord(change.submission_id)
        planned = _plan(ledger, before[place], change)
        if isinstance(planned, Written):
            written[place] = planned
        else:
            outcomes[place] = planned
    for place, refused in _doubled(ledger, written).items():
        outcomes[place] = refused
        del written[place]
    for place in [place for place, item in written.items() if _form(ledger, item.submission).entities]:
        item = written[place]
        claimed = {key for other in written.values() for key in _claims(other)}
        refusals = file_children(ledger, item.submission, before[place].answers, item.occasion, claimed=claimed)
        if refusals:
            outcomes[place] = Refused(refusals)
            del written[place]
    update_submissions(ledger.conn, list(written.values()))
    attach(ledger, list(written.values()))
    note_many(ledger.conn, [created_event(item) for item in written.values()])
    outcomes |= {place: Accepted(item.submission) for place, item in written.items()}
    return [outcomes[place] for place in range(len(changes))]


def withdraw(ledger: Ledger, submission_id: str, occasion: Occasion, comment: str | None = None) -> Submission:
    """Take a record out of every list; its history stays and it can be restored."""
    return _mark(ledger, submission_id, occasion, comment, withdrawn=True)


def restore(ledger: Ledger, submission_id: str, occasion: Occasion, comment: str | None = None) -> Submission:
    """Put a withdrawn record back as it was. Raises `AnswersTaken` when another now has its unique answers."""
    return _mark(ledger, submission_id, occasion, comment, withdrawn=False)


def open_steps(ledger: Ledger, submission: Submission, occasion: Occasion) -> dict[str, Transition]:
    """The workflow steps that the actor may take with this record now."""
    published = ledger.catalogue[submission.form_id]
    workflow = published.form.workflow
    if workflow is None or submission.withdrawn_at is not None:
        return {}
    now = _as_now(ledger, submission)
    return {
        name: step
        for name, step in workflow.leads_out(submission.state).items()
        if _why_closed(ledger, published, now, name, occasion) is None
    }


def _form(ledger: Ledger, submission: Submission) -> Form:
    return ledger.catalogue[submission.form_id].form


def _as_now(ledger: Ledger, submission: Submission) -> Submission:
    """A record with its answers under the names that its form has now."""
    answers = ledger.catalogue[submission.form_id].reader.brought_forward(submission.answers)
    return replace(submission, answers=answers)


def _plan(ledger: Ledger, submission: Submission, change: Change) -> Written | Outcome:
    published = ledger.catalogue[submission.form_id]
    if change.revision is not None and change.revision != submission.revision:
        raise ChangedMeanwhile(submission)
    step = _step(ledger, published, submission, change)
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
    if refusals:
        return Refused(refusals)
    if step is None and reading.answers == submission.answers:
        return Accepted(submission, repeated=True)
    after = _after(ledger, published, submission, change, reading.answers)
    return _written(ledger, published, after, change)


def _step(ledger: Ledger, published: Published, submission: Submission, change: Change) -> Transition | None:
    if change.transition is None:
        if not editable_names(published.form, change.occasion.actor, submission):
            raise NotAllowed(published.form, "edit")
        return None
    why = _why_closed(ledger, published, submission, change.transition, change.occasion)
    workflow = published.form.workflow
    if why is not None or workflow is None:
        steps = workflow.transitions if workflow else {}
        title = steps[change.transition].title if change.transition in steps else change.transition
        raise StepClosed(title, why or say("本表没有流程"))
    return workflow.transitions[change.transition]


def _why_closed(
    ledger: Ledger, published: Published, submission: Submission, name: str, occasion: Occasion
) -> str | None:
    workflow = published.form.workflow
    if workflow is None or name not in workflow.leads_out(submission.state):
        return say("记录已在“{state}”", state=_state_title(published.form, submission.state))
    step = workflow.transitions[name]
    if submission.withdrawn_at is not None:
        return say("记录已作废")
    if not guard_holds(step, occasion.actor, submission):
        return say("这一步由别的岗位办理")
    if not published.deriver.guard_holds(name, _known(submission, occasion), ledger.circumstances(occasion)):
        return step.guard.message or say("条件还不满足")
    others_only = not step.self_approval and ADMINISTRATOR not in occasion.actor.roles
    if others_only and occasion.actor.id in _hands_since_last_step(ledger, submission):
        return say("自己办的上一步，要由别人来审")
    return None


def _known(submission: Submission, occasion: Occasion) -> Answers:
    """What an expression about a stored record may name (`forms.linting.SYSTEM_NAMES`)."""
    wall_clock = submission.created_at.astimezone(occasion.at.tzinfo)
    return {
        **submission.answers,
        "state": submission.state,
        "unit_id": submission.unit_id,
        "created_by": submission.created_by,
        "created_at": wall_clock.replace(tzinfo=None).isoformat(timespec="seconds"),
    }


def _hands_since_last_step(ledger: Ledger, submission: Submission) -> set[str]:
    """Who took the record's last step, and who changed it since: none of them may approve it."""
    hands: set[str] = set()
    for revision in reversed(load_revisions(ledger.conn, submission.id)):
        hands.add(revision.actor)
        if revision.action in ("submission.created", "submission.moved"):
            break
    return hands


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


def _after(
    ledger: Ledger, published: Published, submission: Submission, change: Change, answers: Answers
) -> Submission:
    workflow = published.form.workflow
    state = workflow.transitions[change.transition].new_state if workflow and change.transition else submission.state
    return replace(
        submission,
        form_version=published.version,
        revision=submission.revision + 1,
        state=state,
        title=published.deriver.title(answers, ledger.circumstances(change.occasion)),
        answers=answers,
        changed_at=change.occasion.at,
        concerns=concerned_units(published.form, answers, submission.unit_id),
    )


def _written(ledger: Ledger, published: Published, after: Submission, change: Change) -> Written:
    return Written(
        submission=after,
        search=searchable(published.form, after.title, after.answers, ledger.lookup),
        occasion=change.occasion,
        action="submission.moved" if change.transition else "submission.changed",
        transition=change.transition,
        comment=change.comment,
        unique=unique_keys_of(published.form, after.answers),
    )


def _claims(item: Written) -> list[Key]:
    return [(item.submission.form_id, names, key) for names, key in item.unique]


def _doubled(ledger: Ledger, written: Mapping[int, Written]) -> dict[int, Refused]:
    """Changes that would make two living records agree in what must be unique; those before them come first."""
    owners = owners_of(ledger, [key for item in written.values() for key in _claims(item)])
    refused: dict[int, Refused] = {}
    for place, item in written.items():
        own = _claims(item)
        taken = [key for key in own if owners.get(key, item.submission.id) != item.submission.id]
        if taken:
            names = [name for key in taken for name in key[1].split(",")]
            refused[place] = Refused({name: say("已经有一条相同的记录") for name in names})
        else:
            owners |= dict.fromkeys(own, item.submission.id)
    return refused


def _refuse_taken(ledger: Ledger, item: Written) -> None:
    """Raise `AnswersTaken`, naming the other record to whom may see it, if there is one."""
    for owner in owners_of(ledger, _claims(item)).values():
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
    answers = _as_now(ledger, after).answers
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
    note_many(ledger.conn, [created_event(item)])
    return after


def _state_title(form: Form, state: str | None) -> str:
    states = form.workflow.states if form.workflow else {}
    return states[state].title if state is not None and state in states else str(state or "")
