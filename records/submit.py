"""New records come in here, one or many, from every door: read, judged, numbered, stored, told.

Each entry carries the `instance_id` made when its form was opened. The same entry sent again
is accepted and writes nothing; another body under the same id is refused (as ODK Central does), and so
is what was withdrawn since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import TypeAlias

from kernel.canonical import digest
from kernel.problems import Stale
from kernel.sentences import say
from records.access import NotAllowed
from records.filing import Draft, Filled, doubled, draft, sent_before, store
from records.ledger import Ledger
from records.model import Accepted, Outcome, Refused, Submission
from records.revise import follow

#: One filled form as a door hands it in.
Entry: TypeAlias = Filled


class SentByAnother(Stale):
    """Somebody else of the unit has already sent the same: there is nothing left to do."""

    code = "submission.sent_by_another"

    def __init__(self, title: str, name: str) -> None:
        super().__init__(say("{name}已经报过这一张（{title}），内容相同，不用再报", name=name, title=title))


class SentOtherwise(Stale):
    """The same form was already sent with other answers."""

    code = "submission.sent_otherwise"

    def __init__(self, title: str) -> None:
        super().__init__(say("这张表已经报过（{title}），内容与这次不同；要改请打开那条记录修改", title=title))


def submit(ledger: Ledger, form_id: str, entry: Entry) -> Outcome:
    """Store one new record.

    Raises `NotAllowed`, `SentOtherwise`, `SentByAnother`, `NoSuchForm`, `NoSuchVersion`, `VersionRetired`.
    """
    return submit_many(ledger, form_id, [entry])[0]


def submit_many(ledger: Ledger, form_id: str, entries: Sequence[Entry]) -> list[Outcome]:
    """Store many new records of one form; each is accepted or refused by itself, in order.

    Everything that is asked of or written to the database is asked and written in bulk.
    """
    published = ledger.catalogue[form_id]
    outcomes: dict[int, Outcome] = {}
    drafts: dict[int, Draft] = {}
    known = sent_before(ledger, form_id, [entry.instance_id for entry in entries])
    firsts: dict[str, int] = {}
    twins: dict[int, int] = {}
    for place, entry in enumerate(entries):
        if not published.form.access.may_fill(entry.occasion.actor.roles):
            raise NotAllowed(published.form, "fill")
        if entry.instance_id in known:
            outcomes[place] = _repeated(ledger, known[entry.instance_id], entry)
        elif entry.instance_id in firsts:
            twins[place] = firsts[entry.instance_id]
        else:
            firsts[entry.instance_id] = place
            drafted = draft(ledger, ledger.catalogue.filled_by(ledger.conn, form_id, entry.form_version), entry)
            if isinstance(drafted, Refused):
                outcomes[place] = drafted
            else:
                drafts[place] = drafted
    twice_claimed = doubled(ledger, drafts)
    meanwhile = sent_before(ledger, form_id, [entries[place].instance_id for place in twice_claimed])
    for place, refused in twice_claimed.items():
        entry = entries[place]  # what it doubles may be itself, sent twice at once and stored a moment ago
        twice = meanwhile.get(entry.instance_id)
        outcomes[place] = _repeated(ledger, twice, entry) if twice else refused
        del drafts[place]
    stored = store(ledger, list(drafts.values()))
    members = (member for each in drafts.values() for member in each.family())
    stored |= follow(ledger, [(stored[member.id], member.entry.occasion) for member in members])
    outcomes |= {place: Accepted(stored[made.id]) for place, made in drafts.items()}
    outcomes |= {place: _twin(entries[first], outcomes[first], entries[place]) for place, first in twins.items()}
    return [outcomes[place] for place in range(len(entries))]


def _twin(first: Entry, outcome: Outcome, second: Entry) -> Outcome:
    """What becomes of an entry whose instance stands in the same batch before it."""
    if digest(first.raw) != digest(second.raw) or first.occasion.actor.id != second.occasion.actor.id:
        return Refused({"": say("同一批里有两条用了同一个编号")})
    return replace(outcome, repeated=True) if isinstance(outcome, Accepted) else outcome


def _repeated(ledger: Ledger, stored: Submission, entry: Entry) -> Outcome:
    if stored.withdrawn_at is not None:
        why = say("已经报过（{title}），后来作废了；可以恢复那条记录，或另填一张新的", title=stored.title)
        return Refused({"": why})
    if stored.body_digest != digest(entry.raw):
        raise SentOtherwise(stored.title)
    if stored.created_by != entry.occasion.actor.id:
        raise SentByAnother(stored.title, ledger.lookup.person_name(stored.created_by))
    return Accepted(stored, repeated=True)


def free_instance(ledger: Ledger, form_id: str, instance_id: str) -> str:
    """`instance_id`, or after withdrawals the first of `instance_id/2`, `instance_id/3` … that was not withdrawn.

    For what a unit sends once a day under a name that is worked out: after a withdrawal it may send again.
    """
    names = (instance_id if turn == 1 else f"{instance_id}/{turn}" for turn in count(1))
    return next(name for name in names if not _is_withdrawn(ledger, form_id, name))


def _is_withdrawn(ledger: Ledger, form_id: str, instance_id: str) -> bool:
    found = sent_before(ledger, form_id, [instance_id]).get(instance_id)
    return found is not None and found.withdrawn_at is not None
