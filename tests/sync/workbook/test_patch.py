from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from sync.workbook.addresses import Area
from sync.workbook.book import GENERATION, CellValue, Changes, Reason
from sync.workbook.package import Damaged, TabGone
from sync.workbook.patch import patch_book
from sync.workbook.read import read_book
from tests.sync.workbook.books import (
    SHEET,
    TAB,
    changed_members,
    colleagues_book,
    members,
    only_tab,
    our_book,
    packed_members,
    patched,
    rewritten,
    sheet_book,
)


def row(path: Path, number: int) -> list[CellValue]:
    return only_tab(path).rows[number - 1]


def test_appended_rows_follow_the_last_one_and_wear_the_columns_formats(tmp_path: Path) -> None:
    book = our_book(tmp_path, {1: "R1", 2: "甲"})
    after, outcome = patched(book, Changes(append=[{1: "R2", 3: "0012", 4: date(2026, 11, 22)}]))
    assert outcome.first_appended == 3
    assert row(after, 3)[:4] == ["R2", None, "0012", date(2026, 11, 22)]
    cells = openpyxl.load_workbook(after)[TAB]
    assert cells["C3"].number_format == "@"
    assert cells["D3"].number_format == "yyyy-mm-dd"


def test_a_changed_cell_keeps_its_style(tmp_path: Path) -> None:
    book = colleagues_book(tmp_path)
    after, _ = patched(book, Changes(cells={(3, 2): "新名"}))
    cell = openpyxl.load_workbook(after)[TAB]["B3"]
    assert (cell.value, cell.font.bold, cell.fill.fgColor.rgb) == ("新名", True, "FFFFFF00")


def test_everything_else_in_a_colleagues_book_stays_bit_for_bit(tmp_path: Path) -> None:
    book = colleagues_book(tmp_path)
    after, _ = patched(book, Changes(cells={(3, 2): "新名", (2, 3): 9}))
    assert changed_members(book, after) == {SHEET}
    assert {"xl/charts/chart1.xml", "xl/vbaProject.bin", "customXml/item1.xml"} < packed_members(after).keys()
    before, now = (openpyxl.load_workbook(path)[TAB] for path in (book, after))
    different = [
        cell.coordinate for cell, old in zip(_flat(now), _flat(before), strict=True) if cell.value != old.value
    ]
    assert different == ["C2", "B3"]


def _flat(sheet: Worksheet) -> list[Cell | MergedCell]:
    return [cell for cells in sheet.iter_rows() for cell in cells]


def test_a_planted_change_in_another_member_would_be_seen(tmp_path: Path) -> None:
    book = colleagues_book(tmp_path)
    planted = rewritten(book, "xl/vbaProject.bin", lambda macro: macro[:-1] + b"!")
    assert "xl/vbaProject.bin" in changed_members(book, planted)


def test_a_formula_is_never_overwritten(tmp_path: Path) -> None:
    book = colleagues_book(tmp_path)
    after, outcome = patched(book, Changes(cells={(2, 4): "文字", (2, 2): "改了"}))
    assert outcome.unwritten == {(2, 4): Reason.FORMULA}
    assert openpyxl.load_workbook(after)[TAB]["D2"].value == "=LEN(B2)"
    assert row(after, 2)[1] == "改了"


def test_cells_that_an_array_formula_fills_are_not_overwritten_either(tmp_path: Path) -> None:
    first = '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row>'
    rows = first + '<row r="2"><c r="A2"><v>2</v></c></row>'
    after, outcome = patched(sheet_book(tmp_path, rows), Changes(cells={(2, 1): 5}))
    assert outcome.unwritten == {(2, 1): Reason.FORMULA}
    assert row(after, 2) == [2]
    assert only_tab(after).computed == (Area(1, 1, 2, 1),)


def test_a_true_that_libreoffice_wrote_as_a_formula_is_an_ordinary_value(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="b"><f aca="false">TRUE()</f><v>1</v></c></row>'
    book = sheet_book(tmp_path, rows)
    assert only_tab(book).formulas == frozenset()
    after, outcome = patched(book, Changes(cells={(1, 1): False}))
    assert not outcome.unwritten
    assert row(after, 1) == [False]


def test_a_cell_hidden_under_a_merged_one_is_not_written(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"/></row>'
    merge = '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'
    book = sheet_book(tmp_path, rows, after=merge)
    after, outcome = patched(book, Changes(cells={(1, 1): 2, (1, 2): 3, (2, 1): 4}))
    assert outcome.unwritten == {(1, 2): Reason.MERGED, (2, 1): Reason.MERGED}
    assert only_tab(after).rows == [[2]]


def test_a_text_too_long_for_a_cell_is_reported_not_cut(tmp_path: Path) -> None:
    book = our_book(tmp_path, {1: "R1", 2: "甲"})
    after, outcome = patched(book, Changes(cells={(2, 2): "长" * 32_768, (2, 3): "😀" * 16_383}))
    assert outcome.unwritten == {(2, 2): Reason.TOO_LONG}
    assert row(after, 2)[1:3] == ["甲", "😀" * 16_383]


def test_a_number_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    book, target = our_book(tmp_path), tmp_path / "target.xlsx"
    with pytest.raises(ValueError, match="nan"):
        patch_book(book, target, {TAB: Changes(append=[{2: math.nan}])})
    assert not target.exists()


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_sheets_are_patched_whatever_the_prefix_of_their_tags(tmp_path: Path, prefix: str) -> None:
    rows = '<P:row r="1"><P:c r="A1"><P:v>1</P:v></P:c></P:row><P:row r="3"/>'.replace("P:", prefix)
    book = sheet_book(tmp_path, rows, prefix=prefix)
    after, outcome = patched(book, Changes(cells={(1, 2): "乙", (2, 1): "中", (3, 2): True}, append=[{1: "末"}]))
    assert outcome.first_appended == 2
    assert only_tab(after).rows == [[1, "乙"], ["末", None], [None, True]]
    assert openpyxl.load_workbook(after)[TAB]["B3"].value is True


def test_rows_and_cells_that_name_no_place_keep_theirs(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c><c><v>5</v></c></row>"
    after, _ = patched(sheet_book(tmp_path, rows), Changes(cells={(1, 1): None, (2, 2): 6}, append=[{3: 7}]))
    assert only_tab(after).rows == [[None, 2, 3], [4, 6, None], [None, None, 7]]


def test_attributes_may_stand_in_any_order_and_quotes(tmp_path: Path) -> None:
    rows = "<row spans='1:2' r='2' ht=\"20\"><c t='str' s='0' r='B2'><v>旧</v></c></row>"
    after, _ = patched(sheet_book(tmp_path, rows), Changes(cells={(2, 2): "新", (2, 1): "左"}))
    assert only_tab(after).rows[1] == ["左", "新"]


def test_an_empty_sheet_gets_its_first_row(tmp_path: Path) -> None:
    after, outcome = patched(sheet_book(tmp_path, ""), Changes(append=[{1: "第一行"}]))
    assert outcome.first_appended == 1
    assert only_tab(after).rows == [["第一行"]]


def test_rows_are_added_below_values_not_below_formats_and_formulas_filled_down_ahead(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>头</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>LEN(A2)</f></c></row>'
        '<row r="3"><c r="A3" s="0"/><c r="B3"><f>LEN(A3)</f></c></row><row r="4"><c r="A4" s="0"/></row>'
    )
    after, outcome = patched(sheet_book(tmp_path, rows), Changes(append=[{1: "a"}, {1: "b"}, {1: "c"}]))
    assert outcome.first_appended == 3
    cells = openpyxl.load_workbook(after)[TAB]
    assert [cells[f"A{n}"].value for n in range(1, 6)] == ["头", 1, "a", "b", "c"]
    assert cells["B3"].value == "=LEN(A3)"


def test_new_rows_look_like_the_last_one_where_columns_have_no_format(tmp_path: Path) -> None:
    book = colleagues_book(tmp_path)
    bold = rewritten(book, SHEET, lambda xml: xml.replace(b'<c r="C6"', b'<c r="C6" s="1"'))
    after, _ = patched(bold, Changes(append=[{3: 1}]))
    cells = openpyxl.load_workbook(after)[TAB]
    assert cells["C7"].style_id == cells["C6"].style_id != 0


def test_what_reaches_to_the_last_row_grows_with_it(tmp_path: Path) -> None:
    after, _ = patched(colleagues_book(tmp_path), Changes(append=[{1: "R6", 3: 6}, {1: "R7", 3: 7}]))
    sheet = openpyxl.load_workbook(after)[TAB]
    assert sheet.tables["Ledger"].ref == "A1:D8"
    assert [str(found.sqref) for found in sheet.conditional_formatting] == ["C2:C8"]
    assert [str(found.sqref) for found in sheet.data_validations.dataValidation] == ["C2:C8"]
    assert sheet.dimensions == "A1:D8"


def test_the_filter_and_its_hidden_name_grow_together(tmp_path: Path) -> None:
    after, _ = patched(our_book(tmp_path), Changes(append=[{1: "R1"}, {1: "R2"}]))
    parts = members(after)
    assert b'<autoFilter ref="A1:G3"' in parts[SHEET]
    assert "'台账'!$A$1:$G$3</definedName>".encode() in parts["xl/workbook.xml"]


def test_a_book_with_formulas_is_computed_when_opened(tmp_path: Path) -> None:
    once = rewritten(colleagues_book(tmp_path), "xl/workbook.xml", lambda xml: xml.replace(b' fullCalcOnLoad="1"', b""))
    after, _ = patched(once, Changes(cells={(2, 3): 9}))
    assert b'fullCalcOnLoad="1"' in members(after)["xl/workbook.xml"]
    bare = rewritten(once, "xl/workbook.xml", lambda xml: xml.replace(b'<calcPr calcId="124519" />', b""))
    after, _ = patched(bare, Changes(cells={(2, 3): 9}))
    assert openpyxl.load_workbook(after).calculation.fullCalcOnLoad


def test_a_book_without_formulas_is_not_asked_to_compute(tmp_path: Path) -> None:
    book = rewritten(our_book(tmp_path), "xl/workbook.xml", lambda xml: xml.replace(b' fullCalcOnLoad="1"', b""))
    after, _ = patched(book, Changes(cells={(2, 2): "x"}))
    assert changed_members(book, after) == {SHEET}


def test_a_marked_cell_is_red_keeps_its_number_format_and_is_unmarked_to_what_it_was(tmp_path: Path) -> None:
    book = our_book(tmp_path, {1: "R1", 5: 3})
    marked, _ = patched(book, Changes(mark=[(2, 5)]))
    assert changed_members(book, marked) == {SHEET, "xl/styles.xml"}
    cell = openpyxl.load_workbook(marked)[TAB]["E2"]
    assert (cell.value, cell.number_format, cell.fill.fgColor.rgb) == (3, "0", "FFFFCCD1")
    again, _ = patched(marked, Changes(cells={(2, 5): 4}, mark=[(2, 5)]))
    assert changed_members(marked, again) == {SHEET}
    clean, _ = patched(again, Changes(unmark=[(2, 5)]))
    assert members(clean)[SHEET] == members(patched(book, Changes(cells={(2, 5): 4}))[0])[SHEET]


def test_unmarking_gives_a_cell_the_colour_of_its_row_back(tmp_path: Path) -> None:
    marked, _ = patched(colleagues_book(tmp_path), Changes(mark=[(3, 2)]))
    clean, _ = patched(marked, Changes(unmark=[(3, 2), (2, 2)]))
    cells = openpyxl.load_workbook(clean)[TAB]
    assert cells["B3"].fill.fgColor.rgb == "FFFFFF00"
    assert cells["B3"].font.bold
    assert cells["B2"].fill.fill_type is None


def test_a_date_in_a_general_cell_is_shown_as_one(tmp_path: Path) -> None:
    book = sheet_book(tmp_path, '<row r="1"><c r="A1"/></row>')
    after, _ = patched(book, Changes(cells={(1, 1): date(2026, 2, 28), (1, 2): datetime(2026, 2, 28, 13, 5)}))  # noqa: DTZ001
    assert row(after, 1) == [date(2026, 2, 28), datetime(2026, 2, 28, 13, 5)]  # noqa: DTZ001


def test_dates_count_from_the_epoch_of_the_book(tmp_path: Path) -> None:
    book = our_book(tmp_path, {1: "R1"})
    old = rewritten(book, "xl/workbook.xml", lambda xml: xml.replace(b"<workbookPr ", b'<workbookPr date1904="1" '))
    after, _ = patched(old, Changes(cells={(2, 4): date(2026, 11, 22)}))
    assert row(after, 2)[3] == date(2026, 11, 22)


def test_text_that_looks_like_something_else_gets_the_text_format_in_a_general_cell(tmp_path: Path) -> None:
    after, _ = patched(sheet_book(tmp_path, ""), Changes(append=[{1: "0012", 2: "=1+1", 3: "甲", 4: "true"}]))
    cells = openpyxl.load_workbook(after)[TAB]
    assert [cells.cell(1, column).number_format for column in range(1, 5)] == ["@", "@", "General", "@"]


def test_properties_are_set_and_others_kept(tmp_path: Path) -> None:
    book, target = our_book(tmp_path), tmp_path / "target.xlsx"
    patch_book(book, target, {}, properties={GENERATION: "8", "另一个": "<&>"})
    assert changed_members(book, target) == {"docProps/custom.xml"}
    assert members(target)["docProps/custom.xml"].count(GENERATION.encode()) == 1
    assert read_book(target).properties == {"taizhang-binding": "b1", GENERATION: "8", "另一个": "<&>"}
    assert {one.name: one.value for one in openpyxl.load_workbook(target).custom_doc_props.props}[GENERATION] == "8"  # type: ignore[attr-defined]  # the stubs lag behind


def test_a_book_without_properties_gets_some(tmp_path: Path) -> None:
    book, target = colleagues_book(tmp_path), tmp_path / "target.xlsx"
    patch_book(book, target, {}, properties={GENERATION: "1"})
    assert changed_members(book, target) == {"docProps/custom.xml", "[Content_Types].xml", "_rels/.rels"}
    assert read_book(target).generation == 1
    patch_book(target, book, {}, properties={GENERATION: "2"})
    assert read_book(book).generation == 2


def test_several_tabs_change_in_one_go(tmp_path: Path) -> None:
    book, target = colleagues_book(tmp_path), tmp_path / "target.xlsx"
    patch_book(book, target, {TAB: Changes(cells={(2, 2): "一"}), "汇总": Changes(cells={(3, 1): "二"})})
    first, second = read_book(target).tabs
    assert (first.value(2, 2), second.value(3, 1)) == ("一", "二")


def test_a_tab_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TabGone) as refusal:
        patch_book(our_book(tmp_path), tmp_path / "target.xlsx", {"别的": Changes()})
    assert "别的" in refusal.value.sentence


@pytest.mark.parametrize("trick", ["<!-- <row r='9'> -->", "<![CDATA[x]]>"])
def test_a_sheet_that_a_scan_would_misread_is_refused(tmp_path: Path, trick: str) -> None:
    book = sheet_book(tmp_path, f'<row r="1"><c r="A1" t="str"><v>{trick}</v></c></row>')
    with pytest.raises(Damaged):
        patch_book(book, tmp_path / "target.xlsx", {TAB: Changes()})
