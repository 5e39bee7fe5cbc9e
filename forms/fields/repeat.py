"""Questions answered any number of times, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

from forms.fields.base import Condition, Field
from forms.fields.group import Group
from forms.values import Kind, Lookup, Value

if TYPE_CHECKING:
    from forms.definition import AnyField

#: More rows than a person writes; a larger list is an import.
MOST_ROWS = 500


class Repeat(Field):
    """A table inside a form: each row answers the same questions; rows are read by `forms.answers`.

    Example:
        type: repeat
        name: hazards
        label: 发现的隐患
        hint: 一处隐患一行
        fields:
          - {type: text, name: place, label: 部位, required: true}
          - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}, default: "'general'"}
    """

    kind: ClassVar[Kind] = Kind.TABLE
    widget: ClassVar[str] = "repeat"

    type: Literal["repeat"] = "repeat"
    #: What each row answers, groups and repeats among it; at most 500 rows.
    fields: tuple[AnyField, ...]
    #: How many rows there are, worked out (XLSForm: repeat_count): missing rows are blank rows, rows beyond are
    #: refused; none: as many as people add.
    count: Condition | None = None

    @cached_property
    def questions(self) -> Mapping[str, Field]:
        """Every field that a row answers, by name, groups opened, in order."""
        return {field.name: field for field in _opened(self.fields) if field.kind is not Kind.NOTHING}

    def show(self, value: Value, lookup: Lookup) -> str:
        """Each row on a line, its answers with a blank between them: for reading, not for reading back."""
        if not isinstance(value, list):
            return ""
        return "\n".join(self._show_row(row, lookup) for row in value if isinstance(row, Mapping))

    def _show_row(self, row: Mapping[str, Value], lookup: Lookup) -> str:
        shown = (field.show(row.get(name), lookup) for name, field in self.questions.items())
        return " ".join(words for words in shown if words)


def _opened(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        if isinstance(field, Group):
            yield from _opened(field.fields)
