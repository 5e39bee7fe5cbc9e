"""One worksheet part rewritten: the rows that change anew, everything between them as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sync.workbook.addresses import Area, Coordinate
from sync.workbook.book import CellValue, Changes, Reason
from sync.workbook.cellxml import cell_xml, too_long
from sync.workbook.growth import Growth, grow_after, grow_dimension
from sync.workbook.sheetxml import Cell, Row, Sheet, moved_up
from sync.workbook.styles import Styles

Pieces: TypeAlias = list[bytes | memoryview]

#: A hint which columns a row covers; wrong after a change, and nobody needs it.
_SPANS = re.compile(rb"""\sspans=["'][^"']*["']""")


@dataclass(slots=True)
class _Edit:
    """What is wanted of one cell: a value or not, a mark on or off or left alone."""

    value: CellValue = None
    writes: bool = False
    mark: bool | None = None


_RowEdits: TypeAlias = dict[int, _Edit]


@dataclass(slots=True)
class Rewriting:
    """A worksheet part being rewritten.

    Attributes:
        removed: rows that go; it has been seen that nothing refers to rows below them.
        unwritten: cells left as they were, and why; complete after `pieces`.
        first_appended: the row that the first appended one goes to.
    """

    sheet: Sheet
    styles: Styles
    changes: Changes
    since_1904: bool = False
    removed: frozenset[int] = frozenset()
    unwritten: dict[Coordinate, Reason] = field(default_factory=dict)
    first_appended: int | None = None
    _old_last: int = 0
    _closed: tuple[Area, ...] = ()
    _merged: tuple[Area, ...] = ()
    _column_styles: dict[int, int] = field(default_factory=dict)
    _cleared: frozenset[int] = frozenset()

    def pieces(self) -> Pieces:
        """The part, piece by piece."""
        self._closed, self._merged = self.sheet.computed_areas(), self.sheet.merged()
        self._cleared = frozenset(self.changes.remove) - self.removed
        edits = self._edits()
        body = self._body(edits)
        growth = self.growth
        tail = self.sheet.xml[self.sheet.last :]
        corner = (max(edits, default=1), max((max(row) for row in edits.values() if row), default=1))
        return [
            grow_dimension(self.sheet.xml[: self.sheet.first], corner),
            *body,
            tail if growth is None else grow_after(tail, growth),
        ]

    @property
    def growth(self) -> Growth | None:
        """How far the rows reached and reach now; None when none was added."""
        if self.first_appended is None:
            return None
        return Growth(self._old_last, self._old_last + len(self.changes.append))

    def _edits(self) -> dict[int, _RowEdits]:
        """What is wanted, by row and column; what cannot be is noted instead."""
        edits: dict[int, _RowEdits] = {row: {} for row in self._cleared}
        for at, value in self.changes.cells.items():
            self._write(edits, at, value)
        if self.changes.append:
            last = self.sheet.last_filled_row()
            self._old_last = last.number if last else 0
            self.first_appended = self._old_last + 1
            self._learn_styles(last)
            for number, values in enumerate(self.changes.append, self.first_appended):
                for column, value in values.items():
                    self._write(edits, (number, column), value)
        for wanted, cells in ((True, self.changes.mark), (False, self.changes.unmark)):
            for row, column in cells:
                edits.setdefault(row, {}).setdefault(column, _Edit()).mark = wanted
        return edits

    def _write(self, edits: dict[int, _RowEdits], at: Coordinate, value: CellValue) -> None:
        reason = self._refusal(at, value)
        if reason is not None:
            self.unwritten[at] = reason
        else:
            edits.setdefault(at[0], {})[at[1]] = _Edit(value, writes=True)

    def _refusal(self, at: Coordinate, value: CellValue) -> Reason | None:
        """Why `value` cannot be written at `at`, as far as other cells and the file format say."""
        if too_long(value):
            return Reason.TOO_LONG
        if self._closed and any(area.has(at) for area in self._closed):
            return Reason.FORMULA
        if self._merged and any(area.has(at) and at != (area.top, area.left) for area in self._merged):
            return Reason.MERGED
        return None

    def _learn_styles(self, last: Row | None) -> None:
        """Where a column has no style of its own, new rows look like the last one, the header excepted."""
        for cell in self.sheet.cells(last) if last and last.number > 1 else ():
            if self.sheet.column_style(cell.column) == 0:
                self._column_styles[cell.column] = self.styles.unmarked(cell.style, neighbour=0)

    def _body(self, edits: Mapping[int, _RowEdits]) -> Pieces:
        """What stands inside `<sheetData>`, from the first row to the last."""
        sheet, view = self.sheet, memoryview(self.sheet.xml)
        pieces: Pieces = []
        waiting = sorted((edits.keys() | self.removed), reverse=True)
        position, gone = sheet.first, 0
        for row in sheet.rows():
            while waiting and waiting[-1] < row.number:
                pieces.append(view[position : row.start])
                position = row.start
                number = waiting.pop()
                gone += number in self.removed
                pieces.append(moved_up(self._new_row(number, edits.get(number, {})), number, gone))
            if waiting and waiting[-1] == row.number:
                pieces.append(view[position : row.start])
                number, position = waiting.pop(), row.end
                gone += number in self.removed
                if number not in self.removed:
                    pieces.append(moved_up(self._edited_row(row, edits[number]), number, gone))
            elif gone:
                pieces.append(view[position : row.start])
                pieces.append(moved_up(sheet.xml[row.start : row.end], row.number, gone))
                position = row.end
            elif not waiting:
                break
        rest = [moved_up(self._new_row(number, edits.get(number, {})), number, gone) for number in reversed(waiting)]
        if not sheet.empty:
            return [*pieces, view[position : sheet.last], *rest]
        name = sheet.prefix + b"sheetData>"
        return [b"<" + name, *rest, b"</" + name]

    def _new_row(self, number: int, edits: _RowEdits) -> bytes:
        cells = [self._new_cell((number, column), edits[column], None) for column in sorted(edits)]
        inner = b"".join(cells)
        if not inner:
            return b""
        prefix = self.sheet.prefix
        return b'<%brow r="%d">%b</%brow>' % (prefix, number, inner, prefix)

    def _edited_row(self, row: Row, edits: _RowEdits) -> bytes:
        xml, prefix = self.sheet.xml, self.sheet.prefix
        cells = {cell.column: cell for cell in self.sheet.cells(row)}
        if row.number in self._cleared:
            edits = {**_emptied(cells), **edits}
        row_style = self.sheet.row_style(row)
        made: list[bytes] = []
        for column in sorted(cells.keys() | edits.keys()):
            at = (row.number, column)
            old, edit = cells.get(column), edits.get(column)
            if old is None:
                made.append(self._new_cell(at, edit or _Edit(), row_style))
            elif edit is None:
                made.append(old.placed(at))
            else:
                made.append(self._edited_cell(at, old, edit, cells))
        head = _SPANS.sub(b"", xml[row.start : row.body]).rstrip(b"/>").rstrip()
        return b"%b>%b</%brow>" % (head, b"".join(made), prefix)

    def _new_cell(self, at: Coordinate, edit: _Edit, row_style: int | None) -> bytes:
        style = self._style_of_new(at[1]) if row_style is None else row_style
        return self._cell(at, style, edit.value, mark=bool(edit.mark))

    def _style_of_new(self, column: int) -> int:
        if column not in self._column_styles:
            self._column_styles[column] = self.sheet.column_style(column)
        return self._column_styles[column]

    def _edited_cell(self, at: Coordinate, old: Cell, edit: _Edit, row: Mapping[int, Cell]) -> bytes:
        style = old.style
        if edit.mark is False:
            style = self.styles.unmarked(style, neighbour=self._neighbour(at[1], row))
        elif edit.mark:
            style = self.styles.marked(style)
        if edit.writes and not old.has_formula:
            return self._cell(at, style, edit.value)
        if edit.writes:
            self.unwritten[at] = Reason.FORMULA
        return old.styled(at, style)

    def _neighbour(self, column: int, row: Mapping[int, Cell]) -> int:
        """The style of the nearest cell of the row that is not marked, those to the left first; 0 without any."""
        for near in (*range(column - 1, 0, -1), *sorted(other for other in row if other > column)):
            if near in row and not self.styles.is_marked(row[near].style):
                return row[near].style
        return 0

    def _cell(self, at: Coordinate, style: int, value: CellValue, *, mark: bool = False) -> bytes:
        fitting = self.styles.fit(style, value)
        shown = self.styles.marked(fitting) if mark else fitting
        return cell_xml(at, shown, value, prefix=self.sheet.prefix.decode(), since_1904=self.since_1904)


def _emptied(cells: Mapping[int, Cell]) -> _RowEdits:
    """Edits that take the value and the mark from every cell that somebody filled."""
    return {column: _Edit(writes=True, mark=False) for column, cell in cells.items() if cell.has_value}
