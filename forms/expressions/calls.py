"""The functions of the expression language, done.

`PLAIN` functions take the values of their arguments. `READY` ones are made from their arguments before
they have values: those that look at the scope, and those that need not evaluate every argument.
What each means is written in `docs/reference/expressions.md`. No function raises: what makes no sense
gives a blank, NaN or false.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import re2

from forms.expressions.dates import date_value, formatted_date
from forms.expressions.operators import Evaluate
from forms.expressions.scope import Scope
from forms.expressions.values import NAN, SPACES, Atom, Value, items_of, number_of, text_of, truth

Ready: TypeAlias = Callable[[tuple[Evaluate, ...]], Evaluate]
"""Makes a call of its ready arguments."""

_POWERS: Final = tuple(float(10**places) for places in range(16))
_EXACT: Final = 1e14
_SPACES: Final = re.compile(f"[{SPACES}]+")


def _choices(value: Value) -> list[str]:
    """What is selected: the items of a list, or the words of a text."""
    if isinstance(value, list):
        return [text_of(item) for item in value]
    return [word for word in _SPACES.split(text_of(value)) if word]


def _selected(value: Value, choice: Value) -> bool:
    wanted = text_of(choice).strip(SPACES)
    if isinstance(value, str) and (wanted == value or wanted not in value):
        return wanted == value != ""
    return wanted != "" and wanted in _choices(value)


def _selected_at(value: Value, position: Value) -> str:
    found, at = _choices(value), number_of(position)
    return found[int(at)] if 0 <= at < len(found) else ""


def _flattened(values: tuple[Value, ...]) -> list[Atom]:
    return [item for value in values for item in items_of(value)]


def _concatenated(*values: Value) -> str:
    return "".join([text_of(value) if not isinstance(value, list) else _run_together(value) for value in values])


def _run_together(items: list[Atom]) -> str:
    return "".join([text_of(item) for item in items])


def _joined(separator: Value, *values: Value) -> str:
    return text_of(separator).join([text_of(item) for item in _flattened(values)])


def _numbers(values: tuple[Value, ...]) -> list[float]:
    """The numbers of all items that are not blank."""
    return [number_of(item) for item in _flattened(values) if item != ""]


def _sum(value: Value) -> float:
    total = 0.0
    for item in items_of(value):
        if item != "":
            total += number_of(item)  # sum() rounds otherwise than a browser from Python 3.12 on
    return total


def _least(*values: Value) -> float:
    numbers = _numbers(values)
    return min(numbers) if numbers and not any(map(math.isnan, numbers)) else NAN


def _greatest(*values: Value) -> float:
    numbers = _numbers(values)
    return max(numbers) if numbers and not any(map(math.isnan, numbers)) else NAN


def _rounded(value: Value, places: Value = 0.0) -> float:
    """Half away from zero, as on paper: 1.005 to two places is 1.01, though its double lies below."""
    number, wanted = number_of(value), number_of(places)
    if not math.isfinite(number) or math.isnan(wanted):
        return NAN
    shift = int(max(-15.0, min(15.0, wanted)))
    power = _POWERS[abs(shift)]
    scaled = abs(number) * power if shift >= 0 else abs(number) / power
    if not math.isfinite(scaled):
        return number
    if scaled < _EXACT:
        scaled = float(f"{scaled:.15g}")
    whole = math.floor(scaled + 0.5) if scaled < _EXACT else scaled
    return math.copysign(whole / power if shift >= 0 else whole * power, number)


def _truncated(value: Value) -> float:
    number = number_of(value)
    return float(math.trunc(number)) if math.isfinite(number) else NAN


def _part(value: Value, start: Value, end: Value | None = None) -> str:
    text = text_of(value)
    last = len(text) if end is None else _position(end, len(text))
    return text[_position(start, len(text)) : last]


def _position(value: Value, length: int) -> int:
    """A position in a text of `length` characters, from 0; a negative one counts from the end."""
    number = number_of(value)
    if math.isnan(number):
        return 0
    at = int(max(-float(length), min(float(length), number)))
    return at + length if at < 0 else at


def _count_non_empty(value: Value) -> float:
    return float(len([item for item in items_of(value) if text_of(item) != ""]))


PLAIN: Final[Mapping[str, Callable[..., Value]]] = MappingProxyType(
    {
        "abs": lambda value: abs(number_of(value)),
        "boolean-from-string": lambda value: text_of(value) in {"true", "1"},
        "concat": _concatenated,
        "contains": lambda text, part: text_of(part) in text_of(text),
        "count": lambda value: float(len(items_of(value))),
        "count-non-empty": _count_non_empty,
        "count-selected": lambda value: float(len(_choices(value))),
        "date": date_value,
        "ends-with": lambda text, ending: text_of(text).endswith(text_of(ending)),
        "false": lambda: False,
        "format-date": formatted_date,
        "int": _truncated,
        "join": _joined,
        "max": _greatest,
        "min": _least,
        "not": lambda value: not truth(value),
        "number": number_of,
        "round": _rounded,
        "selected": _selected,
        "selected-at": _selected_at,
        "starts-with": lambda text, beginning: text_of(text).startswith(text_of(beginning)),
        "string": text_of,
        "string-length": lambda value: float(len(text_of(value))),
        "substr": _part,
        "sum": _sum,
        "true": lambda: True,
    }
)
"""Functions of values."""


def _if(arguments: tuple[Evaluate, ...]) -> Evaluate:
    condition, then, otherwise = arguments
    return lambda scope: then(scope) if truth(condition(scope)) else otherwise(scope)


def _coalesce(arguments: tuple[Evaluate, ...]) -> Evaluate:
    """The first that is not blank; the last when all are."""
    *firsts, last = arguments

    def coalesced(scope: Scope) -> Value:
        for argument in firsts:
            value = argument(scope)
            if text_of(value) != "":
                return value
        return last(scope)

    return coalesced


def _once(arguments: tuple[Evaluate, ...]) -> Evaluate:
    """The answer that is there, `.`, or else the argument; the compiler puts `.` before it."""
    this, argument = arguments

    def kept(scope: Scope) -> Value:
        answer = this(scope)
        return answer if text_of(answer) != "" else argument(scope)

    return kept


def _today(_: tuple[Evaluate, ...]) -> Evaluate:
    return lambda scope: scope.now.date().isoformat()


def _now(_: tuple[Evaluate, ...]) -> Evaluate:
    return lambda scope: scope.now.replace(tzinfo=None).isoformat(timespec="seconds")


def _user(arguments: tuple[Evaluate, ...]) -> Evaluate:
    (key,) = arguments
    return lambda scope: scope.user.get(text_of(key(scope)), "")


READY: Final[Mapping[str, Ready]] = MappingProxyType(
    {"coalesce": _coalesce, "if": _if, "now": _now, "once": _once, "today": _today, "user": _user}
)
"""Functions of ready arguments; `regex` is made by `matching`."""


def matching(value: Evaluate, pattern: str) -> Evaluate:
    """`regex(value, 'pattern')`: whether the whole text matches; `pattern` is in the common subset.

    Bytes without captures are what RE2 takes in least time.
    """
    options = re2.Options()
    options.never_capture = True
    fullmatch = re2.compile(pattern.encode(), options).fullmatch
    return lambda scope: fullmatch(text_of(value(scope)).encode(errors="replace")) is not None
