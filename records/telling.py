"""Who is told of a step that was taken: once for each revision, whatever is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

from kernel.sentences import say
from records.ledger import Ledger
from records.model import Door
from records.notices import Audience, tell_once
from records.steps import MOVED, as_now
from records.store import Written, load_revisions, load_submissions

#: What happened longer ago is no news: of a ledger that is loaded, of a worker that stood still.
_NEWS = timedelta(days=1)


def tells(ledger: Ledger, item: Written) -> bool:
    """Whether somebody is to be told of what was stored: a step whose form says so, and that was really taken."""
    workflow = ledger.catalogue[item.submission.form_id].form.workflow
    step = workflow.transitions.get(item.transition or "") if workflow else None
    is_taken = item.action == MOVED and item.occasion.door is not Door.DEMO
    return is_taken and step is not None and step.notify is not None


def tell_of_step(ledger: Ledger, submission_id: str, revision: int, now: datetime) -> int:
    """Tell those whom the step that made `revision` names, but for whoever took it; how many were told now."""
    found = load_submissions(ledger.conn, [submission_id]).get(submission_id)
    taken = {item.revision: item for item in load_revisions(ledger.conn, submission_id)}.get(revision)
    published = ledger.catalogue.newest.get(found.form_id) if found else None
    if found is None or taken is None or published is None or published.form.workflow is None:
        return 0
    step = published.form.workflow.transitions.get(taken.transition or "")
    if step is None or step.notify is None or found.withdrawn_at is not None or now - taken.at > _NEWS:
        return 0
    submission = as_now(ledger, found)
    persons = [one for one in Audience(ledger.conn).of(step.notify, published.form, submission) if one != taken.actor]
    sentence = say("“{record}”：{message}", record=submission.title, message=step.message or step.title)
    # steps that followed by themselves happened at the same moment, and each is told
    at = taken.at + timedelta(microseconds=revision)
    return tell_once(ledger.conn, persons, submission_id, sentence, at)
