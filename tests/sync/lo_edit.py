"""Edit a workbook in LibreOffice the way office staff do. Run by the Python that has `uno` (see `office`).

    /usr/bin/python3 lo_edit.py book.xlsx 台账 '[["sort", "C", true], ["edit", "E3", "整改中"]]'

Operations are the methods of `Edits`. Says on its last line of output, as JSON, whether the book was
saved, and why not. `wait` says `waiting` and goes on when a line is sent to it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uno

_PATIENCE = 60
_ALL_CONTENTS = 1023
#: com.sun.star.util.NumberFormat.TEXT
_TEXT = 256


def _property(name: str, value: Any) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


@contextmanager
def desktop() -> Iterator[Any]:
    """A LibreOffice of one's own: own profile, own port; nothing of it is left."""
    profile = tempfile.mkdtemp(prefix="office-")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    accept = f"socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext"
    office = subprocess.Popen(
        [
            "soffice",
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            f"-env:UserInstallation=file://{profile}",
            f"--accept={accept}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        context = _connected(f"uno:{accept}")
        found = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        yield found
        found.terminate()
        office.wait(_PATIENCE)
    finally:
        if office.poll() is None:
            os.killpg(office.pid, signal.SIGKILL)
            office.wait()
        shutil.rmtree(profile, ignore_errors=True)


def _connected(address: str) -> Any:
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    end = time.monotonic() + _PATIENCE
    while True:  # uno's own exceptions have no class before it is connected
        try:
            return resolver.resolve(address)
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


class Edits:
    """What staff do to one tab. Columns are letters, rows count from 1, cells are `B7`."""

    def __init__(self, document: Any, tab: str) -> None:
        self._document = document
        self._tab = document.Sheets.getByName(tab)

    def edit(self, cell: str, typed: str | float) -> None:
        """Type into a cell, as by keyboard: the program decides what it is."""
        self._type(self._cell(cell), typed)

    def text(self, cell: str, text: str) -> None:
        """Format a cell as text, then type."""
        found = self._cell(cell)
        found.NumberFormat = self._document.NumberFormats.queryKey("@", self._document.CharLocale, False)
        found.String = text

    def formula(self, cell: str, formula: str) -> None:
        self._cell(cell).setFormula(formula)

    def clear(self, cells: str) -> None:
        self._cell(cells).clearContents(_ALL_CONTENTS)

    def color(self, cells: str, rgb: int) -> None:
        self._cell(cells).CellBackColor = rgb

    def merge(self, cells: str) -> None:
        self._cell(cells).merge(True)

    def sort(self, column: str, ascending: bool) -> None:  # noqa: FBT001 -- given by place, from JSON
        """Sort everything below the header by one column."""
        field = uno.createUnoStruct("com.sun.star.table.TableSortField")
        field.Field, field.IsAscending = self._column(column), ascending
        fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
        settings = (
            _property("SortFields", fields),
            _property("ContainsHeader", True),
            _property("IsSortColumns", False),
        )
        self._used().sort(settings)

    def filter(self, column: str, text: str) -> None:
        """Show only the rows that say `text` in one column."""
        field = uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
        field.Field, field.IsNumeric, field.StringValue = self._column(column), False, text
        field.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
        area = self._used()
        descriptor = area.createFilterDescriptor(True)
        descriptor.ContainsHeader = True
        descriptor.setFilterFields((field,))
        area.filter(descriptor)

    def insert_col(self, before: str, header: str) -> None:
        column = self._column(before)
        self._tab.Columns.insertByIndex(column, 1)
        self._tab.getCellByPosition(column, 0).String = header

    def delete_col(self, column: str) -> None:
        self._tab.Columns.removeByIndex(self._column(column), 1)

    def move_col(self, column: str, before: str) -> None:
        """Cut a column and insert it before another."""
        source, target = self._column(column), self._column(before)
        self._tab.Columns.insertByIndex(target, 1)
        source += source >= target
        bottom = self._edge()[1]
        moved = self._tab.getCellRangeByPosition(source, 0, source, bottom).RangeAddress
        self._tab.moveRange(self._tab.getCellByPosition(target, 0).CellAddress, moved)
        self._tab.Columns.removeByIndex(source, 1)

    def hide_col(self, column: str) -> None:
        self._tab.Columns.getByIndex(self._column(column)).IsVisible = False

    def rename_header(self, old: str, new: str) -> None:
        for column in range(self._edge()[0] + 1):
            cell = self._tab.getCellByPosition(column, 0)
            if cell.String == old:
                cell.String = new

    def rename_sheet(self, name: str) -> None:
        self._tab.Name = name

    def insert_row(self, before: int, typed: list[str]) -> None:
        self._tab.Rows.insertByIndex(before - 1, 1)
        self._type_row(before - 1, typed)

    def append(self, typed: list[str]) -> None:
        self._type_row(self._edge()[1] + 1, typed)

    def delete_rows(self, first: int, how_many: int) -> None:
        self._tab.Rows.removeByIndex(first - 1, how_many)

    def copy_row(self, row: int, before: int) -> None:
        """Copy a row and insert the copy before another."""
        self._tab.Rows.insertByIndex(before - 1, 1)
        source = row - 1 + (row >= before)
        copied = self._tab.getCellRangeByPosition(0, source, self._edge()[0], source).RangeAddress
        self._tab.copyRange(self._tab.getCellByPosition(0, before - 1).CellAddress, copied)

    def wait(self) -> None:
        """Keep the book open until somebody says go on."""
        sys.stdout.write("waiting\n")
        sys.stdout.flush()
        sys.stdin.readline()

    def _type_row(self, row: int, typed: list[str]) -> None:
        for column, value in enumerate(typed):
            self._type(self._tab.getCellByPosition(column, row), value)

    def _type(self, cell: Any, typed: str | float) -> None:
        """As the program's own window does: what goes into a cell formatted as text is text."""
        if self._document.NumberFormats.getByKey(cell.NumberFormat).Type & _TEXT:
            cell.String = str(typed)
        else:
            cell.setFormula(str(typed))

    def _cell(self, name: str) -> Any:
        return self._tab.getCellRangeByName(name)

    def _column(self, letters: str) -> int:
        return int(self._tab.getCellRangeByName(f"{letters}1").RangeAddress.StartColumn)

    def _edge(self) -> tuple[int, int]:
        """The last column and row in use, from 0."""
        cursor = self._tab.createCursor()
        cursor.gotoEndOfUsedArea(False)
        return cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow

    def _used(self) -> Any:
        return self._tab.getCellRangeByPosition(0, 0, *self._edge())


def main(book: Path, tab: str, operations: list[list[Any]]) -> None:
    """Open, edit, save, close; say how it went."""
    with desktop() as office:
        hidden = (_property("Hidden", True),)
        document = office.loadComponentFromURL(uno.systemPathToFileUrl(str(book.resolve())), "_blank", 0, hidden)
        edits = Edits(document, tab)
        for name, *arguments in operations:
            getattr(edits, name)(*arguments)
        outcome = {"saved": True, "why": ""}
        try:
            document.store()
        except uno.getClass("com.sun.star.io.IOException") as refusal:
            outcome = {"saved": False, "why": str(refusal)}
        document.close(True)
    sys.stdout.write(json.dumps(outcome) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]))
