"""Numbers with a fraction: money, hours."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar, Literal

from forms.fields.base import Field, half_width
from forms.values import Kind, Lookup, Rejected, Value
from kernel.sentences import say


class DecimalNumber(Field):
    """A number with at most four places; stored as canonical text so that nothing is rounded."""

    kind: ClassVar[Kind] = Kind.DECIMAL
    widget: ClassVar[str] = "number"

    type: Literal["decimal"] = "decimal"
    measure_word: str = ""

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept a plain number, also full-width or with thousands separators."""
        del lookup
        digits = half_width(text).removesuffix(self.measure_word).replace(",", "").strip()
        if not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)", digits):
            raise Rejected(say("应是数字，例如 12.5"))
        number = Decimal(digits)
        if abs(number) >= Decimal(10) ** 14 or -int(number.as_tuple().exponent) > 4:
            raise Rejected(say("最多 14 位整数、4 位小数"))
        return canonical(number)

    def sort_key(self, value: Value) -> Any:  # noqa: ANN401 -- any ordered thing
        """By size, not by spelling."""
        return Decimal(str(value)) if value is not None else Decimal(0)


def canonical(number: Decimal) -> str:
    """The one spelling of a number: no exponent, no needless zeros, no minus zero."""
    text = format(number.normalize(), "f")
    return "0" if text in {"-0", ""} else text
