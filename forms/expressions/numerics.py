"""Roots, powers, logarithms and angles that come out the same to the last bit in Python and in a browser.

The libraries of the two differ in the last digit, so these are made of `+ - * /` and square roots alone, which
IEEE 754 rounds alike everywhere, in the same order as in `webapp/static/expression_functions.js`. Results keep
fifteen digits where they are not exact. What makes no number is NaN.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context
from typing import Final

from forms.expressions.values import NAN

_FIFTEEN: Final = Context(prec=15, rounding=ROUND_HALF_UP)
"""As `toPrecision` rounds; Python's own formats round halves to even."""
_LN2: Final = 0.6931471805599453
_ROOT_OF_HALF: Final = 0.7071067811865476
_ROOT_OF_TWO: Final = 1.4142135623730951
_FACTORIALS: Final = tuple(float(math.factorial(number)) for number in range(22))


def tidy(number: float) -> float:
    """`number` to fifteen digits."""
    return float(_FIFTEEN.create_decimal(number)) if math.isfinite(number) else number


def square_root(number: float) -> float:
    """NaN of what is below 0."""
    return math.sqrt(number) if number >= 0 else NAN


def power(base: float, exponent: float) -> float:
    """`base` to the power of `exponent`; by multiplication where that is whole."""
    if not (math.isfinite(base) and math.isfinite(exponent)):
        return NAN
    if exponent == math.floor(exponent):
        whole = _whole_power(base, abs(exponent))
        return whole if exponent >= 0 else _divided(1.0, whole)
    if base <= 0:
        return 0.0 if base == 0 and exponent > 0 else NAN
    return tidy(exponential(exponent * logarithm(base)))


def exponential(number: float) -> float:
    """The power of e to `number`."""
    if math.isnan(number) or number > 709.0:
        return NAN
    if number < -745.0:
        return 0.0
    halvings = math.floor(number / _LN2 + 0.5)
    rest = number - halvings * _LN2
    total = 0.0
    for place in range(20, -1, -1):
        total = total * rest + 1.0 / _FACTORIALS[place]
    return _scaled(total, halvings)


def logarithm(number: float) -> float:
    """To the base e; NaN of what is not above 0."""
    if not 0 < number < math.inf:
        return NAN
    exponent, mantissa = 0, number
    while mantissa >= _ROOT_OF_TWO:
        mantissa, exponent = mantissa / 2.0, exponent + 1
    while mantissa < _ROOT_OF_HALF:
        mantissa, exponent = mantissa * 2.0, exponent - 1
    small = (mantissa - 1.0) / (mantissa + 1.0)
    total = 0.0
    for place in range(27, 0, -2):
        total = total * small * small + 1.0 / place
    return 2.0 * small * total + exponent * _LN2


def sine(angle: float) -> float:
    """Of an angle in radians."""
    if not math.isfinite(angle):
        return NAN
    rest = math.fmod(angle, 2.0 * math.pi)
    if rest > math.pi:
        rest -= 2.0 * math.pi
    if rest < -math.pi:
        rest += 2.0 * math.pi
    if rest > math.pi / 2.0:
        rest = math.pi - rest
    if rest < -math.pi / 2.0:
        rest = -math.pi - rest
    total = 0.0
    for place in range(21, 0, -2):
        total = 1.0 / _FACTORIALS[place] - total * rest * rest
    return rest * total


def cosine(angle: float) -> float:
    """Of an angle in radians."""
    return sine(angle + math.pi / 2.0)


def tangent(angle: float) -> float:
    """Of an angle in radians."""
    return _divided(sine(angle), cosine(angle))


def arc_tangent(number: float) -> float:
    """The angle from -π/2 to π/2 whose tangent is `number`."""
    if math.isnan(number):
        return NAN
    if number < 0:
        return -arc_tangent(-number)
    if number > 1:
        return math.pi / 2.0 - arc_tangent(1.0 / number)
    half = number / (1.0 + math.sqrt(1.0 + number * number))
    quarter = half / (1.0 + math.sqrt(1.0 + half * half))
    total = 0.0
    for place in range(27, 0, -2):
        total = 1.0 / place - total * quarter * quarter
    return 4.0 * quarter * total


def arc_sine(number: float) -> float:
    """The angle from -π/2 to π/2 whose sine is `number`; NaN outside of -1 to 1."""
    if not -1.0 <= number <= 1.0:
        return NAN
    if abs(number) == 1.0:
        return number * (math.pi / 2.0)
    return arc_tangent(number / math.sqrt(1.0 - number * number))


def arc_cosine(number: float) -> float:
    """The angle from 0 to π whose cosine is `number`; NaN outside of -1 to 1."""
    return math.pi / 2.0 - arc_sine(number)


def angle_of(y: float, x: float) -> float:
    """The angle from -π to π at which the point (x, y) lies; 0 for the origin."""
    if not (math.isfinite(x) and math.isfinite(y)):
        return NAN
    if x > 0:
        return arc_tangent(y / x)
    if x < 0:
        return arc_tangent(y / x) + (math.pi if y >= 0 else -math.pi)
    return math.pi / 2.0 if y > 0 else -math.pi / 2.0 if y < 0 else 0.0


def _divided(dividend: float, divisor: float) -> float:
    return dividend / divisor if divisor != 0 else NAN


def _whole_power(base: float, exponent: float) -> float:
    result, factor, left = 1.0, base, exponent
    while left >= 1:
        half = math.floor(left / 2)
        if left - 2.0 * half == 1:
            result *= factor
        factor, left = factor * factor, float(half)
    return result


def _scaled(number: float, doublings: int) -> float:
    """`number` doubled or halved so many times."""
    factor = 2.0 if doublings > 0 else 0.5
    for _ in range(abs(doublings)):
        number *= factor
    return number
