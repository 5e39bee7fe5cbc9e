"""One choice from a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from forms.fields.choices import ChoiceField
from forms.values import Kind, Lookup, Value


class SelectOne(ChoiceField):
    """One choice; the name of the choice is stored.

    Example:
        type: select_one
        name: level
        label: {zh: 隐患级别, en: Level}
        required: true
        choices:
          general: {zh: 一般, en: General}
          major: {zh: 重大, en: Major}
    """

    kind: ClassVar[Kind] = Kind.TEXT
    widget: ClassVar[str] = "select_one"

    type: Literal["select_one"] = "select_one"

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept the name or the label of a choice; where several are called alike also 新村（donghe_xincun）."""
        del lookup
        return self.settled(self.read_choices([text]))

    def settled(self, names: Sequence[str]) -> Value:
        """The one name."""
        return names[0]

    def show(self, value: Value, lookup: Lookup) -> str:
        """The label of the choice."""
        del lookup
        return "" if value is None else str(self.label_of(value))
