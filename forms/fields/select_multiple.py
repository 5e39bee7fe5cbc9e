"""Several choices from a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from forms.fields.base import plain
from forms.fields.choices import ChoiceField
from forms.values import Kind, Lookup, Raw, Rejected, Value
from kernel.sentences import say

_BETWEEN = re.compile(r"[、，,；;|\n]+")


class SelectMultiple(ChoiceField):
    """Several choices; their names are stored in the order of the list."""

    kind: ClassVar[Kind] = Kind.LIST
    widget: ClassVar[str] = "select_multiple"

    type: Literal["select_multiple"] = "select_multiple"

    def read(self, raw: Raw, lookup: Lookup) -> Value:
        """Accept a list of choices, or one text with 、 between them."""
        del lookup
        words = _words(raw)
        chosen = {self.read_choice(word) for word in words}
        ordered: list[Value] = [name for name in self.choices if name in chosen]
        return ordered or None

    def show(self, value: Value, lookup: Lookup) -> str:
        """The labels with 、 between them."""
        del lookup
        return "、".join(self.label_of(name) for name in value) if isinstance(value, list) else ""


def _words(raw: Raw) -> list[str]:
    if isinstance(raw, str):
        return [word for part in _BETWEEN.split(raw) if (word := part.strip())]
    if isinstance(raw, Sequence):
        return [word for item in raw if (word := plain(item))]
    if raw is None:
        return []
    raise Rejected(say("应当是几个选项"))
