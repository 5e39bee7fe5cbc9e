"""How numbers are printed in a bulletin.

What is left out is cut off, never rounded up, and 余 or 多 stands only where something was left out: 326 is
300余, 300 is 300.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias

#: A number as it was counted: nothing is lost before it is printed.
Quantity: TypeAlias = int | Fraction

#: What stands where there is no number, such as a rate of nothing.
ABSENT: Final = "—"

_WAN: Final = 10_000
_DIGITS: Final = "零一二三四五六七八九"
_PLACES: Final = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))
_MOST_PLACES: Final = 4


class Style(StrEnum):
    """A way of printing a number; each with what it makes of 111,327 or of the number told."""

    EXACT = "exact"  # 111327
    YU = "yu"  # 326 → 300余
    DUO = "duo"  # 523 → 500多
    WAN1DUO = "wan1duo"  # 11.1万多
    WANDUO = "wanduo"  # 53200 → 5万多
    WANYU = "wanyu"  # 603000 → 60万余
    DUOWAN = "duowan"  # 16420000 → 1600多万
    PCT1 = "pct1"  # 99.875 → 99.9, as stands before a %
    HAN = "han"  # 12 → 十二, 2 → 二 (第二名)
    LIANG = "liang"  # 2 → 两 (两支队伍)


def printed(quantity: Quantity | None, style: Style) -> str:
    """`quantity` in `style`; a number too small for a style, or below zero, is printed exactly."""
    if quantity is None:
        return ABSENT
    return _STYLES[style](quantity)


def _exact(quantity: Quantity) -> str:
    """All digits; a fraction with at most four places."""
    parts = Fraction(quantity) * 10**_MOST_PLACES
    whole, rest = divmod(abs(int(parts)), 10**_MOST_PLACES)
    sign = "-" if parts < 0 else ""
    fraction = f".{rest:0{_MOST_PLACES}}".rstrip("0").rstrip(".")
    return f"{sign}{whole}{fraction}"


def _cut(quantity: Quantity, unit: int) -> tuple[int, bool]:
    """`quantity` cut down to a multiple of `unit`, and whether something was cut off."""
    kept = int(quantity // unit) * unit
    return kept, kept != quantity


def _round_unit(quantity: Quantity) -> int:
    """The place down to which people say a number: tens, hundreds, and from 10,000 on thousands."""
    return 10 if quantity < 100 else 100 if quantity < _WAN else 1000


def _about(word: str) -> Callable[[Quantity], str]:
    def about(quantity: Quantity) -> str:
        if quantity < 10:
            return _exact(quantity)
        kept, more = _cut(quantity, _round_unit(quantity))
        return f"{kept}{word if more else ''}"

    return about


def _wan(unit: int, word: str) -> Callable[[Quantity], str]:
    def in_wan(quantity: Quantity) -> str:
        if quantity < _WAN:
            return _about(word)(quantity)
        kept, more = _cut(quantity, unit)
        return f"{_exact(Fraction(kept, _WAN))}万{word if more else ''}"

    return in_wan


def _duo_wan(quantity: Quantity) -> str:
    """多 before 万: 1642万 is 1600多万."""
    if quantity < 10 * _WAN:
        return _wan(_WAN, "多")(quantity)
    kept, more = _cut(quantity, _round_unit(quantity / Fraction(_WAN)) * _WAN)
    return f"{kept // _WAN}{'多' if more else ''}万"


def _percent(quantity: Quantity) -> str:
    """One place, half up; 100 only where nothing is left to do, and 0 only where nothing was done."""
    if quantity in (0, 100):
        return str(quantity)
    tenths = int(Fraction(quantity) * 10 + Fraction(1, 2))
    if quantity < 100:
        tenths = min(tenths, 999)
    return f"{tenths // 10}.{tenths % 10}"


def _han(quantity: Quantity) -> str:
    """Chinese numerals up to 9999万; larger numbers and fractions in digits."""
    if quantity != int(quantity) or not 0 <= quantity < _WAN * _WAN:
        return _exact(quantity)
    high, low = divmod(int(quantity), _WAN)
    words = (f"{_below_wan(high)}万" if high else "") + (_DIGITS[0] if high and 0 < low < 1000 else "")
    words += _below_wan(low) if low or not high else ""
    return words.removeprefix("一") if words.startswith("一十") else words


def _below_wan(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    words, gap = "", False
    for size, place in _PLACES:
        digit, number = divmod(number, size)
        if digit:
            words += (_DIGITS[0] if gap and words else "") + _DIGITS[digit] + place
        gap = not digit
    return words


def _liang(quantity: Quantity) -> str:
    return "两" if quantity == 2 else _han(quantity)


_STYLES: Final[Mapping[Style, Callable[[Quantity], str]]] = MappingProxyType(
    {
        Style.EXACT: _exact,
        Style.YU: _about("余"),
        Style.DUO: _about("多"),
        Style.WAN1DUO: _wan(_WAN // 10, "多"),
        Style.WANDUO: _wan(_WAN, "多"),
        Style.WANYU: _wan(_WAN, "余"),
        Style.DUOWAN: _duo_wan,
        Style.PCT1: _percent,
        Style.HAN: _han,
        Style.LIANG: _liang,
    }
)
