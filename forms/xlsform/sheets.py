"""The sheets of an XLSForm as text, and what is said about their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

#: Sheets of the standard, and the two of ours: what it has no words for, and what is said about that.
SURVEY = "survey"
CHOICES = "choices"
SETTINGS = "settings"
ENTITIES = "entities"
EXTERNAL_CHOICES = "external_choices"
OSM = "osm"
EXTRAS = "taizhang"
NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the header: its number in the sheet (the header's is 1), and its filled cells by heading."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its headings from left to right as they are written, and its rows."""

    header: tuple[str, ...]
    rows: tuple[Row, ...] = ()


#: The sheets of a workbook by their names in small letters.
Sheets: TypeAlias = Mapping[str, Sheet]


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a workbook: its sheet, the number of its row, its heading; 0 and "" where there is none."""

    sheet: str
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        row = f" 第 {self.row} 行" if self.row else ""
        return f"{self.sheet}{row}{f' {self.column}' if self.column else ''}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said about a cell: why it cannot be taken, or what was made of it."""

    spot: Spot
    sentence: str

    def __str__(self) -> str:
        return f"{self.spot}：{self.sentence}"


def sheet_of(rows: Sequence[Mapping[str, str]], *, first: Sequence[str] = ()) -> Sheet:
    """A sheet of `rows`; columns in the order of `first`, the others as they come up."""
    header = list(first)
    for row in rows:
        header += [heading for heading in row if heading not in header]
    filled = {heading for row in rows for heading, text in row.items() if text}
    kept = tuple(heading for heading in header if heading in filled or heading in first)
    return Sheet(
        kept,
        tuple(
            Row(number, {heading: text for heading, text in row.items() if text}) for number, row in enumerate(rows, 2)
        ),
    )
