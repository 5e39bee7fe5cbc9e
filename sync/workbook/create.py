"""A new workbook: empty tabs that already know what will be typed into them.

Formats stand on whole columns ahead of the data, because an office program decides what
`0012` or an 18-digit number is at the moment it is typed. Rows are then appended by `patch`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Literal
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kernel.sentences import say
from sync.workbook.addresses import column_letters, tab_reference
from sync.workbook.book import LISTS_TAB, NAME_PREFIX, Format, NewColumn, NewTab

_FONT = "微软雅黑"
_HEADER_FONT = Font(name=_FONT, size=10.5, bold=True, color="FF1F3864")
_HEADER_FILL = PatternFill("solid", fgColor="FFDDE7F3")
_LINE_STYLE = Side(style="thin", color="FFB4C2D6")
_HEADER_LINE = Border(left=_LINE_STYLE, right=_LINE_STYLE, top=_LINE_STYLE, bottom=_LINE_STYLE)
_BODY_FONT = Font(name=_FONT, size=10.5)
#: What a validation rule can list by itself (characters); longer lists stand on their own tab.
_LONGEST_INLINE = 250
_NARROWEST = {Format.TEXT: 12.0, Format.DATE: 12.5, Format.INTEGER: 9.0, Format.DECIMAL: 11.0}
#: ECMA-376 §18.2.5: what a defined name may consist of after its first character; 255 are allowed in all.
_KEY = re.compile(r"[\w.]{1,200}")
_ACROSS: Mapping[Format, Literal["left", "right"]] = {Format.TEXT: "left", Format.DECIMAL: "right"}
_WIDEST = 28.0
#: Height of one line of the header, and of every row below it (points).
_LINE, _ROW = 17.0, 20.0


def create_book(path: Path, tabs: Sequence[NewTab], properties: Mapping[str, str]) -> None:
    """Make a new workbook at `path` with empty `tabs` and custom document properties.

    Raises:
        FileExistsError: there is a file already; nothing is ever overwritten.
        ValueError: a key cannot be part of a defined name, or two are the same but for their case.
    """
    _check_keys([key for tab in tabs for key in (tab.id_key, *(column.key for column in tab.columns))])
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = book.properties.lastModifiedBy = "台账"
    lists = _Lists()
    for tab in tabs:
        _add_tab(book, tab, lists)
    lists.add_to(book)
    for name, value in properties.items():
        book.custom_doc_props.append(StringProperty(name=name, value=value))  # type: ignore[attr-defined]  # the stubs lag behind
    made = BytesIO()
    book.save(made)
    with path.open("xb") as file:
        file.write(made.getvalue())


def _check_keys(keys: Sequence[str]) -> None:
    """Office programs take defined names that differ only by case for one."""
    seen: set[str] = set()
    for key in keys:
        if not _KEY.fullmatch(key) or key.casefold() in seen:
            message = f"not a key of its own for a column: {key}"
            raise ValueError(message)
        seen.add(key.casefold())


class _Lists:
    """Choices that are too long for a rule, one column each on a very hidden tab."""

    def __init__(self) -> None:
        self._columns: list[tuple[str, ...]] = []

    def rule(self, choices: tuple[str, ...]) -> str:
        """The formula by which a validation rule finds `choices`."""
        inline = ",".join(choices)
        if len(inline) <= _LONGEST_INLINE and not any("," in choice or '"' in choice for choice in choices):
            return f'"{inline}"'
        if choices not in self._columns:
            self._columns.append(choices)
        letters = column_letters(self._columns.index(choices) + 1)
        return f"{LISTS_TAB}!${letters}$1:${letters}${len(choices)}"

    def add_to(self, book: Workbook) -> None:
        """Write them down, where nobody is tempted to tidy up."""
        if not self._columns:
            return
        sheet = book.create_sheet(LISTS_TAB)
        sheet.sheet_state = "veryHidden"
        for column, choices in enumerate(self._columns, 1):
            for row, choice in enumerate(choices, 1):
                cell = sheet.cell(row, column, choice)
                cell.data_type = "s"


def _add_tab(book: Workbook, tab: NewTab, lists: _Lists) -> None:
    sheet = book.create_sheet(tab.name)
    columns = (NewColumn(tab.id_key, tab.id_label), *tab.columns)
    for number, column in enumerate(columns, 1):
        _add_column(sheet, number, column)
        _add_rule(sheet, number, column, 1 + tab.rows_ahead, lists)
        place = f"{tab_reference(tab.name)}!${column_letters(number)}$1"
        book.defined_names.add(DefinedName(NAME_PREFIX + column.key, attr_text=place, hidden=True))
    sheet.column_dimensions["A"].hidden = True
    sheet.row_dimensions[1].height = _LINE * max(_lines(sheet, number) for number in range(1, len(columns) + 1)) + 6
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{column_letters(len(columns))}1"
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _ROW, True
    sheet.print_options.gridLines = True
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _add_column(sheet: Worksheet, number: int, column: NewColumn) -> None:
    header = sheet.cell(1, number, column.label)
    header.data_type = "s"
    header.font, header.fill, header.border = _HEADER_FONT, _HEADER_FILL, _HEADER_LINE
    header.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    header.number_format = Format.TEXT
    across = _ACROSS.get(column.format, "center")
    dimension = sheet.column_dimensions[column_letters(number)]
    dimension.width = column.width or min(_WIDEST, max(_NARROWEST[column.format], _columns(column.label) + 4.0))
    dimension.number_format = column.format
    dimension.font = _BODY_FONT
    dimension.alignment = Alignment(horizontal=across, vertical="center", indent=1 if across == "right" else 0)


def _add_rule(sheet: Worksheet, number: int, column: NewColumn, last: int, lists: _Lists) -> None:
    """The drop-down list, and the hint that is shown beside a selected cell."""
    if not column.choices and not column.hint:
        return
    rule = DataValidation(type="list" if column.choices else None, allow_blank=True)
    if column.choices:
        rule.formula1 = lists.rule(column.choices)
        rule.showErrorMessage = True
        rule.errorTitle = say("不在选项内")
        rule.error = say("请从下拉列表里选一项。")
    if column.hint:
        rule.showInputMessage = True
        rule.promptTitle, rule.prompt = column.label[:32], column.hint[:255]
    letters = column_letters(number)
    rule.add(f"{letters}2:{letters}{last}")
    sheet.add_data_validation(rule)


def _columns(text: str) -> int:
    """How wide `text` is in half-width characters."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def _lines(sheet: Worksheet, number: int) -> int:
    """How many lines the header of a column needs."""
    room = max(1.0, sheet.column_dimensions[column_letters(number)].width - 3)
    width = _columns(str(sheet.cell(1, number).value or ""))
    return next(lines for lines in count(1) if lines * room >= width)
