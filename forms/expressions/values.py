"""The values of the expression language and how one becomes another.

A value is a text, a number (an IEEE double), a yes/no or a list of these. These rules follow XPath 1.0
where XLSForm does, and depart from it where a half-filled form would show nonsense (told below);
`webapp/static/expressions.js` does the same, and a test compares the two.

- Blank: a question without an answer is the empty text. Its number is NaN, it is not true, its list has
  no item.
- As text (`text_of`): a number is its shortest digits that read back to the same double, written without
  exponent, and without a point when it is whole; what is not finite is blank (XPath: "NaN").
  Yes/no is `true` or `false`. A list is its items' texts parted by one space.
- As number (`number_of`): `-12.50`, `.5`, ` 7 ` are numbers. A date is the count of days since 1970-01-01,
  a moment `2026-11-22T08:30` or `…:00` adds its fraction of a day, a time `08:30` is that fraction alone.
  All are wall-clock time of the office; a text with an offset is no moment. Yes/no is 1 or 0. Every other
  text, or one longer than 64 characters, is NaN.
- As condition (`truth`): a number that is neither 0 nor NaN, a text or a list that is not empty, a yes.
- As list (`items_of`): a blank has no item, a list its items, everything else is one item.
"""

from __future__ import annotations

import math
import re
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeAlias

Atom: TypeAlias = str | float | bool
"""One value that is not a list."""
Value: TypeAlias = Atom | list[Atom]
"""What an expression gives."""

NAN: Final = math.nan
SECONDS_OF_DAY: Final = 86400.0
SPACES: Final = " \t\n\r\u3000"
_SPACES: Final = re.compile(f"[{SPACES}]+")
_LONGEST_NUMBER: Final = 64
_EPOCH: Final = date(1970, 1, 1).toordinal()
_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_MOMENT: Final = re.compile(
    r"(?:(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?=.)|$))?"
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?)?"
)
_SHORT_WHOLE: Final = 1e15


def value_of(stored: Any) -> Value:  # noqa: ANN401 - a stored answer is any JSON value
    """The value of a stored answer, by its JSON type; a row of a table is its position, counted from 1."""
    if stored is None:
        return ""
    if isinstance(stored, list):
        return [float(position) if isinstance(item, dict) else atom_of(item) for position, item in enumerate(stored, 1)]
    return atom_of(stored)


def atom_of(stored: Any) -> Atom:  # noqa: ANN401 - a stored answer is any JSON value
    """The value of a stored answer that is not a list; what is no text, number or yes/no is blank."""
    if isinstance(stored, str | bool | float):
        return stored
    return _double(stored) if isinstance(stored, int) else ""


def number_from(stored: Any) -> Value:  # noqa: ANN401 - a stored answer is any JSON value
    """The value of a stored number (`12`, `"12.50"`); a text that is no number stays what it is."""
    if isinstance(stored, str):
        number = _plain_number(stored) if len(stored) <= _LONGEST_NUMBER else None
        return stored if number is None else number
    return _double(stored) if type(stored) is int else value_of(stored)


@lru_cache(maxsize=8192)
def _plain_number(text: str) -> float | None:
    """The number that `text` spells; remembered, for the same amounts come again and again."""
    bare = text.strip(SPACES)
    return float(bare) if _NUMBER.fullmatch(bare) else None


def _double(whole: int) -> float:
    """The nearest double; infinite beyond the range, as JSON is read in a browser."""
    try:
        return float(whole)
    except OverflowError:
        return math.inf if whole > 0 else -math.inf


def truth(value: Value) -> bool:
    """Whether `value` holds as a condition."""
    return bool(value) and value == value  # noqa: PLR0124 - NaN is not equal to itself


def text_of(value: Value) -> str:
    """`value` as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return " ".join([text_of(item) for item in value])


def number_text(number: float) -> str:
    """The shortest digits of `number`, without exponent; blank when it is not finite."""
    if not math.isfinite(number):
        return ""
    if number.is_integer() and -_SHORT_WHOLE < number < _SHORT_WHOLE:
        return str(int(number))
    mantissa, _, exponent = repr(number).partition("e")
    return _shifted(mantissa, int(exponent or 0))


def _shifted(mantissa: str, places: int) -> str:
    """`mantissa` with its point moved `places` to the right (to the left when negative)."""
    if places == 0:
        return mantissa.removesuffix(".0")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.removeprefix("-").partition(".")
    if places < 0:
        return f"{sign}0.{'0' * (-places - 1)}{whole}{fraction}"
    return f"{sign}{whole}{fraction.ljust(places, '0')}"


def number_of(value: Value) -> float:
    """`value` as a number; NaN when it is none."""
    return value if type(value) is float else number_and_day(value)[0]


def has_day(value: Value) -> bool:
    """Whether `value` is the text of a date or of a moment (not of a time alone)."""
    return number_and_day(value)[1]


def number_and_day(value: Value) -> tuple[float, bool]:
    """`value` as a number, and whether it is a text that names a day."""
    if isinstance(value, str):
        return _number_and_day(value) if 0 < len(value) <= _LONGEST_NUMBER else (NAN, False)
    if isinstance(value, list):
        return number_and_day(text_of(value))[0], False
    return float(value), False


@lru_cache(maxsize=8192)
def _number_and_day(text: str) -> tuple[float, bool]:
    """The number of `text`, and whether it names a day; remembered, for the same dates come again and again."""
    number = _plain_number(text)
    if number is not None:
        return number, False
    bare = text.strip(SPACES)
    match = _MOMENT.fullmatch(bare)
    if match is None or not bare:
        return NAN, False
    seconds = int(match["hour"] or 0) * 3600 + int(match["minute"] or 0) * 60 + int(match["second"] or 0)
    fraction = seconds / SECONDS_OF_DAY
    if match["day"] is None:
        return fraction, False
    try:
        return date.fromisoformat(match["day"]).toordinal() - _EPOCH + fraction, True
    except ValueError:
        return NAN, False


def items_of(value: Value) -> list[Atom]:
    """`value` as a list."""
    if isinstance(value, list):
        return value
    return [] if value == "" else [value]


def words_of(text: str) -> list[str]:
    """The words of `text`, parted by spaces of any width."""
    return [word for word in _SPACES.split(text) if word]


def day_and_second(number: float) -> tuple[date, int] | None:
    """The day and the second of the day that `number` stands for; None when no calendar has it."""
    if not math.isfinite(number):
        return None
    whole = math.floor(number)
    if not date.min.toordinal() <= whole + _EPOCH <= date.max.toordinal():
        return None
    second = min(math.floor((number - whole) * SECONDS_OF_DAY + 0.5), 86399)
    return date.fromordinal(whole + _EPOCH), second


def moment_text(number: float) -> str:
    """`number` as a date, with the time of day when that is not midnight; blank when no calendar has it."""
    found = day_and_second(number)
    if found is None:
        return ""
    day, second = found
    if second == 0:
        return day.isoformat()
    return f"{day.isoformat()}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
