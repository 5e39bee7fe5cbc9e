"""What linked records say, to whoever fills a form that links to them: no more than they would see by opening them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, or_, select

from forms.values import Answers, Value
from records.access import Verb, allows, eyes
from records.catalogue import Catalogue
from records.model import Actor
from records.store import load_submissions
from records.tables import submissions

#: More records than these with the same answer are not looked at: a key tells one record.
_MOST_PULLED: Final = 9


@dataclass(frozen=True, slots=True)
class LinkedRecords:
    """The `forms.values.Linked` of one actor, in one transaction."""

    conn: Connection
    catalogue: Catalogue
    actor: Actor

    def __call__(self, form_id: str, record_ids: Collection[str], /) -> Mapping[str, Mapping[str, Value]]:
        """The answers of records that the actor may see, and their `state`, by id, under the names of today."""
        served = self.catalogue.newest.get(form_id)
        if served is None:
            return {}
        found: dict[str, Answers] = {}
        for record_id, record in load_submissions(self.conn, record_ids).items():
            if record.form_id == form_id and allows(served.form, self.actor, record, Verb.READ):
                whole = eyes(served.form, self.actor, record).whole_names(served.form)
                answers = served.reader.brought_forward(record.answers)
                seen: Answers = {name: value for name, value in answers.items() if name in whole}
                found[record_id] = {**seen, "state": record.state}
        return found

    def pull(self, form_id: str, question: str, key: str, value: str) -> Value:
        """What the first record of a form answers whose answer to `key` is `value`; None: there is none to be seen."""
        served = self.catalogue.newest.get(form_id)
        asked = served.form.questions.get(key) if served else None
        if asked is None:
            return None
        answers = [submissions.c.answers[name].as_string() for name in (key, *asked.was)]
        query = select(submissions.c.id).where(
            submissions.c.form_id == form_id,
            submissions.c.withdrawn_at.is_(None),
            or_(*(answer == value for answer in answers)),
        )
        ids = list(self.conn.execute(query.order_by(submissions.c.id).limit(_MOST_PULLED)).scalars())
        seen = [said for said in self(form_id, ids).values() if said.get(key) is not None]
        return seen[0].get(question) if seen else None
