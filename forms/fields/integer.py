"""Whole numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import ClassVar, Literal

from forms.fields.base import Field
from forms.values import Kind, Lookup, Rejected, Value
from forms.widths import half_width
from kernel.sentences import say

#: Doubles hold whole numbers exactly up to here; a spreadsheet and a page would change larger ones.
LARGEST = 2**53


class Integer(Field):
    """A whole number; limits are set by `constraint`.

    Example:
        type: integer
        name: people
        label: {zh: 检查人数, en: Inspectors}
        measure_word: 人
        default: "2"
        constraint: . >= 1 and . <= 50
        constraint_message: {zh: 人数应在 1 至 50 之间, en: From 1 to 50}
    """

    kind: ClassVar[Kind] = Kind.INTEGER
    widget: ClassVar[str] = "number"

    type: Literal["integer"] = "integer"
    #: What is counted: 人, 处. Printed behind the number.
    measure_word: str = ""

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept digits, also full-width or with thousands separators, and the field's own measure word."""
        del lookup
        digits = digits_of(text, self.measure_word)
        if digits is None or not re.fullmatch(r"[-+]?[0-9]+(\.0+)?", digits):
            raise Rejected(say("应是整数，例如 12"))
        number = Decimal(digits)
        if abs(number) > LARGEST:
            raise Rejected(say("这个数太大，编号请用文字题"))
        return int(number)


def digits_of(text: str, measure_word: str) -> str | None:
    """A number as typed, in plain digits without measure word and separators; None: the separators are elsewhere."""
    bare = half_width(text).removesuffix(half_width(measure_word)).strip()
    if "," in bare and not re.fullmatch(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", bare):
        return None  # 1,5 is one and a half to some people
    return bare.replace(",", "")
