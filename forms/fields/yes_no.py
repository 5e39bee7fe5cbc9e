"""Yes or no."""

from __future__ import annotations

from typing import ClassVar, Literal

from forms.fields.base import Field
from forms.values import Kind, Lookup, Rejected, Value
from forms.widths import half_width
from kernel.sentences import say

_YES = frozenset({"是", "有", "对", "yes", "y", "true", "1", "on", "√", "✓", "✔"})
_NO = frozenset({"否", "无", "不", "没有", "no", "n", "false", "0", "off", "×", "✗"})


class YesNo(Field):
    """Yes or no; stored as a truth.

    Example:
        type: yes_no
        name: on_site
        label: 是否到过现场
    """

    kind: ClassVar[Kind] = Kind.YES_NO
    widget: ClassVar[str] = "yes_no"

    type: Literal["yes_no"] = "yes_no"

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept 是/否 and what spreadsheets and programs write for them."""
        del lookup
        return read_truth(text)

    def show(self, value: Value, lookup: Lookup) -> str:
        """是 or 否."""
        del lookup
        return "" if value is None else "是" if value else "否"


def read_truth(text: str) -> bool:
    """The truth that `text` means, or `Rejected`."""
    word = half_width(text).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Rejected(say("请填“是”或“否”"))
