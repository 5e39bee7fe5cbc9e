"""XLSForms as files: workbooks read into sheets and written from them, and XForms made of them by pyxform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from python_calamine import CalamineError, CalamineWorkbook
from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # it ships no types
from pyxform.xls2xform import convert  # type: ignore[import-untyped]  # the same

from forms.xlsform.sheets import EXTRAS, NOTES, Row, Sheet, Sheets
from kernel.problems import Unprocessable
from kernel.sentences import say
from sync.workbook.package import NotXlsx
from sync.workbook.read import read_book

#: An old workbook (.xls) larger than this is no form (bytes).
_LARGEST_XLS = 20 * 1024 * 1024
_WIDTHS = {"label": 40, "hint": 30, "value": 60, "instead": 40, "note": 60, "expression": 40}


class NotAWorkbook(Unprocessable):
    """The file is no workbook of a kind that can be read."""

    code = "xlsform.not_a_workbook"

    def __init__(self) -> None:
        super().__init__(say("读不了这个文件：XLSForm 应是 .xlsx 或 .xls 工作簿"))


class NoXForm(Unprocessable):
    """pyxform makes no XForm of the sheets."""

    code = "xlsform.no_xform"

    def __init__(self, why: str) -> None:
        super().__init__(say("这张表单不能写成 XForm：{why}", why=why))


def read_workbook(path: Path) -> Sheets:
    """The sheets of a workbook by their names in small letters.

    Raises:
        Gone, Encrypted, Damaged, NotAWorkbook: why it cannot be read.
    """
    try:
        tabs: dict[str, Sequence[Sequence[object]]] = {tab.name: tab.rows for tab in read_book(path).tabs}
    except NotXlsx:
        tabs = dict(_old_tabs(path))
    return {name.strip().lower(): _sheet(rows) for name, rows in tabs.items()}


def write_workbook(sheets: Sheets) -> bytes:
    """A workbook of `sheets`; every cell is typed text."""
    book = Workbook(write_only=True)
    for name, sheet in sheets.items():
        _write_sheet(book.create_sheet(name), sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def xform_of(sheets: Sheets, *, name: str) -> str:
    """The XForm that pyxform makes of the standard's sheets. Raises `NoXForm`."""
    said: dict[str, list[dict[str, str | None]]] = {}
    for sheet_name, sheet in sheets.items():
        if sheet_name not in (EXTRAS, NOTES):
            said[sheet_name] = [dict(row.cells) for row in sheet.rows]
            said[f"{sheet_name}_header"] = [dict.fromkeys(sheet.header)]
    try:
        return str(convert(said, form_name=name, pretty_print=True).xform)
    except PyXFormError as error:
        raise NoXForm(str(error)) from error


def _old_tabs(path: Path) -> Iterator[tuple[str, list[list[object]]]]:
    """The tabs of a workbook in the format before 2007."""
    content = path.read_bytes()
    if len(content) > _LARGEST_XLS:
        raise NotAWorkbook
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        for name in workbook.sheet_names:
            yield name, [list(row) for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]
    except (CalamineError, ValueError) as error:
        raise NotAWorkbook from error


def _sheet(rows: Iterable[Iterable[object]]) -> Sheet:
    """The first row is the header; a column with cells and no heading gets its number for one."""
    lines = [[_text(value) for value in row] for row in rows]
    width = max((len(line) for line in lines), default=0)
    filled = [any(place < len(line) and line[place].strip() for line in lines) for place in range(width)]
    head = [*(lines[0] if lines else []), *[""] * width][:width]
    header = [text.strip() or (f"column_{place + 1}" if filled[place] else "") for place, text in enumerate(head)]
    below = tuple(
        Row(number, {header[place]: text for place, text in enumerate(line) if text and header[place]})
        for number, line in enumerate(lines[1:], 2)
    )
    return Sheet(tuple(text for text in header if text), below)


def _text(value: object) -> str:
    """A cell as the standard's tools read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | timedelta) else ""


def _write_sheet(tab: WriteOnlyWorksheet, sheet: Sheet) -> None:
    tab.freeze_panes = "C2"
    for place, heading in enumerate(sheet.header):
        widths = tab.column_dimensions  # type: ignore[attr-defined]  # the stubs do not know it
        widths[get_column_letter(place + 1)].width = _WIDTHS.get(heading.partition("::")[0], 18)
    tab.append([_cell(tab, heading, bold=True) for heading in sheet.header])
    for row in sheet.rows:
        tab.append([_cell(tab, row.cells.get(heading, "")) for heading in sheet.header])


def _cell(tab: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> Any:  # noqa: ANN401 -- openpyxl makes the class by hand
    """A cell of typed text, whatever it begins with."""
    if not text:
        return None
    cell: Any = WriteOnlyCell(tab, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(tuple("=+-@"))
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(vertical="top")
    return cell
