"""The functions of the expression language that take the values of their arguments and nothing else.

What each means is written in `docs/reference/expressions.md`. No function raises: what makes no sense
gives a blank, NaN or false.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from forms.expressions import numerics
from forms.expressions.dates import date_value, day_fraction, formatted_date, moment_number, moment_value
from forms.expressions.points import length_of, points_of
from forms.expressions.spans import days_between, months_between
from forms.expressions.texts import after, before, exchanged, single_spaced, substring
from forms.expressions.values import NAN, SPACES, Atom, Value, items_of, number_of, text_of, truth, words_of

_POWERS: Final = tuple(float(10**places) for places in range(16))
_EXACT: Final = 1e14


def choices_of(value: Value) -> list[str]:
    """What is selected: the items of a list, or the words of a text."""
    return [text_of(item) for item in value] if isinstance(value, list) else words_of(text_of(value))


def _selected(value: Value, choice: Value) -> bool:
    wanted = text_of(choice).strip(SPACES)
    if isinstance(value, str) and (wanted == value or wanted not in value):
        return wanted == value != ""
    return wanted != "" and wanted in choices_of(value)


def _selected_at(value: Value, position: Value) -> str:
    found, at = choices_of(value), number_of(position)
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


def _floored(value: Value) -> float:
    number = number_of(value)
    return float(math.floor(number)) if math.isfinite(number) else NAN


def _ceiled(value: Value) -> float:
    number = number_of(value)
    return float(math.ceil(number)) if math.isfinite(number) else NAN


def _within(total: float, least: Value, most: Value) -> bool:
    """Whether `total` lies between the bounds; one below 0 is none."""
    low, high = number_of(least), number_of(most)
    return (low < 0 or total >= low) and (high < 0 or total <= high)


def _checked(least: Value, most: Value, *conditions: Value) -> bool:
    return _within(float(sum(truth(item) for item in _flattened(conditions))), least, most)


def _weighed(least: Value, most: Value, *pairs: Value) -> bool:
    total = 0.0
    for condition, weight in zip(pairs[::2], pairs[1::2], strict=False):
        if truth(condition):
            total += number_of(weight)
    return _within(total, least, most)


def _distance(*values: Value) -> float:
    return _rounded(length_of(points_of(values)), 2.0)


def _of_numbers(function: Callable[..., float]) -> Callable[..., float]:
    """`function` of the numbers that the arguments are."""
    return lambda *values: function(*[number_of(value) for value in values])


def _tidied(function: Callable[..., float]) -> Callable[..., float]:
    """`function` of the numbers that the arguments are, to fifteen digits."""
    return lambda *values: numerics.tidy(function(*[number_of(value) for value in values]))


def _count_non_empty(value: Value) -> float:
    return float(len([item for item in items_of(value) if text_of(item) != ""]))


PLAIN: Final[Mapping[str, Callable[..., Value]]] = MappingProxyType(
    {
        "abs": lambda value: abs(number_of(value)),
        "acos": _tidied(numerics.arc_cosine),
        "asin": _tidied(numerics.arc_sine),
        "atan": _tidied(numerics.arc_tangent),
        "atan2": _tidied(numerics.angle_of),
        "boolean": truth,
        "boolean-from-string": lambda value: text_of(value) in {"true", "1"},
        "ceiling": _ceiled,
        "checklist": _checked,
        "concat": _concatenated,
        "contains": lambda text, part: text_of(part) in text_of(text),
        "cos": _tidied(numerics.cosine),
        "count": lambda value: float(len(items_of(value))),
        "count-non-empty": _count_non_empty,
        "count-selected": lambda value: float(len(choices_of(value))),
        "date": date_value,
        "date-time": moment_value,
        "decimal-date-time": moment_number,
        "decimal-time": day_fraction,
        "difference-in-days": days_between,
        "difference-in-months": months_between,
        "distance": _distance,
        "ends-with": lambda text, ending: text_of(text).endswith(text_of(ending)),
        "exp": _tidied(numerics.exponential),
        "exp10": _of_numbers(lambda number: numerics.power(10.0, number)),
        "false": lambda: False,
        "floor": _floored,
        "format-date": formatted_date,
        "format-date-time": formatted_date,
        "int": _truncated,
        "join": _joined,
        "log": _tidied(numerics.logarithm),
        "log10": _tidied(lambda number: numerics.logarithm(number) / numerics.logarithm(10.0)),
        "max": _greatest,
        "min": _least,
        "normalize-space": single_spaced,
        "not": lambda value: not truth(value),
        "number": number_of,
        "pi": lambda: math.pi,
        "pow": _of_numbers(numerics.power),
        "round": _rounded,
        "selected": _selected,
        "selected-at": _selected_at,
        "sin": _tidied(numerics.sine),
        "sqrt": _of_numbers(numerics.square_root),
        "starts-with": lambda text, beginning: text_of(text).startswith(text_of(beginning)),
        "string": text_of,
        "string-length": lambda value: float(len(text_of(value))),
        "substr": substring,
        "substring-after": after,
        "substring-before": before,
        "sum": _sum,
        "tan": _tidied(numerics.tangent),
        "translate": exchanged,
        "true": lambda: True,
        "weighted-checklist": _weighed,
    }
)
"""Functions of values."""
