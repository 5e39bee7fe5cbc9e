"""Numbers with a fraction: money, hours."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import ClassVar, Literal

from forms.fields.base import Field
from forms.fields.integer import digits_of
from forms.values import Kind, Lookup, Rejected, Value
from kernel.sentences import say

#: With four places these are 15 digits: SQLite, a page and a spreadsheet keep no more.
LARGEST = Decimal(10) ** 11


class DecimalNumber(Field):
    """A number with at most four places; stored as canonical text so that nothing is rounded.

    Example:
        type: decimal
        name: fund
        label: 整改资金
        measure_word: 万元
        constraint: . >= 0
        constraint_message: 资金不能小于 0
    """

    kind: ClassVar[Kind] = Kind.DECIMAL
    widget: ClassVar[str] = "number"

    type: Literal["decimal"] = "decimal"
    #: What it is measured in: 万元, 学时. Printed behind the number.
    measure_word: str = ""

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept a plain number, also full-width or with thousands separators."""
        del lookup
        return canonical(read_number(text, self.measure_word))


def read_number(text: str, measure_word: str) -> Decimal:
    """The number that `text` means, perhaps with its measure word, or `Rejected`."""
    digits = digits_of(text, measure_word)
    if digits is None or not re.fullmatch(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", digits):
        raise Rejected(say("应是数字，例如 12.5"))
    number = Decimal(digits)
    if not fits(number) or number != rounded(number):
        raise Rejected(say("最多 11 位整数、4 位小数"))
    return number


def fits(number: Decimal) -> bool:
    """Whether `number`, to four places, is kept exactly by whatever holds it."""
    return number.is_finite() and abs(number) < LARGEST


def rounded(number: Decimal) -> Decimal:
    """`number` (which fits) to four places."""
    return number.quantize(Decimal("0.0001"))


def canonical(number: Decimal) -> str:
    """The one spelling of a number: no exponent, no needless zeros, no minus zero."""
    text = format(number.normalize(), "f")
    return "0" if text in {"-0", ""} else text
