"""The operators of the expression language as closures over their two sides.

- `and`, `or`: the right side is not looked at when the left one decides.
- `=`, `!=`: as numbers when either side is a number, else as texts. (XPath compares as conditions when
  either side is a yes/no; as texts, a question not yet answered is neither yes nor no.)
- `<`, `<=`, `>`, `>=`: as numbers. Any comparison with NaN is false, but `!=` is true.
- `+`, `-`: as numbers; a date or moment plus or minus a number is a date or moment again, one minus
  another is the days between them.
- `*`, `div`, `mod`: as numbers; dividing by 0 gives NaN; `mod` has the sign of its left side.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from forms.expressions.scope import Scope
from forms.expressions.values import NAN, Value, moment_text, number_and_day, number_of, text_of, truth

Evaluate: TypeAlias = Callable[[Scope], Value]
"""An expression made ready: a scope in, its value out."""
Join: TypeAlias = Callable[[Evaluate, Evaluate], Evaluate]
"""Makes one expression of two."""


def same(left: Value, right: Value) -> bool:
    """Whether two values are equal: as numbers when either is one, else as texts."""
    if isinstance(left, float) or isinstance(right, float):
        return number_of(left) == number_of(right)
    return text_of(left) == text_of(right)


def same_as_text(left: Evaluate, literal: str, *, equal: bool) -> Evaluate:
    """`left = 'literal'` (or `!=`, when not `equal`), the comparison forms are full of."""

    def compared(scope: Scope) -> bool:
        value = left(scope)
        return ((value == literal) if type(value) is str else same(value, literal)) is equal

    return compared


def _both(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda scope: truth(left(scope)) and truth(right(scope))


def _either(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda scope: truth(left(scope)) or truth(right(scope))


def _equal(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda scope: same(left(scope), right(scope))


def _unequal(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda scope: not same(left(scope), right(scope))


def _ordered(holds: Callable[[float, float], bool]) -> Join:
    """A comparison of numbers."""

    def join(left: Evaluate, right: Evaluate) -> Evaluate:
        return lambda scope: holds(number_of(left(scope)), number_of(right(scope)))

    return join


def _counted(apply: Callable[[float, float], float]) -> Join:
    """An operation on numbers."""

    def join(left: Evaluate, right: Evaluate) -> Evaluate:
        return lambda scope: apply(number_of(left(scope)), number_of(right(scope)))

    return join


def _added(left: Evaluate, right: Evaluate) -> Evaluate:
    def added(scope: Scope) -> Value:
        first, second = left(scope), right(scope)
        if type(first) is float and type(second) is float:
            return first + second
        (number, is_day), (other, is_other_day) = number_and_day(first), number_and_day(second)
        return moment_text(number + other) if is_day != is_other_day else number + other

    return added


def _subtracted(left: Evaluate, right: Evaluate) -> Evaluate:
    def subtracted(scope: Scope) -> Value:
        first, second = left(scope), right(scope)
        if type(first) is float and type(second) is float:
            return first - second
        (number, is_day), (other, is_other_day) = number_and_day(first), number_and_day(second)
        return moment_text(number - other) if is_day and not is_other_day else number - other

    return subtracted


def _quotient(left: float, right: float) -> float:
    return left / right if right != 0 else NAN


def _remainder(left: float, right: float) -> float:
    return math.fmod(left, right) if right != 0 and math.isfinite(left) else NAN


OPERATORS: Final[Mapping[str, Join]] = MappingProxyType(
    {
        "or": _either,
        "and": _both,
        "=": _equal,
        "!=": _unequal,
        "<": _ordered(operator.lt),
        "<=": _ordered(operator.le),
        ">": _ordered(operator.gt),
        ">=": _ordered(operator.ge),
        "+": _added,
        "-": _subtracted,
        "*": _counted(operator.mul),
        "div": _counted(_quotient),
        "mod": _counted(_remainder),
    }
)
"""How each operator joins two ready expressions."""
