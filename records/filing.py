"""New records on their way: read, those that they become drafted with them, judged, numbered, stored, told.

A record may become others: rows of its tables, or the record itself at a step or by a timer. They are read and
stored together with it, or refused together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypeAlias

from sqlalchemy import select, tuple_

from forms.answers import Refusals
from forms.definition import Form, walk
from forms.deriving import Child
from forms.privacy import stars_sent
from forms.uniqueness import unique_keys_of
from forms.values import Answers, Kind, Raw
from kernel.canonical import digest
from kernel.names import new_id
from kernel.sentences import say
from records.attachments import attach, unseen_files
from records.catalogue import Published
from records.events import Event, note_many
from records.ledger import Ledger, concerned_units, due_on
from records.links import Linking, unseen_links
from records.lookup import CHUNK
from records.model import Occasion, Refused, Submission
from records.numbering import Unnumbered, give_numbers
from records.searching import searchable
from records.store import Written, insert_submissions, submission_of
from records.tables import submissions, unique_keys

#: What no two living records may share: form, names of the questions, digest of the answers.
Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Filled:
    """One filled form: what was answered, the id made when it was opened, who sends it and when."""

    raw: Mapping[str, Raw]
    instance_id: str
    occasion: Occasion
    #: What the first step of its history says, such as why somebody reports on behalf of another unit.
    comment: str | None = None
    #: The version of the form it was filled by; none: the one that is served.
    form_version: int | None = None


@dataclass(slots=True)
class Draft:
    """A filled form that was read and is accepted so far."""

    published: Published
    entry: Filled
    id: str
    answers: Answers
    body_digest: str
    parent_id: str | None = None
    children: list[Draft] = field(default_factory=list)
    #: The question of the parent that a question's answer comes from: where a refusal is told.
    places: Mapping[str, str] = field(default_factory=dict)

    def family(self) -> Iterator[Draft]:
        """This draft and those its rows become."""
        yield self
        for child in self.children:
            yield from child.family()


def draft(ledger: Ledger, published: Published, entry: Filled, parent_id: str | None = None) -> Draft | Refused:
    """Read a filled form and what its rows become."""
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
    made = Draft(published, entry, new_id(entry.occasion.at), reading.answers, digest(entry.raw), parent_id)
    if published.form.entities:
        ledger.lookup.note_record(published.form.id, made.id, "")
        refusals = _draft_children(ledger, made, published.deriver.children(made.answers, circumstances))
        if refusals:
            return Refused(refusals)
    return made


def file_children(
    ledger: Ledger, parent: Submission, children: Sequence[Child], occasion: Occasion, *, claimed: Collection[Key] = ()
) -> list[Submission] | Refused:
    """Store the records that `parent` becomes, all of them or none; what is refused is told at their places.

    claimed: unique answers that somebody else has already, though they are not stored yet.
    """
    entry = Filled({}, parent.instance_id, occasion)
    made = Draft(ledger.catalogue[parent.form_id], entry, parent.id, parent.answers, "")
    refusals = _draft_children(ledger, made, children, revision=parent.revision)
    for refused in doubled(ledger, dict(enumerate(made.children)), claimed).values():
        refusals |= refused.refusals
    return Refused(refusals) if refusals else list(store(ledger, made.children).values())


def sent_before(ledger: Ledger, form_id: str, instance_ids: Sequence[str]) -> dict[str, Submission]:
    """The records of a form that came under these instance ids, withdrawn ones too."""
    found: dict[str, Submission] = {}
    for start in range(0, len(instance_ids), CHUNK):
        query = select(submissions).where(
            submissions.c.form_id == form_id, submissions.c.instance_id.in_(instance_ids[start : start + CHUNK])
        )
        found |= {row.instance_id: submission_of(row) for row in ledger.conn.execute(query)}
    return found


def _draft_children(
    ledger: Ledger, parent: Draft, children: Sequence[Child], *, revision: int | None = None
) -> Refusals:
    """Read the records that a draft becomes; what is refused is told at the row, or at the question it comes of."""
    refusals: Refusals = {}
    for child in children:
        instance_id = _instance_of(ledger, parent, child, revision)
        if instance_id is None:
            continue
        published = ledger.catalogue[child.form]
        raw = {**child.raw, child.link: parent.id} if child.link else child.raw
        places = _places(parent.published.form, published.form, child)
        drafted = draft(ledger, published, replace(parent.entry, raw=raw, instance_id=instance_id), parent.id)
        if isinstance(drafted, Draft):
            drafted.places = places
            parent.children.append(drafted)
        else:
            for name, why in drafted.refusals.items():
                place = places.get(name, places[""])
                refusals[place] = why if place else _of_another(published.form, name, why)
    return refusals


def _instance_of(ledger: Ledger, parent: Draft, child: Child, revision: int | None) -> str | None:
    """Under which instance id a child is stored; None: the record has become this one already, and it lives.

    revision: of the parent, when it was stored before: a row's number may come again.
    """
    if child.repeat is not None:
        inside = parent.entry.instance_id if revision is None else f"{parent.entry.instance_id}@{revision}"
        return f"{inside}/{child.name}"
    for turn in count(1):
        name = f"{parent.entry.instance_id}/{child.name}" + (f"/{turn}" if turn > 1 else "")
        known = sent_before(ledger, child.form, [name]).get(name)
        if known is None:
            return name
        if known.withdrawn_at is None:
            return None
    raise AssertionError


def _places(form: Form, other: Form, child: Child) -> dict[str, str]:
    """For each question of the other form the question of this form (in the row: of its row) that answers it.

    Under "" where all else is told: of a row its first question, of the record itself no question.
    """
    if child.repeat is None:
        asked, start, rest = list(form.questions), "", ""
    else:
        asked = [inner.name for inner in walk(form.repeat(child.repeat).fields) if inner.kind is not Kind.NOTHING]
        start, rest = f"{child.repeat}.{child.index}.", asked[0]
    found = {"": start + rest}
    for name in other.questions:
        used = child.uses.get(name, frozenset())
        found[name] = start + next((own for own in asked if own in used), name if name in asked else rest)
    return found


def _of_another(form: Form, name: str, why: str) -> str:
    """A refusal of what this form does not ask at all."""
    asked = form.questions.get(name.partition(".")[0])
    called = asked.label if asked else name
    return say("同时生成“{form}”时，{question}：{why}", form=form.title, question=called, why=why)


# ---- unique answers ------------------------------------------------------------------------------------------------


def doubled(ledger: Ledger, drafts: Mapping[int, Draft], claimed: Collection[Key] = frozenset()) -> dict[int, Refused]:
    """Which drafts have answers that must be unique and are not; those before them come first, as do `claimed`."""
    claims = {place: list(_claims(ledger, each)) for place, each in drafts.items()}
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


def owners_of(ledger: Ledger, keys: Iterable[Key]) -> dict[Key, str]:
    """The living records that have these unique answers, by key."""
    found: dict[Key, str] = {}
    columns = (unique_keys.c.form_id, unique_keys.c.fields, unique_keys.c.key)
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), CHUNK):
        query = select(unique_keys).where(tuple_(*columns).in_(wanted[start : start + CHUNK]))
        found |= {(row.form_id, row.fields, row.key): row.submission_id for row in ledger.conn.execute(query)}
    return found


def _claims(ledger: Ledger, made: Draft) -> Iterator[tuple[Key, Draft]]:
    for member in made.family():
        for names, key in unique_keys_of(*_as_served(ledger, member)):
            yield (member.published.form.id, names, key), member


def _as_served(ledger: Ledger, made: Draft) -> tuple[Form, Answers]:
    """The form as it is served now, and the answers under its names: what a record is among other records."""
    served = ledger.catalogue[made.published.form.id]
    if served.version == made.published.version:
        return served.form, made.answers
    return served.form, served.reader.brought_forward(made.answers)


def _not_unique(key: Key, member: Draft) -> Refusals:
    return {member.places.get(name, name): say("已经有一条相同的记录") for name in key[1].split(",")}


# ---- storing -------------------------------------------------------------------------------------------------------


def store(ledger: Ledger, drafts: Sequence[Draft]) -> dict[str, Submission]:
    """Store drafts and what they become, by id; in bulk."""
    family = [member for each in drafts for member in each.family()]
    give_numbers(ledger, [wanting for member in family for wanting in _unnumbered(member)])
    written = [_written(ledger, member) for member in family]
    insert_submissions(ledger.conn, written)
    attach(ledger, written)
    note_many(ledger.conn, [event_of(item) for item in written])
    return {item.submission.id: item.submission for item in written}


def _unnumbered(made: Draft) -> Iterator[Unnumbered]:
    numbering = made.published.form.numbering
    if numbering is not None and numbering.transition is None:
        yield Unnumbered(numbering, made.answers, made.entry.occasion)


def _written(ledger: Ledger, made: Draft) -> Written:
    published, occasion = made.published, made.entry.occasion
    form, actor = published.form, occasion.actor
    served, answers = _as_served(ledger, made)
    title = ledger.catalogue[form.id].deriver.title(answers, ledger.circumstances(occasion))
    ledger.lookup.note_record(form.id, made.id, title)
    begun = Submission(
        id=made.id,
        form_id=form.id,
        form_version=published.version,
        revision=1,
        state=served.workflow.initial_state if served.workflow else None,
        title=title,
        answers=made.answers,
        unit_id=actor.unit_id,
        created_by=actor.id,
        created_at=occasion.at,
        changed_at=occasion.at,
        withdrawn_at=None,
        parent_id=made.parent_id,
        instance_id=made.entry.instance_id,
        body_digest=made.body_digest,
        concerns=concerned_units(served, answers, actor.unit_id),
        entered_at=occasion.at,
    )
    submission = replace(begun, due_on=due_on(form, begun, occasion.at.tzinfo, ledger.lookup))
    search = searchable(form, title, made.answers, ledger.lookup)
    unique = unique_keys_of(form, made.answers)
    return Written(submission, search, occasion, "submission.created", comment=made.entry.comment, unique=unique)


def event_of(item: Written) -> Event:
    """What the event log says of a stored step."""
    return Event(
        action=item.action,
        subject=item.submission.id,
        actor=item.occasion.actor.id,
        at=item.occasion.at,
        form_id=item.submission.form_id,
        details={"revision": item.submission.revision, "door": str(item.occasion.door)},
    )
