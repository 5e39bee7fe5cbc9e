"""Several choices from a list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar, Literal

from forms.fields.choices import ChoiceField
from forms.fields.several import pieces, words_of
from forms.values import Kind, Lookup, Raw, Value


class SelectMultiple(ChoiceField):
    """Several choices; their names are stored in the order of the list.

    Example:
        type: select_multiple
        name: methods
        label: 检查方式
        choices: [查资料, 看现场, 问职工, 拉演练]
    """

    kind: ClassVar[Kind] = Kind.LIST
    widget: ClassVar[str] = "select_multiple"

    type: Literal["select_multiple"] = "select_multiple"

    def read(self, raw: Raw, lookup: Lookup) -> Value:
        """Accept a list of choices, or one text with 、 between them."""
        del lookup
        longest, most = self._sizes
        words = words_of(raw, lambda word: bool(self.find_choices(word)), longest=longest, most=most)
        return self.settled(self.read_choices(words))

    def settled(self, names: Sequence[str]) -> Value:
        """The names in the order of the list, each once."""
        chosen = set(names)
        ordered: list[Value] = [name for name in self.choices if name in chosen] if chosen else []
        return ordered or None

    @cached_property
    def _sizes(self) -> tuple[int, int]:
        """Of how many pieces the longest choice is made, and how many pieces all choices have."""
        counted = [pieces(spelling) for spelling in self.choices.spellings]
        return max(counted), sum(counted)

    def show(self, value: Value, lookup: Lookup) -> str:
        """The labels with 、 between them."""
        del lookup
        return "、".join(self.label_of(name) for name in value) if isinstance(value, list) else ""
