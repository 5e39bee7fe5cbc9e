from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.workbook.addresses import column_letters
from sync.workbook.extent import MOST_CELLS, check_extent
from sync.workbook.package import Damaged
from sync.workbook.read import read_book
from sync.workbook.sheetxml import open_sheet
from tests.sync.workbook.books import TAB, rewritten, sheet_book

NEAR = '<row r="1"><c r="A1"><v>1</v></c></row>'
FAR = [
    '<row r="20000"><c r="XFD20000"><v>1</v></c></row>',
    "<row r='20000'><c s='1' r = 'xfd20000'><v>1</v></c></row>",
    '<row r="2"><c r="XFD20000"><v>1</v></c></row>',
    '<row r="1048576"><c r="A1048576"><v>1</v></c><c r="Z2"><v>1</v></c></row>',
    '<row r="1048576">' + "<c/>" * 9 + "<c><v>1</v></c></row>",
    '<row r="20000"><c s=" &quot; > " r="XFD20000"><v>1</v></c></row>',
    '<row r="20000"><x:c xmlns:x="urn:x" r="XFD20000"><v>1</v></x:c></row>',
    f'<row r="20000"><c r="XFD20000"{" " * 2000}><v>1</v></c></row>',
    '<row r="20000"><c r="XFDX20000"><v>1</v></c></row>',
]


@pytest.mark.parametrize("far", FAR)
def test_a_cell_that_lies_far_away_is_refused_before_room_is_made_for_it(tmp_path: Path, far: str) -> None:
    with pytest.raises(Damaged):
        read_book(sheet_book(tmp_path, NEAR + far))


def test_the_sentence_says_which_cells_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match=f"“{TAB}”一直铺到 XFD20000，"):
        read_book(sheet_book(tmp_path, NEAR + FAR[0]))
    wide = '<row r="2"><c r="XFD2"><v>1</v></c></row><row r="9000"><c r="B9000" t="e"><v>#N/A</v></c></row>'
    with pytest.raises(Damaged, match="一直铺到 B9000、XFD2，"):
        read_book(sheet_book(tmp_path, NEAR + wide))


def test_what_the_sheet_says_of_its_own_size_is_not_believed(tmp_path: Path) -> None:
    far = sheet_book(tmp_path, NEAR, before='<dimension ref="A1:XFD1048576"/>')
    assert read_book(far).tabs[0].rows == [[1]]


def test_cells_that_are_only_coloured_do_not_count(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="90000"><c r="XFD90000" s="0"></c></row>'
    assert read_book(sheet_book(tmp_path, rows)).tabs[0].value(1, 1) == 1


def test_an_error_without_words_makes_no_room(tmp_path: Path) -> None:
    tab = read_book(sheet_book(tmp_path, NEAR + '<row r="1048576"><c r="XFD1048576" t="e"/></row>')).tabs[0]
    assert tab.rows == [[1]]


def test_tabs_that_are_too_much_together_are_refused(tmp_path: Path) -> None:
    path = sheet_book(tmp_path, NEAR + '<row r="70000"><c r="AN70000"><v>1</v></c></row>')
    assert len(read_book(path).tabs[0].rows) == 70_000
    twice = rewritten(path, "xl/workbook.xml", lambda xml: xml.replace(b"</sheets>", _again(xml) + b"</sheets>"))
    with pytest.raises(Damaged, match="合起来"):
        read_book(twice)


def _again(xml: bytes) -> bytes:
    """The tab of a book, listed once more under another name."""
    tab = xml[xml.index(b"<sheet ") : xml.index(b"</sheets>")]
    return tab.replace(TAB.encode(), b"other")


@given(st.lists(st.tuples(st.integers(1, 99_999), st.integers(1, 16_384)), min_size=1, max_size=8, unique=True))
def test_a_tab_is_refused_exactly_when_its_rectangle_is_too_large(cells: list[tuple[int, int]]) -> None:
    rows = "".join(f'<row r="{row}"><c r="{column_letters(column)}{row}"><v>1</v></c></row>' for row, column in cells)
    sheet = open_sheet(f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode())
    if max(row for row, _ in cells) * max(column for _, column in cells) > MOST_CELLS:
        with pytest.raises(Damaged):
            check_extent(sheet, TAB)
    else:
        check_extent(sheet, TAB)
