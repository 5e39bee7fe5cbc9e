"""What one person sees of records, for every door that shows answers: pages, history, exports, sheets, programs.

A record is told by its own version of the form, and kept from people by the version that is served now; what only
its own version knew stays kept by that. Nobody reads more through a link than they may open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from forms.access import Sight
from forms.definition import Form, walk
from forms.fields.base import Field
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.linting import placed_fields
from forms.privacy import OPEN, Eyes, Privacy, Show, privacy_of, seen_row, seen_text
from forms.values import Answers, Value
from kernel.sentences import say
from records.access import sees_every_record
from records.ledger import Ledger
from records.measuring import visible_ids
from records.model import Actor, Submission
from records.retired import last_served


class Seeing:
    """With whose eyes records are looked at: made for one page, one export, one answer to a program."""

    def __init__(self, ledger: Ledger, actor: Actor) -> None:
        """Nothing is looked at yet."""
        self.ledger = ledger
        self.actor = actor
        self._privacy: dict[tuple[str, int], Privacy] = {}
        self._eyes: dict[tuple[str, int, str | None, bool], Eyes] = {}
        self._open: dict[str, bool] = {}

    # ---- which answers ---------------------------------------------------------------------------------------------

    def eyes(self, submission: Submission, *, version: int | None = None) -> Eyes:
        """How the actor sees a record, as it is or as it was by an earlier version of its form."""
        own = submission.created_by == self.actor.id
        key = (submission.form_id, version or submission.form_version, submission.state, own)
        if key not in self._eyes:
            self._eyes[key] = self._look(submission, key[1], own=own)
        return self._eyes[key]

    def asked(self, submission: Submission) -> Form:
        """The form as it was when the record was last written."""
        return self._form(submission.form_id, submission.form_version)

    def told(self, field: Field, submission: Submission) -> tuple[Field, Value]:
        """A question of the present form as the record's own version asks it, and what the record answers."""
        questions = self.asked(submission).questions
        name = next((known for known in (field.name, *field.was) if known in questions), None)
        return (field, None) if name is None else (questions[name], submission.answers.get(name))

    # ---- as texts --------------------------------------------------------------------------------------------------

    def text(self, eyes: Eyes, field: Field, value: Value, show: Show | None = None) -> str:
        """What an answer says to the actor; rows of a repeat on a line each. show: none, as sheets and exports do."""
        return seen_text(eyes, field, value, partial(self._said, show))

    def row(self, eyes: Eyes, field: Repeat, row: Value, show: Show | None = None) -> dict[str, str]:
        """What a row of a repeat says, by question; hidden ones are left out."""
        return seen_row(eyes, field, row, partial(self._said, show))

    def column(self, field: Field, submission: Submission, show: Show | None = None) -> str:
        """What a record says in the column of a question of the present form, by the record's own version."""
        told, value = self.told(field, submission)
        return self.text(self.eyes(submission), told, value, show)

    # ---- as values -------------------------------------------------------------------------------------------------

    def answers(self, submission: Submission) -> Answers:
        """The record's answers for a program: masked ones as their masked text, hidden ones left out."""
        eyes = self.eyes(submission)
        return self.values(eyes, self.asked(submission).fields, submission.answers)

    def values(self, eyes: Eyes, fields: tuple[Field, ...], answers: Mapping[str, Value]) -> Answers:
        """Answers to `fields` as far as `eyes` see them."""
        found: Answers = {}
        for field in walk(fields):
            sight, value = eyes.sight(field.name), answers.get(field.name)
            if field.name not in answers or sight is Sight.HIDDEN:
                continue
            if sight is Sight.MASKED:
                found[field.name] = self.text(eyes, field, value) or None
            elif isinstance(field, Repeat) and isinstance(value, list):
                rows = [row for row in value if isinstance(row, Mapping)]
                found[field.name] = [self.values(eyes, field.fields, row) for row in rows]
            else:
                found[field.name] = value
        return found

    def whole_answers(self, form: Form, submission: Submission) -> Answers:
        """The answers that are seen as they are, under the names of `form`, which is served: what a page works with."""
        names = self.eyes(submission).whole_names(form)
        answers = self.ledger.catalogue[form.id].reader.brought_forward(submission.answers)
        return {name: value for name, value in answers.items() if name in names}

    # ---- links -----------------------------------------------------------------------------------------------------

    def may_open(self, form_id: str, record_id: str) -> bool:
        """Whether the actor may read a linked record."""
        if record_id not in self._open:
            self._learn(form_id, [record_id])
        return self._open[record_id]

    def learn_links(self, form: Form, records: Iterable[Submission], names: Iterable[str]) -> None:
        """Ask once for all the records that a page's records link to."""
        listed = list(records)
        for name in names:
            field = form.questions.get(name)
            if not isinstance(field, Record):
                continue
            linked = {str(value) for item in listed if (value := self.told(field, item)[1]) is not None}
            self._learn(field.form, linked - self._open.keys())
            self.ledger.lookup.learn_titles(linked)

    # ---- looking ---------------------------------------------------------------------------------------------------

    def _look(self, submission: Submission, version: int, *, own: bool) -> Eyes:
        served = self.ledger.catalogue.serving(self.ledger.conn, submission.form_id, version)
        eyes = self._private(served.form, served.version).eyes(self.actor.roles, state=submission.state, own=own)
        if version == served.version:
            return eyes
        former = self._form(submission.form_id, version)
        theirs = self._private(former, version).eyes(self.actor.roles, state=submission.state, own=own)
        if theirs == OPEN:
            return eyes
        known = {name for _, field in placed_fields(served.form.fields) for name in (field.name, *field.was)}
        return eyes | Eyes(theirs.masked - known, theirs.hidden - known)

    def _private(self, form: Form, version: int) -> Privacy:
        key = (form.id, version)
        if key not in self._privacy:
            self._privacy[key] = privacy_of(form)
        return self._privacy[key]

    def _form(self, form_id: str, version: int) -> Form:
        return self.ledger.catalogue.version(self.ledger.conn, form_id, version).form

    def _said(self, show: Show | None, field: Field, value: Value) -> str:
        if isinstance(field, Record) and not self.may_open(field.form, str(value)):
            return say("（无权查看）")
        return show(field, value) if show else field.show(value, self.ledger.lookup)

    def _learn(self, form_id: str, record_ids: Iterable[str]) -> None:
        wanted = list(record_ids)
        if not wanted:
            return
        form = last_served(self.ledger.conn, self.ledger.catalogue, form_id).form
        if sees_every_record(form, self.actor):
            self._open |= dict.fromkeys(wanted, True)
            return
        seen = set(visible_ids(self.ledger.conn, form, wanted, self.actor))
        self._open |= {record_id: record_id in seen for record_id in wanted}
