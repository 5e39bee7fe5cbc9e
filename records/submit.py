"""New records come in here, one or many, from every door: read, judged, numbered, stored, told.

Each entry carries the `instance_id` made when its form was opened. The same entry sent again
is accepted and writes nothing; another body under the same id is refused (as ODK Central does), and so
is what was withdrawn since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import TypeAlias

from sqlalchemy import select, tuple_

from forms.answers import Refusals
from forms.definition import Form, walk
from forms.deriving import Child
from forms.privacy import stars_sent
from forms.values import Answers, Kind, Raw
from kernel.canonical import digest
from kernel.names import new_id
from kernel.problems import Stale
from kernel.sentences import say
from records.access import NotAllowed
from records.attachments import attach, unseen_files
from records.catalogue import Published
from records.counters import grouped, numbered, series_of, take_numbers
from records.events import Event, note_many
from records.ledger import Ledger, concerned_units, day_of_number, searchable, unique_keys_of
from records.links import Linking, unseen_links
from records.lookup import CHUNK
from records.model import Accepted, Occasion, Outcome, Refused, Submission
from records.store import Written, insert_submissions, submission_of
from records.tables import submissions, unique_keys

#: What no two living records may share: form, names of the questions, digest of the answers.
Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled form as a door hands it in."""

    raw: Mapping[str, Raw]
    instance_id: str
    occasion: Occasion


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


@dataclass(slots=True)
class _Draft:
    """An entry that was read and is accepted so far."""

    published: Published
    entry: Entry
    id: str
    answers: Answers
    body_digest: str
    parent_id: str | None = None
    children: list[_Draft] = field(default_factory=list)
    #: The question in the row that a question's answer comes from: where a refusal is told.
    places: Mapping[str, str] = field(default_factory=dict)

    def family(self) -> Iterator[_Draft]:
        """This draft and those its rows become."""
        yield self
        for child in self.children:
            yield from child.family()


def submit(ledger: Ledger, form_id: str, entry: Entry) -> Outcome:
    """Store one new record. Raises `NotAllowed`, `SentOtherwise`, `SentByAnother`, `NoSuchForm`."""
    return submit_many(ledger, form_id, [entry])[0]


def submit_many(ledger: Ledger, form_id: str, entries: Sequence[Entry]) -> list[Outcome]:
    """Store many new records of one form; each is accepted or refused by itself, in order.

    Everything that is asked of or written to the database is asked and written in bulk.
    """
    published = ledger.catalogue[form_id]
    outcomes: dict[int, Outcome] = {}
    drafts: dict[int, _Draft] = {}
    known = _already_there(ledger, form_id, [entry.instance_id for entry in entries])
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
            drafted = _draft(ledger, published, entry)
            if isinstance(drafted, Refused):
                outcomes[place] = drafted
            else:
                drafts[place] = drafted
    doubled = _doubled(ledger, drafts)
    meanwhile = _already_there(ledger, form_id, [entries[place].instance_id for place in doubled])
    for place, refused in doubled.items():
        entry = entries[place]  # what it doubles may be itself, sent twice at once and stored a moment ago
        twice = meanwhile.get(entry.instance_id)
        outcomes[place] = _repeated(ledger, twice, entry) if twice else refused
        del drafts[place]
    stored = _store(ledger, list(drafts.values()))
    outcomes |= {place: Accepted(stored[draft.id]) for place, draft in drafts.items()}
    outcomes |= {place: _twin(entries[first], outcomes[first], entries[place]) for place, first in twins.items()}
    return [outcomes[place] for place in range(len(entries))]


def _twin(first: Entry, outcome: Outcome, second: Entry) -> Outcome:
    """What becomes of an entry whose instance stands in the same batch before it."""
    if digest(first.raw) != digest(second.raw) or first.occasion.actor.id != second.occasion.actor.id:
        return Refused({"": say("同一批里有两条用了同一个编号")})
    return replace(outcome, repeated=True) if isinstance(outcome, Accepted) else outcome


def file_children(
    ledger: Ledger, parent: Submission, before: Answers, occasion: Occasion, *, claimed: Collection[Key]
) -> dict[str, str]:
    """Store the records that rows added to `parent` since `before` become; refusals by place.

    claimed: unique answers that somebody else has already, though they are not stored yet.
    """
    published = ledger.catalogue[parent.form_id]
    sent = Entry({}, f"{parent.instance_id}@{parent.revision}", occasion)  # a row's number may come again
    draft = _Draft(published, sent, parent.id, parent.answers, "")
    refusals = _draft_children(ledger, draft, before)
    for refused in _doubled(ledger, dict(enumerate(draft.children)), claimed).values():
        refusals |= refused.refusals
    if not refusals:
        _store(ledger, draft.children)
    return refusals


def _already_there(ledger: Ledger, form_id: str, instance_ids: Sequence[str]) -> dict[str, Submission]:
    found: dict[str, Submission] = {}
    for start in range(0, len(instance_ids), CHUNK):
        query = select(submissions).where(
            submissions.c.form_id == form_id, submissions.c.instance_id.in_(instance_ids[start : start + CHUNK])
        )
        found |= {row.instance_id: submission_of(row) for row in ledger.conn.execute(query)}
    return found


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
    found = _already_there(ledger, form_id, [instance_id]).get(instance_id)
    return found is not None and found.withdrawn_at is not None


def _draft(ledger: Ledger, published: Published, entry: Entry, parent_id: str | None = None) -> _Draft | Refused:
    circumstances = ledger.circumstances(entry.occasion)
    reading = published.reader.read(entry.raw, circumstances, by_system=parent_id is not None)
    refusals = reading.refusals
    if parent_id is None:
        linking = Linking(entry.raw, reading.answers)
        refusals |= unseen_links(ledger, published.form, linking, entry.occasion)
        refusals |= stars_sent(published.form, entry.raw)
        refusals |= unseen_files(ledger, published.form, reading.answers, entry.occasion, before={})
    if refusals:
        return Refused(refusals)
    draft = _Draft(published, entry, new_id(entry.occasion.at), reading.answers, digest(entry.raw), parent_id)
    if published.form.entities:
        ledger.lookup.note_record(published.form.id, draft.id, "")
        refusals = _draft_children(ledger, draft, None)
        if refusals:
            return Refused(refusals)
    return draft


def _draft_children(ledger: Ledger, draft: _Draft, before: Answers | None) -> dict[str, str]:
    """Read the records that a draft's rows become; what is refused is told at the row."""
    refusals: dict[str, str] = {}
    circumstances = ledger.circumstances(draft.entry.occasion)
    for child in draft.published.deriver.children(draft.answers, circumstances, after=before):
        published = ledger.catalogue[child.form]
        raw = {**child.raw, child.link: draft.id} if child.link else child.raw
        entry = Entry(raw, f"{draft.entry.instance_id}/{child.repeat}/{child.index}", draft.entry.occasion)
        places = _places_in_row(draft.published.form, published.form, child)
        drafted = _draft(ledger, published, entry, draft.id)
        if isinstance(drafted, _Draft):
            drafted.places = places
            draft.children.append(drafted)
        else:
            refusals |= {places.get(place, places[""]): why for place, why in drafted.refusals.items()}
    return refusals


def _places_in_row(form: Form, other: Form, child: Child) -> dict[str, str]:
    """For each question of the other form the question in this form's row that answers it, else the row's first."""
    row = [inner.name for inner in walk(form.repeat(child.repeat).fields) if inner.kind is not Kind.NOTHING]
    start = f"{child.repeat}.{child.index}."
    found = {"": start + row[0]}
    for name in other.questions:
        used = child.uses.get(name, frozenset())
        found[name] = start + next((inner for inner in row if inner in used), name if name in row else row[0])
    return found


def _doubled(
    ledger: Ledger, drafts: Mapping[int, _Draft], claimed: Collection[Key] = frozenset()
) -> dict[int, Refused]:
    """Which drafts have answers that must be unique and are not; those before them come first, as do `claimed`."""
    claims = {place: list(_claims(draft)) for place, draft in drafts.items()}
    taken = {*claimed, *owners_of(ledger, [key for claim in claims.values() for key, _ in claim])}
    refused: dict[int, Refused] = {}
    for place, claim in claims.items():
        own: set[Key] = set()
        refusals: Refusals = {}
        for key, member in claim:
            if key in taken or key in own:
                refusals |= _not_unique(key, member)
            own.add(key)
        if refusals:
            refused[place] = Refused(refusals)
        else:
            taken |= own
    return refused


def _claims(draft: _Draft) -> Iterator[tuple[Key, _Draft]]:
    for member in draft.family():
        for names, key in unique_keys_of(member.published.form, member.answers):
            yield (member.published.form.id, names, key), member


def owners_of(ledger: Ledger, keys: Iterable[Key]) -> dict[Key, str]:
    """The living records that have these unique answers, by key."""
    found: dict[Key, str] = {}
    columns = (unique_keys.c.form_id, unique_keys.c.fields, unique_keys.c.key)
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), CHUNK):
        query = select(unique_keys).where(tuple_(*columns).in_(wanted[start : start + CHUNK]))
        found |= {(row.form_id, row.fields, row.key): row.submission_id for row in ledger.conn.execute(query)}
    return found


def _not_unique(key: Key, member: _Draft) -> Refusals:
    return {member.places.get(name, name): say("已经有一条相同的记录") for name in key[1].split(",")}


def _store(ledger: Ledger, drafts: Sequence[_Draft]) -> dict[str, Submission]:
    family = [member for draft in drafts for member in draft.family()]
    _give_numbers(ledger, family)
    written = [_written(ledger, member) for member in family]
    insert_submissions(ledger.conn, written)
    attach(ledger, written)
    note_many(ledger.conn, [created_event(item) for item in written])
    return {item.submission.id: item.submission for item in written}


def _give_numbers(ledger: Ledger, family: Sequence[_Draft]) -> None:
    """Give printed numbers in order, a whole block of each series at once."""
    waiting = [draft for draft in family if draft.published.form.numbering]
    series = [_series(ledger, draft) for draft in waiting]
    for name, places in sorted(grouped(series).items()):  # in one order, so that two writers never wait in a circle
        for place, number in zip(places, take_numbers(ledger.conn, name, len(places)), strict=True):
            numbering = waiting[place].published.form.numbering
            assert numbering is not None
            waiting[place].answers[numbering.field] = numbered(numbering.format, name, number)


def _series(ledger: Ledger, draft: _Draft) -> str:
    numbering = draft.published.form.numbering
    assert numbering is not None
    day = date.fromisoformat(day_of_number(draft.published, draft.answers, draft.entry.occasion))
    return series_of(numbering.format, area=ledger.area, day=day)


def _written(ledger: Ledger, draft: _Draft) -> Written:
    published, occasion = draft.published, draft.entry.occasion
    form, actor = published.form, occasion.actor
    title = published.deriver.title(draft.answers, ledger.circumstances(occasion))
    ledger.lookup.note_record(form.id, draft.id, title)
    submission = Submission(
        id=draft.id,
        form_id=form.id,
        form_version=published.version,
        revision=1,
        state=form.workflow.initial_state if form.workflow else None,
        title=title,
        answers=draft.answers,
        unit_id=actor.unit_id,
        created_by=actor.id,
        created_at=occasion.at,
        changed_at=occasion.at,
        withdrawn_at=None,
        parent_id=draft.parent_id,
        instance_id=draft.entry.instance_id,
        body_digest=draft.body_digest,
        concerns=concerned_units(form, draft.answers, actor.unit_id),
    )
    search = searchable(form, title, draft.answers, ledger.lookup)
    unique = unique_keys_of(form, draft.answers)
    return Written(submission, search, occasion, "submission.created", unique=unique)


def created_event(item: Written) -> Event:
    """What the event log says of a stored step."""
    return Event(
        action=item.action,
        subject=item.submission.id,
        actor=item.occasion.actor.id,
        at=item.occasion.at,
        form_id=item.submission.form_id,
        details={"revision": item.submission.revision, "door": str(item.occasion.door)},
    )
