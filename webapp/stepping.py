"""What pages show of a record's way through its workflow: until when it is due, who has signed and who has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forms.labels import Label
from records.ledger import Ledger
from records.model import Occasion, Revision, Submission
from records.steps import Wish, as_now, signable, signing
from records.store import load_revisions


@dataclass(frozen=True, slots=True)
class Signature:
    """How one office stands to a step: signed, signed before the record was changed (`is_void`), or not yet."""

    office: Label
    revision: Revision | None
    who: str
    is_void: bool


@dataclass(frozen=True, slots=True)
class SignedStep:
    """A step that several offices sign."""

    title: Label
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when the record should leave its state, and how many days ago that was."""

    due_on: str
    days_over: int


def signed_steps(ledger: Ledger, submission: Submission) -> list[SignedStep]:
    """The steps out of a record's state that several offices sign."""
    published = ledger.catalogue.newest.get(submission.form_id)
    workflow = published.form.workflow if published and submission.withdrawn_at is None else None
    if published is None or workflow is None:
        return []
    steps = {name: step for name, step in workflow.leads_out(submission.state).items() if step.sign_offs}
    history = load_revisions(ledger.conn, submission.id) if steps else []
    found = []
    for name, step in steps.items():
        signed = signing(published, name, history)
        signatures = []
        for office, sign_off in step.sign_offs.items():
            revision = signed.given.get(office) or signed.void.get(office)
            who = ledger.lookup.person_name(revision.actor) if revision else ""
            signatures.append(Signature(sign_off.title, revision, who, is_void=office in signed.void))
        found.append(SignedStep(step.title, signatures))
    return found


def offices_to_sign(ledger: Ledger, submission: Submission, step: str, occasion: Occasion) -> Mapping[str, Label]:
    """The offices for which the actor may sign a step of a record, with their titles; none: it takes no signatures."""
    form = ledger.catalogue[submission.form_id].form
    sign_offs = form.workflow.transitions[step].sign_offs if form.workflow else {}
    if not sign_offs:
        return {}
    history = load_revisions(ledger.conn, submission.id)
    offices = signable(ledger, as_now(ledger, submission), Wish(step, occasion), history)
    return {office: sign_offs[office].title for office in offices}


def deadline(submission: Submission, today: date) -> Deadline | None:
    """Until when a record should leave its state; None: whenever, or it is in the recycle bin."""
    if submission.due_on is None or submission.withdrawn_at is not None:
        return None
    return Deadline(submission.due_on, (today - date.fromisoformat(submission.due_on)).days)
