"""A link to a record of another form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from forms.fields.base import ChoiceCondition, Field, FieldName
from forms.values import Kind, Lookup, Rejected, Value
from kernel.sentences import Sentence, say


class Record(Field):
    """A record of form `form`: its id is stored, its title is shown.

    Example:
        type: record
        name: enterprise
        label: {zh: 被检查单位, en: Enterprise}
        form: enterprise
        required: true
    """

    kind: ClassVar[Kind] = Kind.TEXT
    widget: ClassVar[str] = "record"

    type: Literal["record"] = "record"
    #: The id of the form whose records can be chosen.
    form: str
    #: Only records for which this holds; it calls their answers by bare names: `town = ${town} and state = 'open'`.
    filter: ChoiceCondition | None = None
    #: Questions of this form that are answered with what the chosen record says: ours to theirs. A question that is
    #: `read_only` always follows the chosen record, another one only while it is blank.
    pull: Mapping[FieldName, FieldName] = {}

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept a record's id, or a title that only one living record has."""
        found = lookup.find_records(self.form, text)
        if not found:
            raise Rejected(no_such_record(text))
        if len(found) > 1:
            raise Rejected(say("有 {count} 条都叫“{text}”，请从列表里选", count=len(found), text=text))
        return found[0]

    def show(self, value: Value, lookup: Lookup) -> str:
        """The record's title where it tells it apart, else its id."""
        if value is None:
            return ""
        title = lookup.record_title(str(value))
        return title if list(lookup.find_records(self.form, title)) == [value] else str(value)


def no_such_record(text: str) -> Sentence:
    """What is said of a record that is not there, or that the sender may not see."""
    return say("没有找到“{text}”", text=text)
