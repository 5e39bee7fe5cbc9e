"""How a spreadsheet names its cells: letters for columns, numbers from 1 for rows."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple, TypeAlias

#: (row, column), both counted from 1.
Coordinate: TypeAlias = tuple[int, int]

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_PLACE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::.*)?", re.DOTALL)


class Area(NamedTuple):
    """A rectangle of cells; all four sides are counted in, from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def has(self, at: Coordinate) -> bool:
        """Whether the cell `at` lies in it."""
        return self.top <= at[0] <= self.bottom and self.left <= at[1] <= self.right


class Place(NamedTuple):
    """One cell of a book: the tab's name, row and column from 1."""

    tab: str
    row: int
    column: int


@cache
def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def parse_area(text: str) -> Area | None:
    """`B2:D9`, `B2` or either with `$`; None for anything else (whole columns, several areas)."""
    found = _AREA.fullmatch(text)
    if found is None:
        return None
    left, top, right, bottom = found.groups()
    return Area(int(top), column_number(left), int(bottom or top), column_number(right or left))


def parse_place(text: str) -> Place | None:
    """The cell that a defined name refers to, as in `'台账'!$B$1`; None for `#REF!` and formulas.

    Of a range it is the first cell.
    """
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        return None
    quoted, plain, letters, row = found.groups()
    tab = quoted.replace("''", "'") if quoted else plain
    return Place(tab, int(row), column_number(letters))


def tab_reference(tab: str) -> str:
    """The tab's name as formulas write it: always quoted."""
    return "'" + tab.replace("'", "''") + "'"
