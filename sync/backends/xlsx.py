"""A workbook in a folder that everybody can reach: Excel, WPS and LibreOffice open it as they open any other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Key

from forms.fields.record import Record
from forms.fields.select_multiple import SelectMultiple
from forms.fields.text import Format as Shape
from forms.fields.text import Text
from forms.fields.unit import Unit
from forms.values import Kind
from kernel.problems import Unavailable
from kernel.sentences import say
from sync.authors import Saving
from sync.backends.base import SheetRow, Snapshot, Writing
from sync.layout import ID, PROBLEM, CellValue, Column, Layout
from sync.locks import Holder, who_holds
from sync.replace import HISTORY, beside, replace_book, salvage
from sync.workbook.addresses import Area, Coordinate
from sync.workbook.book import BINDING, GENERATION, LISTS_TAB, Book, Changes, Format, NewColumn, NewTab, Tab
from sync.workbook.create import create_book
from sync.workbook.package import Gone, TabGone
from sync.workbook.patch import patch_book
from sync.workbook.read import read_book

#: What neither a tab may be called with (Excel) nor a file (Windows).
_NOT_IN_NAMES = re.compile(r"""[\x00-\x1f\x7f<>|"\[\]:*?/\\]""")
#: How long the name of a tab may be (characters).
_LONGEST_NAME = 31
#: The column that says what could not be taken in (half-width characters).
_PROBLEM_WIDTH = 48.0
_FORMATS = {Kind.DATE: Format.DATE, Kind.INTEGER: Format.INTEGER, Kind.DECIMAL: Format.DECIMAL}


class Settings(BaseModel):
    """Where the workbook lies. `{tab}` in the path is the form's tab, so that each form has a book of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["xlsx"] = "xlsx"
    path: Annotated[str, Key(pattern=r"\.xlsx$")]


class Unreachable(Unavailable):
    """The folder of the workbook does not answer, or does not let us in."""

    code = "sheet.unreachable"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(say("现在读写不了“{name}”（{why}），请检查共享文件夹是否连着、有没有权限", name=name, why=why))


@dataclass(frozen=True, slots=True)
class _Mark:
    """The book that was read: its bytes, and where in it the columns are.

    `fresh` are columns that the form has gained since; they go to the right of everything else.
    """

    content: bytes
    digest: str
    tab: str
    header: int
    columns: Mapping[str, int]
    fresh: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class XlsxSheet:
    """One tab of one workbook, which is changed in place and replaced as a whole."""

    path: Path
    layout: Layout

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def seal(self) -> str:
        """Size, time and number of the file."""
        with self._reaching():
            return _seal(self.path)

    def holder(self, now: datetime) -> Holder | None:
        """Who has the workbook open, by the files that office programs leave beside it."""
        with self._reaching():
            return who_holds(self.path, now=now)

    def read(self) -> Snapshot:
        """The tab as it is."""
        with self._reaching():
            seal = _seal(self.path)
            content = self.path.read_bytes()
        book = read_book(content)
        tab, header = self._tab(book)
        columns, fresh = _places(self.layout, book, tab, header)
        return Snapshot(
            rows=_rows(tab, header, columns),
            columns=frozenset(columns) | frozenset(fresh),
            binding=book.binding or "",
            generation=book.generation,
            seal=seal,
            mark=_Mark(content, book.digest, tab.name, header, columns, fresh),
            saving=Saving(book.modified_by, book.modified_at),
        )

    def write(self, writing: Writing, seen: Snapshot, now: datetime) -> str:
        """Patch what was read and put it in the place of the file, if that still is the same."""
        mark = seen.mark
        assert isinstance(mark, _Mark)
        fresh = beside(self.path)
        properties = {GENERATION: str(writing.generation)}
        try:
            with self._reaching():
                salvage(self.path, now)
                patch_book(mark.content, fresh, {mark.tab: self._changes(writing, mark)}, properties=properties)
                seal = _seal(fresh)
                replace_book(self.path, fresh, expected=mark.digest, now=now)
        finally:
            fresh.unlink(missing_ok=True)
        return seal

    def create(self, binding: str, writing: Writing, now: datetime, *, again: bool) -> str:
        """Make the workbook; the folder for its former versions beside it tells that the folder is the right one."""
        del now
        with self._reaching():
            if again and not (self.path.parent / HISTORY).is_dir():
                raise Gone(say("“{name}”所在的文件夹不见了，可能是共享盘没有连上", name=self.name))
            (self.path.parent / HISTORY).mkdir(parents=True, exist_ok=True)
            return self._create({BINDING: binding, GENERATION: str(writing.generation)}, writing)

    def _create(self, properties: Mapping[str, str], writing: Writing) -> str:
        empty, filled = beside(self.path), beside(self.path)
        columns = {column.key: number for number, column in enumerate(self.layout.columns, 1)}
        try:
            create_book(empty, [_new_tab(self.layout)], properties)
            append = [_by_number(row, columns) for row in writing.append]
            patch_book(empty, filled, {_tab_name(self.layout): Changes(append=append)})
            seal = _seal(filled)
            _put(filled, self.path)
        finally:
            empty.unlink(missing_ok=True)
            filled.unlink(missing_ok=True)
        return seal

    def _tab(self, book: Book) -> tuple[Tab, int]:
        """The tab, wherever its header has gone and however it is called now, and the header's row."""
        place = book.places.get(ID)
        tab = book.tab(place.tab if place else _tab_name(self.layout))
        if tab is None:
            raise TabGone(say("“{name}”里没有“{tab}”这张工作表了，请恢复它", name=self.name, tab=self.layout.tab))
        return tab, place.row if place else 1

    def _changes(self, writing: Writing, mark: _Mark) -> Changes:
        columns = {**mark.columns, **mark.fresh}
        headers = {(mark.header, number): str(self.layout.by_key[key].label) for key, number in mark.fresh.items()}
        return Changes(
            cells=headers | {(row, columns[key]): value for (row, key), value in writing.cells.items()},
            append=[_by_number(row, columns) for row in writing.append],
            mark={(row, columns[key]) for row, key in writing.mark},
            unmark={(row, columns[key]) for row, key in writing.unmark},
            remove=set(writing.drop),
        )

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """What a file system says, in words of ours."""
        try:
            yield
        except FileExistsError:
            raise
        except FileNotFoundError:
            raise Gone(say("“{name}”不见了，请放回原处", name=self.name)) from None
        except OSError as error:
            raise Unreachable(self.name, error.strerror or type(error).__name__) from error


def open_sheet(settings: Settings, layout: Layout) -> XlsxSheet:
    """The workbook of a layout; it need not be there yet."""
    return XlsxSheet(Path(settings.path.replace("{tab}", _tab_name(layout))), layout)


def _tab_name(layout: Layout) -> str:
    """The form's word for its tab, as a tab and a file can be called: it never leads to another folder."""
    name = _NOT_IN_NAMES.sub("_", layout.tab).strip(" '").lstrip(".")[:_LONGEST_NAME].strip(" '")
    return f"{name}_" if name in ("", LISTS_TAB) else name


def _seal(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ino}"


def _put(fresh: Path, path: Path) -> None:
    """Give a finished file its name, unless somebody else has it."""
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        fresh.rename(path)


# ---- columns and rows ----------------------------------------------------------------------------------------------


def _places(layout: Layout, book: Book, tab: Tab, header: int) -> tuple[dict[str, int], dict[str, int]]:
    """Where the columns are, and where those are to come that the form has gained.

    A hidden name follows its column wherever that is moved and however it is called. Where there is
    no such name, a header that says exactly the label, once, is the column.
    """
    titles = [str(title or "").strip() for title in tab.rows[header - 1]] if len(tab.rows) >= header else []
    found: dict[str, int] = {}
    for column in layout.columns:
        place = book.places.get(column.key)
        if place is not None and place.tab == tab.name:
            found[column.key] = place.column
        elif titles.count(column.label) == 1:
            found[column.key] = titles.index(column.label) + 1
    if ID not in book.places:
        return found, {}
    gained = [column.key for column in layout.columns if column.key not in found and column.key not in book.places]
    edge = max((len(row) for row in tab.rows), default=0)
    return found, {key: number for number, key in enumerate(gained, edge + 1)}


def _rows(tab: Tab, header: int, columns: Mapping[str, int]) -> list[SheetRow]:
    closed = _closed(tab, columns)
    rows = []
    for number, values in enumerate(tab.rows[header:], header + 1):
        width = len(values)
        cells = {key: value for key, at in columns.items() if at <= width and (value := values[at - 1]) is not None}
        if not cells:
            continue
        identity = cells.pop(ID, None)
        rows.append(
            SheetRow(number, str(identity).strip() if identity is not None else "", cells, closed.get(number, {}))
        )
    return rows


def _closed(tab: Tab, columns: Mapping[str, int]) -> dict[int, dict[str, str]]:
    """The cells that are computed or swallowed by a merged area, by row."""
    keys = {number: key for key, number in columns.items() if key != ID}
    found: dict[int, dict[str, str]] = {}
    computed = (at for area in tab.computed for at in _cells_of(area, tab, keys))
    for row, column in (*tab.formulas, *computed):
        if column in keys:
            found.setdefault(row, {})[keys[column]] = say("这一格是公式，系统不读也不改；请改填内容")
    for area in tab.merged:
        for row, column in _cells_of(area, tab, keys):
            if (row, column) != (area.top, area.left):
                found.setdefault(row, {})[keys[column]] = say("这一格被合并掉了，请取消合并单元格")
    return found


def _cells_of(area: Area, tab: Tab, columns: Collection[int]) -> Iterator[Coordinate]:
    """The cells of an area in `columns`, as far as the tab has rows."""
    within = [column for column in columns if area.left <= column <= area.right]
    for row in range(area.top, min(area.bottom, len(tab.rows)) + 1) if within else ():
        for column in within:
            yield row, column


def _by_number(row: Mapping[str, CellValue], columns: Mapping[str, int]) -> dict[int, CellValue]:
    return {columns[key]: value for key, value in row.items()}


def _new_tab(layout: Layout) -> NewTab:
    first, *others = layout.columns
    return NewTab(_tab_name(layout), tuple(_new_column(column) for column in others), first.key, first.label)


def _width(column: Column) -> float | None:
    """How wide a column is that holds more than its heading (half-width characters); None: as its heading asks."""
    match column.field:
        case None:
            return _PROBLEM_WIDTH if column.key == PROBLEM else None
        case Text(format=Shape.MULTILINE):
            return 42.0
        case Record():
            return 32.0
        case Text() | Unit() | SelectMultiple():
            return 24.0
        case _:
            return None


def _new_column(column: Column) -> NewColumn:
    return NewColumn(
        key=column.key,
        label=column.label,
        format=_FORMATS.get(column.kind, Format.TEXT),
        choices=() if column.locked else column.choices,
        hint=column.hint,
        width=_width(column),
    )
