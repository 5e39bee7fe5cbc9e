"""Days, in the spellings that people use."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import ClassVar, Literal

from forms.fields.base import Field
from forms.values import Kind, Lookup, Rejected, Value
from forms.widths import half_width
from kernel.sentences import say

#: Year, month, day: 2026-11-22, 2026/11/22, 2026.11.22, 2026年11月22日, 20261122;
#: behind the first may stand midnight, as spreadsheets write whole days.
_SPELLINGS = (
    re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?:[T\s]+00:00(?::00)?)?"),
    re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
#: Day 0 of spreadsheets (1900 date system), and the serials that can only be meant as days (1954 … 2119).
SERIAL_ZERO = date(1899, 12, 30)
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.0+)?")


class Date(Field):
    """A whole local day.

    Example:
        type: date
        name: date
        label: {zh: 检查日期, en: Date}
        required: true
        default: today()
        constraint: . <= today()
        constraint_message: {zh: 检查日期不能晚于今天, en: Not after today}
    """

    kind: ClassVar[Kind] = Kind.DATE
    widget: ClassVar[str] = "date"

    type: Literal["date"] = "date"

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept a day in any usual spelling, or a spreadsheet's serial number."""
        del lookup
        return read_day(text).isoformat()


def read_day(text: str) -> date:
    """The day that `text` means, or `Rejected`."""
    spelling = half_width(text)
    if serial := _SERIAL.fullmatch(spelling):
        return SERIAL_ZERO + timedelta(days=int(serial[1]))
    for pattern in _SPELLINGS:
        if match := pattern.fullmatch(spelling):
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                raise Rejected(say("没有“{text}”这一天", text=text)) from None
    raise Rejected(say("日期请写成 2026-11-22 或 2026年11月22日"))
