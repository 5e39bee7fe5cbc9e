"""`date`, `date-time`, `format-date` and the numbers of dates."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Final

from forms.expressions.values import NAN, Value, day_and_second, has_day, moment_text, number_of, text_of

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
CODES: Final = frozenset("YymndeHhMSab%")
_CODE: Final = re.compile(r"%(.)", re.DOTALL)


def date_value(value: Value) -> str:
    """The day of a date, a moment or a count of days since 1970-01-01; blank when it is none."""
    if not isinstance(value, float) and not has_day(value):
        return ""
    return moment_text(number_of(value))[:10]


def moment_value(value: Value) -> str:
    """The moment of a date, a moment or a count of days since 1970-01-01; blank when it is none."""
    return moment_text(moment_number(value))


def moment_number(value: Value) -> float:
    """Days since 1970-01-01, with the fraction of the day, of what names a day; NaN when nothing does."""
    return number_of(value) if isinstance(value, float) or has_day(value) else NAN


def day_fraction(value: Value) -> float:
    """The time of day of a time or a moment as a fraction of a day; NaN when it is none."""
    number = number_of(value)
    return number - math.floor(number) if math.isfinite(number) else NAN


def formatted_date(value: Value, pattern: Value) -> str:
    """A date, moment or time written as `pattern` says; blank when it is none; unknown codes stay."""
    found = day_and_second(number_of(value))
    if found is None:
        return ""
    day, second = found
    return _CODE.sub(lambda match: _written(match[1], day, second), text_of(pattern))


def unknown_codes(pattern: str) -> list[str]:
    """The codes in `pattern` that mean nothing to `format-date`."""
    return [match[0] for match in _CODE.finditer(pattern) if match[1] not in CODES]


def _written(code: str, day: date, second: int) -> str:
    """What `%code` stands for."""
    match code:
        case "Y":
            return f"{day.year:04d}"
        case "y":
            return f"{day.year % 100:02d}"
        case "m":
            return f"{day.month:02d}"
        case "n":
            return str(day.month)
        case "b":
            return f"{day.month}月"
        case "d":
            return f"{day.day:02d}"
        case "e":
            return str(day.day)
        case "a":
            return WEEKDAYS[day.weekday()]
        case "%":
            return "%"
        case _:
            return _written_time(code, second)


def _written_time(code: str, second: int) -> str:
    """What a `%code` of the time of day stands for; an unknown code is left as it is."""
    match code:
        case "H":
            return f"{second // 3600:02d}"
        case "h":
            return str(second // 3600)
        case "M":
            return f"{second // 60 % 60:02d}"
        case "S":
            return f"{second % 60:02d}"
        case _:
            return f"%{code}"
