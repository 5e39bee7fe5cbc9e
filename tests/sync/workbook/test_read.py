from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from sync.workbook.addresses import Area, Place
from sync.workbook.package import Damaged
from sync.workbook.read import read_book
from tests.sync.workbook.books import TAB, colleagues_book, our_book, rewritten, sheet_book


def test_a_book_of_ours_says_everything_about_itself(tmp_path: Path) -> None:
    path = our_book(tmp_path, {1: "R1", 2: "甲"})
    book = read_book(path)
    assert (book.binding, book.generation, book.modified_by) == ("b1", 7, "台账")
    assert book.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert book.modified_at is not None
    assert book.modified_at.tzinfo is not None
    assert book.places["phone"] == Place(TAB, 1, 3)
    assert [tab.name for tab in book.tabs] == [TAB]
    assert read_book(path.read_bytes()) == book


def test_values_have_the_type_they_show(tmp_path: Path) -> None:
    rows = (
        '<row r="2"><c r="B2" t="str"><v>文</v></c><c r="C2"><v>3</v></c><c r="D2"><v>3.5</v></c>'
        '<c r="E2" t="b"><v>1</v></c><c r="F2" t="d"><v>2026-01-02</v></c><c r="G2"><v>5.10101199001011E17</v></c>'
        '<c r="H2" t="e"><v>#DIV/0!</v></c>'
        '<c r="I2" t="inlineStr"><is><r><t>富</t></r><r><rPr><b/></rPr><t>文本</t></r></is></c></row>'
    )
    tab = read_book(sheet_book(tmp_path, rows)).tabs[0]
    assert tab.rows[0] == [None] * 9
    values = tab.rows[1]
    assert values == [None, "文", 3, 3.5, True, date(2026, 1, 2), 5.10101199001011e17, "#DIV/0!", "富文本"]
    assert [type(value).__name__ for value in values[2:7]] == ["int", "float", "bool", "date", "float"]
    assert (tab.value(2, 9), tab.value(2, 10), tab.value(9, 1)) == ("富文本", None, None)


def test_an_error_at_the_edge_is_not_nothing(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="4"><c r="C4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    tab = read_book(sheet_book(tmp_path, rows)).tabs[0]
    assert tab.value(4, 3) == "#DIV/0!"
    assert tab.formulas == {(4, 3)}


def test_formulas_and_merged_areas_of_a_colleagues_book_are_told(tmp_path: Path) -> None:
    path = colleagues_book(tmp_path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merge_cells("A8:C9")
    book.save(path)
    first, second = read_book(path).tabs
    assert first.formulas == {(row, 4) for row in range(2, 7)}
    assert first.merged == (Area(8, 1, 9, 3),)
    assert second.formulas == {(1, 1)}


def test_an_array_formula_over_the_whole_sheet_costs_nothing(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">B1</f><v>1</v></c></row>'
    tab = read_book(sheet_book(tmp_path, rows)).tabs[0]
    assert tab.formulas == {(1, 1)}
    assert tab.computed == (Area(1, 1, 1_048_576, 16_384),)


@pytest.mark.parametrize("what", ["merged", "computed"])
def test_areas_that_overlap_are_no_office_programs(tmp_path: Path, what: str) -> None:
    formula = '<f t="array" ref="A1:B2">1</f>' if what == "computed" else ""
    cells = "".join(f'<c r="{column}1">{formula}<v>1</v></c>' for column in "AB")
    merged = f'<mergeCells>{"""<mergeCell ref="A1:B2"/>""" * 2}</mergeCells>' if what == "merged" else ""
    with pytest.raises(Damaged):
        read_book(sheet_book(tmp_path, f'<row r="1">{cells}</row>', after=merged))


def test_a_book_that_is_not_ours_has_no_places_and_no_binding(tmp_path: Path) -> None:
    book = read_book(colleagues_book(tmp_path))
    assert (book.binding, book.generation, dict(book.places)) == (None, None, {})


@pytest.mark.parametrize(("place", "found"), [("#REF!", None), ("'台账'!#REF!", None), ("'台账'!$C$4:$C$9", (4, 3))])
def test_a_name_whose_column_was_deleted_stands_nowhere(
    tmp_path: Path, place: str, found: tuple[int, int] | None
) -> None:
    book = rewritten(
        our_book(tmp_path), "xl/workbook.xml", lambda xml: xml.replace("'台账'!$B$1".encode(), place.encode())
    )
    assert read_book(book).places["name"] == (Place(TAB, *found) if found else None)


def test_names_of_a_copied_tab_are_not_taken_for_ours(tmp_path: Path) -> None:
    copied = '<definedName name="_tz_name" localSheetId="0">\'副本\'!$B$1</definedName></definedNames>'.encode()
    book = rewritten(our_book(tmp_path), "xl/workbook.xml", lambda xml: xml.replace(b"</definedNames>", copied))
    assert read_book(book).places["name"] == Place(TAB, 1, 2)


@pytest.mark.parametrize("said", ["x", "-7", "7.0", "9" * 10, "9" * 5000])
def test_a_garbled_generation_is_none(tmp_path: Path, said: str) -> None:
    book = rewritten(our_book(tmp_path), "docProps/custom.xml", lambda xml: xml.replace(b">7<", f">{said}<".encode()))
    assert read_book(book).generation is None


def test_who_saved_last_and_when_is_told_in_utc(tmp_path: Path) -> None:
    path = colleagues_book(tmp_path)
    book = openpyxl.load_workbook(path)
    book.properties.lastModifiedBy = "张三"
    book.save(path)
    read = read_book(path)
    assert read.modified_by == "张三"
    assert read.modified_at is not None
    assert abs((read.modified_at - datetime.now(UTC)).total_seconds()) < 300


def test_a_part_that_lies_about_its_size_is_refused_before_others_trust_it(tmp_path: Path) -> None:
    path = colleagues_book(tmp_path)
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"xl/styles.xml") - 46
    content[entry + 24 : entry + 28] = (50).to_bytes(4, "little")
    with pytest.raises(Damaged):
        read_book(bytes(content))
