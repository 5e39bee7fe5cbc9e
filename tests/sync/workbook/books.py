"""Workbooks for tests: ours, a colleague's with everything in it, and hand-made sheet parts."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from sync.workbook.book import BINDING, GENERATION, Changes, Format, NewColumn, NewTab, Patched, Tab
from sync.workbook.create import create_book
from sync.workbook.patch import patch_book
from sync.workbook.read import read_book

COLUMNS = (
    NewColumn("name", "企业名称"),
    NewColumn("phone", "联系电话"),
    NewColumn("checked", "检查日期", Format.DATE),
    NewColumn("hazards", "隐患数", Format.INTEGER),
    NewColumn("fine", "罚款金额（万元）", Format.DECIMAL),
    NewColumn("state", "整改状态", choices=("未整改", "整改中", "已整改")),
)
TAB = "台账"


def our_book(folder: Path, *rows: Mapping[int, str | int]) -> Path:
    """A book as the product makes it, with rows."""
    empty, path = folder / "empty.xlsx", folder / "台账.xlsx"
    create_book(empty, [NewTab(TAB, COLUMNS)], {BINDING: "b1", GENERATION: "7"})
    patch_book(empty, path, {TAB: Changes(append=rows)})
    return path


def patched(path: Path, changes: Changes, tab: str = TAB) -> tuple[Path, Patched]:
    """A patched copy of a book, and what became of the changes."""
    target = path.with_name(f"patched-{path.name}")
    return target, patch_book(path, target, {tab: changes})[tab]


def only_tab(path: Path) -> Tab:
    """The first tab of a book."""
    return read_book(path).tabs[0]


def members(path: Path) -> dict[str, bytes]:
    """What a zip holds, unpacked; the zip is whole."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def packed_members(path: Path) -> dict[str, bytes]:
    """What a zip holds, as it lies there."""
    content = path.read_bytes()
    found = {}
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            head = content[one.header_offset : one.header_offset + 30]
            start = (
                one.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
            )
            found[one.filename] = content[start : start + one.compress_size]
    return found


def write_members(path: Path, parts: Mapping[str, bytes]) -> Path:
    """A zip of `parts`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def changed_members(before: Path, after: Path) -> set[str]:
    """The names of members that differ, bit for bit, as they lie in the zips."""
    old, new = packed_members(before), packed_members(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def rewritten(path: Path, part: str, rewrite: Callable[[bytes], bytes]) -> Path:
    """A copy of a book with one part passed through `rewrite`, which must change it."""
    parts = members(path)
    before = parts[part]
    parts[part] = rewrite(before)
    assert parts[part] != before
    return write_members(path.with_name(f"rewritten-{path.name}"), parts)


SHEET = "xl/worksheets/sheet1.xml"


def colleagues_book(folder: Path) -> Path:
    """A book with all that staff keep in one: chart, notes, table, rules, formulas, colours, macros, shapes."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = TAB
    sheet.append(["编号", "企业", "隐患", "长度"])
    for number in range(1, 6):
        sheet.append([f"R{number}", f"企业{number}", number, f"=LEN(B{number + 1})"])
    sheet["B3"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet["B3"].font = Font(bold=True)
    sheet["A3"].fill = PatternFill("solid", fgColor="FFFFFF00")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=6), titles_from_data=True)
    sheet.add_chart(chart, "H2")
    sheet["B2"].comment = Comment("看一下", "张三")
    sheet.add_table(Table(displayName="Ledger", ref="A1:D6"))
    red = CellIsRule(operator="greaterThan", formula=["3"], fill=PatternFill("solid", bgColor="FFFF0000"))  # type: ignore[no-untyped-call]  # untyped
    sheet.conditional_formatting.add("C2:C6", red)
    rule = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0")
    rule.add("C2:C6")
    sheet.add_data_validation(rule)
    other = book.create_sheet("汇总")
    other["A1"] = f"=SUM({TAB}!C2:C6)"
    path = folder / "colleague.xlsx"
    book.save(path)
    parts = members(path)
    parts["xl/vbaProject.bin"] = bytes(range(256)) * 64
    parts["xl/drawings/vmlDrawing9.vml"] = b"<xml><shape id='a'/></xml>"
    parts["customXml/item1.xml"] = "<附注>留着</附注>".encode()
    return write_members(path, parts)


def sheet_book(folder: Path, rows: str, *, before: str = "", after: str = "", prefix: str = "") -> Path:
    """A book whose only sheet part is written by hand: `rows` between the tags of sheetData."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    name = f"xmlns:{prefix.rstrip(':')}" if prefix else "xmlns"
    data = f"<{prefix}sheetData>{rows}</{prefix}sheetData>" if rows else f"<{prefix}sheetData/>"
    xml = f'<{prefix}worksheet {name}="{space}">{before}{data}{after}</{prefix}worksheet>'
    plain = folder / "plain.xlsx"
    book = Workbook()
    book.worksheets[0].title = TAB
    book.save(plain)
    parts = members(plain)
    parts[SHEET] = f'<?xml version="1.0" encoding="UTF-8"?>{xml}'.encode()
    return write_members(folder / "sheet.xlsx", parts)
