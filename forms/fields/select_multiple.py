"""Several choices from a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar, Literal, TypeGuard

from forms.fields.base import plain
from forms.fields.choices import ChoiceField
from forms.values import Kind, Lookup, Raw, Rejected, Value
from kernel.sentences import say

_BETWEEN = re.compile(r"([、，,；;|\n]+)")
#: More words than this in one answer, and than all choices together have, are something else that was pasted.
_MOST_WORDS = 500


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
        if _is_list(raw):
            self._refuse_many(len(raw))
        words = [plain(item) for item in raw] if _is_list(raw) else self._split(plain(raw))
        chosen = {self.read_choice(word) for word in words if word}
        ordered: list[Value] = [name for name in self.choices if name in chosen]
        return ordered or None

    def _split(self, text: str) -> list[str]:
        """The choices that stand in one text; a label may itself hold what stands between labels."""
        parts = _BETWEEN.split(text)  # word, separator, word, …
        self._refuse_many(len(parts) // 2 + 1)
        found = []
        start = 0
        while start < len(parts):
            ends = range(min(len(parts), start + self._longest), start, -2)
            end = next((end for end in ends if self.find_choice("".join(parts[start:end])) is not None), start + 1)
            found.append("".join(parts[start:end]).strip())
            start = end + 1
        return found

    @cached_property
    def _longest(self) -> int:
        """How many words and separators the longest choice is made of."""
        return max(len(_BETWEEN.split(spelling)) for spelling in self.spellings)

    def _refuse_many(self, count: int) -> None:
        most = max(_MOST_WORDS, sum(len(_BETWEEN.split(spelling)) for spelling in self.spellings))
        if count > most:
            raise Rejected(say("写了 {count} 项，太多了，请只写选项表里有的", count=count))

    def show(self, value: Value, lookup: Lookup) -> str:
        """The labels with 、 between them."""
        del lookup
        return "、".join(self.label_of(name) for name in value) if isinstance(value, list) else ""


def _is_list(raw: Raw) -> TypeGuard[Sequence[Raw]]:
    return isinstance(raw, Sequence) and not isinstance(raw, str)
