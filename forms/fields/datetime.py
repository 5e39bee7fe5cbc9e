"""Days with an hour: when something happened."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import ClassVar, Final, Literal

from forms.fields.base import Field
from forms.fields.date import SERIAL_ZERO, read_day
from forms.fields.time import read_hour
from forms.values import Kind, Lookup, Rejected, Value
from forms.widths import half_width
from kernel.sentences import say

#: A day, what stands between, and an hour; seconds and their fractions are left out, as 08:30:00.000 has them.
_SPELLING: Final = re.compile(r"(?P<day>.*[\d日号])(?:T|\s+|(?<=[日号]))(?P<hour>\d{1,2}\s*[:时点].*?)(?:\.0+)?")
#: What spreadsheets count: days since 1899-12-30, the hour as a fraction.
_SERIAL: Final = re.compile(r"[2-7]\d{4}\.\d+")


class DateTime(Field):
    """A day and an hour to the minute, by the office's clock, stored as 2026-11-22T08:30.

    Example:
        type: datetime
        name: happened_at
        label: {zh: 事故发生时间, en: When it happened}
        required: true
        constraint: . <= now()
        constraint_message: {zh: 不能晚于现在, en: Not after now}
    """

    kind: ClassVar[Kind] = Kind.DATETIME
    widget: ClassVar[str] = "datetime"

    type: Literal["datetime"] = "datetime"

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept a day in any usual spelling with an hour behind it: 2026-11-22 8:30, 2026年11月22日8时30分."""
        del lookup
        spelling = half_width(text)
        if _SERIAL.fullmatch(spelling):
            return _from_serial(float(spelling))
        match = _SPELLING.fullmatch(spelling)
        if match is None:
            raise Rejected(say("时间请写成 2026-11-22 08:30，日期和几点几分都要有"))
        return f"{read_day(match['day']).isoformat()}T{read_hour(match['hour'])}"

    def show(self, value: Value, lookup: Lookup) -> str:
        """The day and the hour with a blank between them."""
        del lookup
        return "" if value is None else str(value).replace("T", " ")


def _from_serial(days: float) -> str:
    at = datetime.combine(SERIAL_ZERO, datetime.min.time()) + timedelta(minutes=round(days * 24 * 60))
    return at.isoformat(timespec="minutes")
