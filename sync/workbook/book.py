"""A workbook as values: what is in it, and what is to be changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from sync.workbook.addresses import Area, Coordinate, Place

#: What a cell can hold. Dates and times in a workbook have no time zone; None is an empty cell.
CellValue: TypeAlias = str | int | float | bool | date | datetime | None

#: Custom document properties by which a book, and every stray copy of it, is known again.
BINDING = "taizhang-binding"
GENERATION = "taizhang-generation"
#: Every defined name of ours begins so: `_tz_<key>` stands on the header cell of column `<key>`.
NAME_PREFIX = "_tz_"
#: The very hidden tab that holds the choices too long for a validation rule.
LISTS_TAB = "_lists"


#: A generation; more digits than these would not fit the database's whole numbers (32 bits).
_COUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Tab:
    """One worksheet as it was read.

    Attributes:
        rows: `rows[r - 1][c - 1]` is the cell in row r, column c; rows may differ in length.
        formulas: cells whose value is computed; they are never written.
        computed: areas that one array formula or data table fills; they may reach beyond the rows.
        merged: merged areas; only their first cell has a value.
    """

    name: str
    rows: list[list[CellValue]]
    formulas: frozenset[Coordinate] = frozenset()
    computed: tuple[Area, ...] = ()
    merged: tuple[Area, ...] = ()
    visible: bool = True

    def value(self, row: int, column: int) -> CellValue:
        """The value in row and column, both from 1; None beyond the edge."""
        if row > len(self.rows) or column > len(self.rows[row - 1]):
            return None
        return self.rows[row - 1][column - 1]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as it was read.

    Attributes:
        places: for every `_tz_<key>`, by key, the header cell it stands on now; None when the column was deleted.
        properties: the custom document properties as text.
        modified_by: who last saved it, as the office program says; "" when it does not.
        modified_at: when, in UTC, as the office program says.
        digest: SHA-256 of the file's bytes, in hexadecimal.
    """

    tabs: tuple[Tab, ...]
    places: Mapping[str, Place | None]
    properties: Mapping[str, str]
    modified_by: str
    modified_at: datetime | None
    digest: str

    def tab(self, name: str) -> Tab | None:
        """The tab of that name."""
        return next((tab for tab in self.tabs if tab.name == name), None)

    @property
    def binding(self) -> str | None:
        """The binding that this book belongs to."""
        return self.properties.get(BINDING)

    @property
    def generation(self) -> int | None:
        """The generation that this copy was written at; None when absent, garbled or beyond all that can be."""
        text = self.properties.get(GENERATION, "")
        return int(text) if _COUNT.fullmatch(text) else None


class Format(StrEnum):
    """How a column shows and keeps what is typed into it; the value is its number format."""

    TEXT = "@"
    DATE = "yyyy-mm-dd"
    INTEGER = "0"
    DECIMAL = "0.00"


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column to be made.

    Attributes:
        key: becomes the defined name `_tz_<key>`; unique in the book, whatever its case; letters, digits, `_`, `.`.
        width: in characters; None lets the label and the format decide.
        choices: offered as a drop-down list; anything else is stopped while typing.
        hint: shown while a cell of the column is selected.
    """

    key: str
    label: str
    format: Format = Format.TEXT
    width: float | None = None
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NewTab:
    """A tab to be made: the hidden id column stands before `columns`.

    Attributes:
        rows_ahead: how many rows validation reaches to; formats reach to the end of the sheet.
    """

    name: str
    columns: tuple[NewColumn, ...]
    id_key: str = "id"
    id_label: str = "编号ID"
    rows_ahead: int = 5000


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be done to one tab. Rows and columns count from 1 and are those of the file as it was read.

    Attributes:
        cells: values to be set; None empties a cell.
        append: rows to be added below the last one that holds a value, each {column: value}.
        mark: cells to be shown as wrong (light red), keeping their number format.
        unmark: cells to be shown as right again.
        remove: rows that go altogether where nothing refers to rows below them, and are cleared otherwise.
    """

    cells: Mapping[Coordinate, CellValue] = field(default_factory=dict)
    append: Sequence[Mapping[int, CellValue]] = ()
    mark: Collection[Coordinate] = ()
    unmark: Collection[Coordinate] = ()
    remove: Collection[int] = ()


class Reason(StrEnum):
    """Why a cell was left as it was."""

    FORMULA = "formula"
    MERGED = "merged"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Patched:
    """What became of `Changes`.

    Attributes:
        unwritten: cells left as they were, and why; numbered as in the file that was read.
        first_appended: the row that the first of `append` stands in now; None without any.
        removed: rows that are really gone; those below have moved up.
        cleared: rows that were emptied instead.
    """

    unwritten: Mapping[Coordinate, Reason]
    first_appended: int | None
    removed: tuple[int, ...] = ()
    cleared: tuple[int, ...] = ()
