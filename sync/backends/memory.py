"""A sheet that lives in memory: for trying things out, and for everything that must be fast and exact.

It keeps the same promises as a real one, and people can edit it as they would edit a real one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kernel.sentences import say
from sync.authors import OURSELVES, Saving
from sync.backends.base import SheetRow, Snapshot, Writing
from sync.layout import ID, CellValue, Layout
from sync.locks import Holder
from sync.replace import BookChanged, BookHeld
from sync.workbook.package import Gone


class Settings(BaseModel):
    """A sheet in memory needs none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["memory"] = "memory"


@dataclass(slots=True)
class Content:
    """What a file would hold."""

    columns: list[str]
    rows: list[dict[str, CellValue]]
    binding: str
    generation: int
    marks: set[tuple[int, str]] = field(default_factory=set)

    def copy(self) -> Content:
        """The same again, for a colleague who works on a copy."""
        rows = [dict(row) for row in self.rows]
        return Content(list(self.columns), rows, self.binding, self.generation, set(self.marks))


@dataclass(slots=True)
class MemorySheet:
    """A sheet in memory; `content` is none while it does not exist. Rows count from 2, as below a header."""

    layout: Layout
    content: Content | None = None
    held_by: Holder | None = None
    saving: Saving = field(default_factory=Saving)
    version: int = 0

    @property
    def name(self) -> str:
        """The tab's name."""
        return self.layout.tab

    def seal(self) -> str:
        """Counts the savings."""
        self._there()
        return str(self.version)

    def holder(self, now: datetime) -> Holder | None:
        """Whoever holds it."""
        del now
        return self.held_by

    def read(self) -> Snapshot:
        """Every row that holds anything."""
        content = self._there()
        known = [key for key in content.columns if key in self.layout.by_key]
        rows = [
            SheetRow(number, str(row.get(ID) or "").strip(), {key: row.get(key) for key in known if key != ID})
            for number, row in enumerate(content.rows, 2)
            if any(value is not None for value in row.values())
        ]
        return Snapshot(
            rows=rows,
            columns=frozenset(known),
            binding=content.binding,
            generation=content.generation,
            seal=str(self.version),
            mark=self.version,
            saving=self.saving,
        )

    def write(self, writing: Writing, seen: Snapshot, now: datetime) -> str:
        """All of `writing`, if nobody saved since."""
        del now
        content = self._there()
        if self.held_by is not None:
            raise BookHeld(say("“{name}”正被打开", name=self.name))
        if seen.mark != self.version:
            raise BookChanged(say("“{name}”刚被别人保存过", name=self.name))
        for (number, key), value in writing.cells.items():
            content.rows[number - 2][key] = value
        content.marks |= set(writing.mark)
        content.marks -= set(writing.unmark)
        for number in sorted(writing.drop, reverse=True):
            del content.rows[number - 2]
            content.marks = {(row - (row > number), key) for row, key in content.marks if row != number}
        content.rows += [dict(row) for row in writing.append]
        content.generation = writing.generation
        return self._saved(OURSELVES, None)

    def create(self, binding: str, writing: Writing, now: datetime, *, again: bool) -> str:
        """A new sheet with a column for each of the layout."""
        del now, again
        if self.content is not None:
            raise FileExistsError(self.name)
        columns = [column.key for column in self.layout.columns]
        self.content = Content(columns, [dict(row) for row in writing.append], binding, writing.generation)
        return self._saved(OURSELVES, None)

    def edit(
        self, change: Callable[[list[dict[str, CellValue]]], object], *, by: str = "", at: datetime | None = None
    ) -> None:
        """Let a colleague change the rows (a list of column key to value) and save."""
        change(self._there().rows)
        self._saved(by, at)

    def copy(self) -> Content:
        """What a colleague who makes a copy of the sheet takes along."""
        return self._there().copy()

    def put_back(self, copied: Content) -> None:
        """A colleague saves a copy over the sheet."""
        self.content = copied
        self._saved("", None)

    def lose(self) -> None:
        """Somebody deletes the sheet."""
        self.content = None

    @property
    def rows(self) -> list[dict[str, CellValue]]:
        """The rows as they stand."""
        return self._there().rows

    def row(self, record_id: str) -> Mapping[str, CellValue]:
        """The first row with this id."""
        return next(row for row in self.rows if row.get(ID) == record_id)

    def _there(self) -> Content:
        if self.content is None:
            raise Gone(say("“{name}”不见了", name=self.name))
        return self.content

    def _saved(self, by: str, at: datetime | None) -> str:
        self.version += 1
        if by != OURSELVES:
            self.saving = Saving(by, at)
        return str(self.version)


def open_sheet(settings: Settings, layout: Layout) -> MemorySheet:
    """An empty place where a sheet can be made."""
    del settings
    return MemorySheet(layout)
