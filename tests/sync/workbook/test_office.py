"""What staff do to a book of ours in a real office program, and how it is found again afterwards."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from sync.workbook.addresses import Place
from sync.workbook.book import BINDING, GENERATION, Changes
from sync.workbook.read import read_book
from tests.sync.office import convert_in_office, edit_in_office
from tests.sync.workbook.books import TAB, our_book, patched


@pytest.fixture(scope="module")
def worked_on(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our book after a colleague's morning."""
    book = our_book(
        tmp_path_factory.mktemp("office"),
        {1: "R1", 2: "甲", 3: "0371", 5: 3, 7: "未整改"},
        {1: "R2", 2: "乙", 3: "0372", 5: 1, 7: "整改中"},
        {1: "R3", 2: "丙", 3: "0373", 5: 2, 7: "已整改"},
    )
    edit_in_office(
        book,
        TAB,
        [
            ["insert_col", "C", "备注"],  # id 企业 备注 电话 日期 隐患 罚款 状态
            ["move_col", "H", "B"],  # id 状态 企业 备注 电话 日期 隐患 罚款
            ["delete_col", "H"],
            ["rename_header", "企业名称", "单位"],
            ["sort", "G", True],
            ["append", ["", "未整改", "丁", "新企业", "02812345678", "2026-11-22", "4"]],
            ["rename_sheet", "O'Brien 台账"],
        ],
    )
    return book


def test_our_names_follow_their_columns_and_say_which_is_gone(worked_on: Path) -> None:
    places = read_book(worked_on).places
    columns = {key: place.column if place else None for key, place in places.items()}
    expected = {"id": 1, "state": 2, "name": 3, "phone": 5, "checked": 6, "hazards": 7, "fine": None}
    assert columns == expected
    assert places["name"] == Place("O'Brien 台账", 1, 3)


def test_the_book_still_knows_which_one_it_is(worked_on: Path) -> None:
    book = read_book(worked_on)
    assert (book.binding, book.generation) == ("b1", 7)


def test_rows_move_whole_when_sorted(worked_on: Path) -> None:
    rows = read_book(worked_on).tabs[0].rows
    assert rows[0][2] == "单位"
    assert [(row[0], row[2], row[4], row[6]) for row in rows[1:4]] == [
        ("R2", "乙", "0372", 1),
        ("R3", "丙", "0373", 2),
        ("R1", "甲", "0371", 3),
    ]


def test_what_is_typed_into_a_new_row_takes_the_columns_format(worked_on: Path) -> None:
    new = read_book(worked_on).tabs[0].rows[4]
    assert new == [None, "未整改", "丁", "新企业", "02812345678", date(2026, 11, 22), 4]


def test_the_engine_writes_on_in_what_the_colleague_saved(worked_on: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(worked_on, tmp_path))
    changes = Changes(cells={(5, 1): "R4"}, append=[{1: "R5", 5: "0375", 6: date(2026, 1, 2)}], mark=[(2, 7)])
    after, outcome = patched(copy, changes, "O'Brien 台账")
    assert not outcome.unwritten
    rows = read_book(after).tabs[0].rows
    assert (rows[4][0], rows[5][:6]) == ("R4", ["R5", None, None, None, "0375", date(2026, 1, 2)])
    assert openpyxl.load_workbook(after).worksheets[0]["E6"].number_format == "@"
    edit_in_office(after, "O'Brien 台账", [["edit", "C6", "五"]])
    assert read_book(after).tabs[0].rows[5][:3] == ["R5", None, "五"]


def test_a_colleagues_number_in_a_text_column_stays_text(tmp_path: Path) -> None:
    book = our_book(tmp_path, {1: "R1", 2: "甲"})
    edit_in_office(book, TAB, [["edit", "C2", "510101199001011234"], ["edit", "B2", "=1+1"], ["edit", "E2", "=1+1"]])
    tab = read_book(book).tabs[0]
    assert tab.value(2, 3) == "510101199001011234"
    assert tab.value(2, 5) == 2
    assert (2, 5) in tab.formulas


def test_merged_and_filtered_rows_are_seen_for_what_they_are(tmp_path: Path) -> None:
    book = our_book(tmp_path, *({1: f"R{n}", 2: f"企业{n}", 7: "未整改" if n % 2 else "已整改"} for n in range(1, 7)))
    edit_in_office(book, TAB, [["merge", "B3:B4"], ["filter", "G", "未整改"], ["hide_col", "C"]])
    tab = read_book(book).tabs[0]
    assert [str(area) for area in tab.merged] == ["B3:B4"]
    assert [row[0] for row in tab.rows[1:]] == [f"R{n}" for n in range(1, 7)]


def test_an_office_program_opens_what_we_make_and_shows_it_on_paper(tmp_path: Path) -> None:
    book = our_book(tmp_path, {1: "R1", 2: "甲企业", 3: "0371"})
    assert convert_in_office(book, tmp_path, "pdf").read_bytes().startswith(b"%PDF")


def test_properties_survive_the_office(tmp_path: Path) -> None:
    book = our_book(tmp_path, {1: "R1"})
    edit_in_office(book, TAB, [["edit", "B2", "甲"]])
    assert read_book(book).properties == {BINDING: "b1", GENERATION: "7"}
