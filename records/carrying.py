"""Changes of stored records are carried out here: what was decided is stored, numbered, filed onward and told.

Nothing is decided but what only the database can know: whether unique answers are taken, and whether the records
that a change files are accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from forms.deriving import Child
from forms.uniqueness import unique_keys_of
from forms.values import Answers
from kernel.sentences import say
from records.attachments import attach
from records.catalogue import Published
from records.events import Event, note_many
from records.filing import Key, event_of, file_children, owners_of
from records.ledger import Ledger, concerned_units, due_on
from records.model import Accepted, Occasion, Outcome, Refused, Submission
from records.numbering import Unnumbered, give_numbers
from records.searching import searchable
from records.steps import MOVED, SIGNED, known
from records.store import Written, load_revisions, update_submissions
from records.telling import tells


@dataclass(slots=True)
class Plan:
    """A change that was read and is accepted so far."""

    published: Published
    before: Submission
    answers: Answers
    occasion: Occasion
    #: The workflow step that it takes; None: it takes none.
    transition: str | None = None
    comment: str | None = None
    #: The office whose signature it is; None: it is none.
    office: str | None = None
    #: Whether the record moves; one that is signed does when no signature is lacking.
    moves: bool = False


@dataclass(slots=True)
class Done:
    """What plans came to: outcomes by place, and the records of other forms that were filed."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    filed: list[tuple[Submission, Occasion]] = field(default_factory=list)


def carry_out(ledger: Ledger, plans: Mapping[int, Plan]) -> Done:
    """Store what was planned, and the records that it files; numbers are given when nothing is refused any more."""
    done = Done(dict(_doubled(ledger, plans)))
    going = {place: plan for place, plan in plans.items() if place not in done.outcomes}
    for place, plan in [(place, plan) for place, plan in going.items() if plan.published.form.entities]:
        claimed = {key for other in going.values() for key in _claims(other)}
        after, occasion = _after(ledger, plan), plan.occasion
        filed = file_children(ledger, after, _children(ledger, plan, after), occasion, claimed=claimed)
        if isinstance(filed, Refused):
            done.outcomes[place] = filed
            del going[place]
        else:
            done.filed += [(child, occasion) for child in filed]
    give_numbers(ledger, [wanting for plan in going.values() for wanting in _unnumbered(plan)])
    signed = [_written(ledger, plan, _signed(ledger, plan)) for plan in going.values() if plan.office]
    moved = [_written(ledger, plan, _after(ledger, plan)) for plan in going.values() if plan.moves or not plan.office]
    for written in (signed, moved):
        update_submissions(ledger.conn, written)
        attach(ledger, written)
        note_many(ledger.conn, [_event_of(ledger, item) for item in written])
    latest = {item.submission.id: item.submission for item in (*signed, *moved)}
    done.outcomes |= {place: Accepted(latest[plan.before.id]) for place, plan in going.items()}
    return done


def _event_of(ledger: Ledger, item: Written) -> Event:
    """What the event log says of it, and whether somebody is to be told."""
    event = event_of(item)
    return replace(event, details={**event.details, "tells": True}) if tells(ledger, item) else event


def _children(ledger: Ledger, plan: Plan, after: Submission) -> list[Child]:
    """The records of other forms that a change makes of the record, or of its rows."""
    deriver, occasion = plan.published.deriver, plan.occasion
    circumstances = ledger.circumstances(occasion)
    children = deriver.children(after.answers, circumstances, after=plan.before.answers)
    if plan.moves:
        step = plan.transition
        rows = any(entity.repeat and entity.transition == step for entity in plan.published.form.entities)
        before = _at_last_passing(ledger, plan) if rows else None
        children += deriver.children(known(after, occasion), circumstances, after=before, transition=step)
    return children


def _at_last_passing(ledger: Ledger, plan: Plan) -> Answers | None:
    """What was answered when the record took this step before: its rows are records already."""
    passed = [
        revision.answers
        for revision in load_revisions(ledger.conn, plan.before.id)
        if revision.action == MOVED and revision.transition == plan.transition
    ]
    return plan.published.reader.brought_forward(passed[-1]) if passed else None


def _unnumbered(plan: Plan) -> Iterator[Unnumbered]:
    """The number that is given at the step; a record that passes it again keeps the one it has."""
    numbering = plan.published.form.numbering
    if numbering is None or numbering.transition is None or not plan.moves:
        return
    if numbering.transition == plan.transition and plan.answers.get(numbering.field) is None:
        yield Unnumbered(numbering, plan.answers, plan.occasion)


def _signed(ledger: Ledger, plan: Plan) -> Submission:
    """The record with an office's signature, still where it was."""
    return _changed(ledger, plan, revision=plan.before.revision + 1, state=plan.before.state)


def _after(ledger: Ledger, plan: Plan) -> Submission:
    """The record when the whole plan is carried out."""
    revision = plan.before.revision + (2 if plan.office and plan.moves else 1)
    workflow, state = plan.published.form.workflow, plan.before.state
    if plan.moves and workflow is not None and plan.transition is not None:
        state = workflow.transitions[plan.transition].new_state
    return _changed(ledger, plan, revision=revision, state=state)


def _changed(ledger: Ledger, plan: Plan, *, revision: int, state: str | None) -> Submission:
    before, occasion, published = plan.before, plan.occasion, plan.published
    after = replace(
        before,
        form_version=published.version,
        revision=revision,
        state=state,
        title=published.deriver.title(plan.answers, ledger.circumstances(occasion)),
        answers=plan.answers,
        changed_at=occasion.at,
        concerns=concerned_units(published.form, plan.answers, before.unit_id),
        entered_at=before.entered_at if state == before.state else occasion.at,
    )
    return replace(after, due_on=due_on(published.form, after, occasion.at.tzinfo, ledger.lookup))


def _written(ledger: Ledger, plan: Plan, after: Submission) -> Written:
    is_signature = plan.office is not None and after.revision == plan.before.revision + 1
    return Written(
        submission=after,
        search=searchable(plan.published.form, after.title, after.answers, ledger.lookup),
        occasion=plan.occasion,
        action=SIGNED if is_signature else MOVED if plan.transition else "submission.changed",
        transition=plan.transition,
        comment=plan.comment if is_signature or not plan.office else None,
        sign_off=plan.office if is_signature else None,
        unique=unique_keys_of(plan.published.form, after.answers),
    )


def _claims(plan: Plan) -> list[Key]:
    form = plan.published.form
    return [(form.id, names, key) for names, key in unique_keys_of(form, plan.answers)]


def _doubled(ledger: Ledger, plans: Mapping[int, Plan]) -> dict[int, Refused]:
    """Changes that would make two living records agree in what must be unique; those before them come first."""
    owners = owners_of(ledger, [key for plan in plans.values() for key in _claims(plan)])
    refused: dict[int, Refused] = {}
    for place, plan in plans.items():
        own = _claims(plan)
        taken = [key for key in own if owners.get(key, plan.before.id) != plan.before.id]
        if taken:
            names = [name for key in taken for name in key[1].split(",")]
            refused[place] = Refused({name: say("已经有一条相同的记录") for name in names})
        else:
            owners |= dict.fromkeys(own, plan.before.id)
    return refused
