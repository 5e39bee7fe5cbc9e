"""Whole numbers."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from forms.fields.base import Field, half_width
from forms.values import Kind, Lookup, Rejected, Value
from kernel.sentences import say

#: Doubles hold whole numbers exactly up to here; a spreadsheet and a page would change larger ones.
LARGEST = 2**53


class Integer(Field):
    """A whole number; limits are set by `constraint`."""

    kind: ClassVar[Kind] = Kind.INTEGER
    widget: ClassVar[str] = "number"

    type: Literal["integer"] = "integer"
    #: What is counted: 人, 处. Printed behind the number.
    measure_word: str = ""

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept digits, also full-width or with thousands separators, and the field's own measure word."""
        del lookup
        digits = half_width(text).removesuffix(self.measure_word).replace(",", "").strip()
        if not re.fullmatch(r"[-+]?\d+(\.0+)?", digits):
            raise Rejected(say("应是整数，例如 12"))
        number = int(digits.split(".")[0])
        if abs(number) > LARGEST:
            raise Rejected(say("这个数太大，编号请用文字题"))
        return number
