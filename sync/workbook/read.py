"""A workbook read: values by calamine, everything about the cells by the package's own XML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from kernel.sentences import say
from sync.workbook.addresses import Area, Coordinate, Place, parse_place
from sync.workbook.book import LISTS_TAB, NAME_PREFIX, Book, CellValue, Tab
from sync.workbook.extent import MOST_CELLS, check_extent
from sync.workbook.package import Damaged, Package, damaged, load, local
from sync.workbook.parts import SheetPart, sheet_parts
from sync.workbook.sheetxml import open_sheet

#: Every number in a workbook is a float; up to so many digits Excel keeps whole numbers exact.
_EXACT = 10**15

_Raw: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


def read_book(source: Path | bytes) -> Book:
    """Read a whole workbook except the very hidden tab of choices.

    Raises:
        Gone, NotXlsx, Encrypted, Damaged: why it cannot be read.
    """
    content = load(source)
    package = Package(content)
    parts = sheet_parts(package)
    _check_all(package, {part.part for part in parts})
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        tabs = tuple(_read_tabs(package, workbook, [part for part in parts if part.name != LISTS_TAB]))
    except (CalamineError, ValueError):
        raise damaged() from None
    modified_by, modified_at = _last_saved(package)
    return Book(
        tabs=tabs,
        places=_places(package),
        properties=read_properties(package),
        modified_by=modified_by,
        modified_at=modified_at,
        digest=hashlib.sha256(content).hexdigest(),
    )


def _check_all(package: Package, sheets: set[str]) -> None:
    """See that no part unpacks to more than the zip says: calamine would trust it. Sheets are seen to later."""
    for member in package.members:
        if member.filename.endswith((".xml", ".rels")) and member.filename not in sheets:
            package.read(member.filename)


def _read_tabs(package: Package, workbook: CalamineWorkbook, parts: Iterable[SheetPart]) -> Iterator[Tab]:
    """The tabs one by one, as long as there is room for them."""
    count = 0
    for part in parts:
        tab = _read_tab(package, workbook, part)
        count += sum(len(row) for row in tab.rows)
        if count > MOST_CELLS:
            raise Damaged(say("工作簿的各张工作表合起来太大，系统不予打开。请删去多余的工作表、行和列后再存"))
        yield tab


def _read_tab(package: Package, workbook: CalamineWorkbook, part: SheetPart) -> Tab:
    sheet = open_sheet(package.read(part.part))
    check_extent(sheet, part.name)
    read = workbook.get_sheet_by_name(part.name)
    rows = [[_value(raw) for raw in row] for row in read.to_python(skip_empty_area=False)]
    formulas: set[Coordinate] = set()
    for at, cell in sheet.odd_cells():
        if cell.has_formula:
            formulas.add(at)
        if cell.kind == b"e" and (text := _error_text(cell.inner)):
            _put(rows, at, text)
    visible = next(found.visible for found in workbook.sheets_metadata if found.name == part.name)
    return Tab(
        name=part.name,
        rows=rows,
        formulas=frozenset(formulas),
        computed=_apart(sheet.computed_areas(), rows),
        merged=_apart(sheet.merged(), rows),
        visible=visible == SheetVisibleEnum.Visible,
    )


def _apart(areas: tuple[Area, ...], rows: Sequence[Sequence[CellValue]]) -> tuple[Area, ...]:
    """`areas`, which cannot cover more than there is: office programs let none of them overlap."""
    height, width = len(rows), max((len(row) for row in rows), default=0)
    covered = sum(
        max(0, min(area.bottom, height) - area.top + 1) * max(0, min(area.right, width) - area.left + 1)
        for area in areas
    )
    if covered > height * width:
        raise damaged()
    return areas


def _value(raw: _Raw) -> CellValue:
    if isinstance(raw, str):
        return raw or None
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() and -_EXACT < raw < _EXACT else raw
    if isinstance(raw, time):
        return raw.isoformat()
    if isinstance(raw, timedelta):
        return str(raw)
    return raw


def _put(rows: list[list[CellValue]], at: Coordinate, value: CellValue) -> None:
    """Set a value that calamine left out, growing the rows where it must."""
    row, column = at
    while len(rows) < row:
        rows.append([])
    rows[row - 1] += [None] * (column - len(rows[row - 1]))
    rows[row - 1][column - 1] = value


def _error_text(inner: bytes) -> str | None:
    """`#DIV/0!` and its like: calamine would show an empty cell, and an error is not nothing."""
    found = re.search(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>([^<]*)<", inner)
    return unescape(found[1].decode()) if found else None


def _places(package: Package) -> Mapping[str, Place | None]:
    """Where our defined names stand; a name that belongs to one tab only is a copied tab's and not ours."""
    workbook = package.tree(package.workbook())
    places: dict[str, Place | None] = {}
    for group in workbook:
        for name in group if local(group.tag) == "definedNames" else ():
            text = name.get("name", "")
            if text.startswith(NAME_PREFIX) and name.get("localSheetId") is None:
                places[text.removeprefix(NAME_PREFIX)] = parse_place(name.text or "")
    return places


def read_properties(package: Package) -> Mapping[str, str]:
    """The custom document properties as text, by name."""
    found: dict[str, str] = {}
    for relation in package.relations(""):
        if relation.kind == "custom-properties" and relation.part in package:
            for one in package.tree(relation.part):
                found[one.get("name", "")] = "".join(one.itertext())
    return found


def _last_saved(package: Package) -> tuple[str, datetime | None]:
    for relation in package.relations(""):
        if relation.kind == "core-properties" and relation.part in package:
            texts = {local(one.tag): one.text or "" for one in package.tree(relation.part)}
            return texts.get("lastModifiedBy", ""), _moment(texts.get("modified", ""))
    return "", None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
