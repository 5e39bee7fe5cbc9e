"""Several choices from a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Literal, TypeGuard

from forms.fields.base import plain
from forms.fields.choices import ChoiceField
from forms.values import Kind, Lookup, Raw, Value

_BETWEEN = re.compile(r"([、，,；;|\n]+)")


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
        words = [plain(item) for item in raw] if _is_list(raw) else self._split(plain(raw))
        chosen = {self.read_choice(word) for word in words if word}
        ordered: list[Value] = [name for name in self.choices if name in chosen]
        return ordered or None

    def _split(self, text: str) -> list[str]:
        """The choices that stand in one text; a label may itself hold what stands between labels."""
        parts = _BETWEEN.split(text)  # word, separator, word, …
        found = []
        while parts:
            ends = range(len(parts), 0, -2)
            end = next((end for end in ends if self.find_choice("".join(parts[:end])) is not None), 1)
            found.append("".join(parts[:end]).strip())
            parts = parts[end + 1 :]
        return found

    def show(self, value: Value, lookup: Lookup) -> str:
        """The labels with 、 between them."""
        del lookup
        return "、".join(self.label_of(name) for name in value) if isinstance(value, list) else ""


def _is_list(raw: Raw) -> TypeGuard[Sequence[Raw]]:
    return isinstance(raw, Sequence) and not isinstance(raw, str)
