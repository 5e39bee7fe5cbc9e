"""Answers that the page carries and nobody sees."""

from __future__ import annotations

from typing import ClassVar, Literal

from forms.fields.base import Field
from forms.fields.text import refuse_long
from forms.values import Kind, Lookup, Value


class Hidden(Field):
    """A value that comes from `default`, `calculation` or the address of the page; it is stored and never shown.

    Example:
        type: hidden
        name: campaign
        label: 专项行动
        default: "'fire_2026'"
    """

    kind: ClassVar[Kind] = Kind.TEXT
    widget: ClassVar[str] = "hidden"

    type: Literal["hidden"] = "hidden"

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept any words, at most 20,000 characters."""
        del lookup
        return refuse_long(text)
