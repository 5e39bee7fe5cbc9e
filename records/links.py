"""Links to other records: nobody links to what they may not see, or learns by trying that it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forms.answers import Refusals
from forms.definition import Form, walk
from forms.fields.base import Field, plain
from forms.fields.record import Record, no_such_record
from forms.fields.repeat import Repeat
from forms.values import Answers, Raw, Value
from records.access import Verb, allows, sees_every_record
from records.ledger import Ledger
from records.model import Door, Occasion
from records.store import load_submissions

#: The office's own doors: a shared sheet shows what it shows to all who open it, the demo is nobody's.
_OPEN = (Door.SHEET, Door.DEMO)


@dataclass(frozen=True, slots=True)
class Linking:
    """What somebody sent, what was read of it, and what was answered before (a new record: nothing)."""

    raw: Mapping[str, Raw]
    answers: Answers
    before: Answers = field(default_factory=dict)


def unseen_links(ledger: Ledger, form: Form, linking: Linking, occasion: Occasion) -> Refusals:
    """The new links to records that the actor may not see, refused in the words for records that are not there.

    What was linked before may stay: whoever linked it saw the other record.
    """
    if occasion.door in _OPEN:
        return {}
    kept = {record_id for _, _, record_id in _links(form.fields, linking.before)}
    wanted = [
        (place, link, record_id)
        for place, link, record_id in _links(form.fields, linking.answers)
        if record_id not in kept and not _sees_all(ledger, link, occasion)
    ]
    linked = load_submissions(ledger.conn, [record_id for _, _, record_id in wanted])
    unseen: Refusals = {}
    for place, link, record_id in wanted:
        record = linked[record_id]
        served = ledger.catalogue.serving(ledger.conn, link.form, record.form_version).form
        if not allows(served, occasion.actor, record, Verb.READ):
            unseen[place] = no_such_record(plain(_sent(linking.raw, place)))
    return unseen


def _sent(raw: Raw, place: str) -> Raw:
    """What was sent at a place such as `hazards.0.enterprise`; nothing for what was worked out."""
    for step in place.split("."):
        if isinstance(raw, Mapping):
            raw = raw.get(step)
        else:
            raw = raw[int(step)] if isinstance(raw, Sequence) and step.isdigit() else None
    return raw


def _links(
    fields: tuple[Field, ...], answers: Mapping[str, Value], inside: str = ""
) -> Iterator[tuple[str, Record, str]]:
    """Place, question and record id of every link, those in rows too."""
    for question in walk(fields):
        value = answers.get(question.name)
        if isinstance(question, Record) and isinstance(value, str):
            yield inside + question.name, question, value
        elif isinstance(question, Repeat) and isinstance(value, list):
            for index, row in enumerate(value):
                if isinstance(row, Mapping):
                    yield from _links(question.fields, row, f"{inside}{question.name}.{index}.")


def _sees_all(ledger: Ledger, link: Record, occasion: Occasion) -> bool:
    linked = ledger.catalogue.newest.get(link.form)
    return linked is not None and sees_every_record(linked.form, occasion.actor)
