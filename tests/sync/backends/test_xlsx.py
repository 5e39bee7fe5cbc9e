from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from records.database import Database
from sync.backends.base import Writing, backend
from sync.backends.xlsx import Settings, XlsxSheet, open_sheet
from sync.layout import PROBLEM, STATE, CellValue, Layout
from sync.replace import HISTORY
from sync.round import Mode
from tests.conftest import OFFICE, HandClock
from tests.sync.contract import A, B, SheetContract, hazard_layout, row, tmp_book, written
from tests.sync.ledgers import HAZARD, Office, hazard_catalogue, open_office
from tests.sync.office import edit_in_office, open_in_office


def tab_of(book: openpyxl.Workbook) -> Worksheet:
    tab = book.active
    assert isinstance(tab, Worksheet)
    return tab


def look(path: Path) -> Worksheet:
    """The tab as another program sees it."""
    return tab_of(openpyxl.load_workbook(path))


@contextmanager
def saved_anew(path: Path) -> Iterator[Worksheet]:
    """Another program opens the book, changes it and saves it."""
    book = openpyxl.load_workbook(path)
    yield tab_of(book)
    book.save(path)


class XlsxPlace:
    """A workbook, and a colleague who uses another program on it."""

    def __init__(self, path: Path) -> None:
        self.sheet: XlsxSheet = open_sheet(Settings(path=str(path)), hazard_layout())

    def edit(self, cells: dict[tuple[int, str], CellValue]) -> None:
        keys = [column.key for column in self.sheet.layout.columns]
        with saved_anew(self.sheet.path) as tab:
            for (number, key), value in cells.items():
                tab.cell(number, keys.index(key) + 1).value = value

    def delete(self, row: int) -> None:
        with saved_anew(self.sheet.path) as tab:
            tab.delete_rows(row)

    def lose(self) -> None:
        self.sheet.path.unlink()


class TestXlsx(SheetContract):
    @pytest.fixture
    def place(self, tmp_path: Path) -> XlsxPlace:
        return XlsxPlace(tmp_book(tmp_path))


@pytest.fixture
def office(tmp_path: Path, now: HandClock) -> Office:
    database = Database(f"sqlite:///{tmp_path / 'taizhang.sqlite'}")
    database.create()

    def opened(layout: Layout) -> XlsxSheet:
        return open_sheet(Settings(path=str(tmp_book(tmp_path).with_name("{tab}.xlsx"))), layout)

    return open_office(database, tmp_path, now, opened)


def book_of(office: Office) -> XlsxSheet:
    assert isinstance(office.sheet, XlsxSheet)
    return office.sheet


def cells_of(office: Office, key: str) -> dict[str, CellValue]:
    return next(dict(each.cells) for each in office.sheet.read().rows if each.id == key)


def test_a_form_without_a_book_of_its_own_gets_one_by_its_tab(tmp_path: Path) -> None:
    opened = backend("xlsx").open_sheet(Settings(path=str(tmp_path / "{tab}.xlsx")), hazard_layout())
    assert opened.name == "隐患台账.xlsx"


TABS = [
    "b/../../x",
    "/",
    "..",
    ".",
    "",
    "  ",
    "a\\b",
    "Z:\\x",
    "x" * 400,
    "隐" * 200,
    "<>|?*:",
    "\x00\n",
    "'引'",
    "[a]",
    "_lists",
]


@pytest.mark.parametrize("tab", TABS)
def test_whatever_a_tab_is_called_its_book_lies_in_the_folder(tmp_path: Path, now: HandClock, tab: str) -> None:
    layout = replace(hazard_layout(), tab=tab)
    folder = tmp_path / "共享"
    sheet = open_sheet(Settings(path=str(folder / "{tab}.xlsx")), layout)
    assert sheet.path.parent == folder
    sheet.create("B1", written(row(A, "甲")), now(), again=False)
    assert [path.name for path in tmp_path.rglob("*.xlsx")] == [sheet.name]
    snapshot = sheet.read()
    assert [each.id for each in snapshot.rows] == [A]
    sheet.write(Writing(2, cells={(2, "desc"): "甲二"}), snapshot, now())
    assert sheet.read().rows[0].cells["desc"] == "甲二"
    assert len(look(sheet.path).title) <= 31


def test_braces_in_a_path_stay_as_they_are(tmp_path: Path) -> None:
    opened = open_sheet(Settings(path=str(tmp_path / "{年份}{0}" / "{tab}.xlsx")), hazard_layout())
    assert opened.path == tmp_path / "{年份}{0}" / "隐患台账.xlsx"


# ---- a colleague with LibreOffice ----------------------------------------------------------------------------------


def test_a_ledger_that_was_turned_upside_down_in_an_office_program_is_still_understood(office: Office) -> None:
    ids = office.fill(*(f"第{at}处" for at in range(8)))
    office.round()
    edit_in_office(
        book_of(office).path,
        "隐患台账",
        [
            ["edit", "C3", "表里改的"],
            ["edit", "D4", "重大"],
            ["edit", "F5", "很多"],
            ["delete_rows", 6, 1],
            ["append", ["", "", "手工补录的", "一般", "东山镇", "4", "", "2026-11-03"]],
            ["sort", "C", False],
            ["insert_col", "D", "科室备注"],
            ["move_col", "G", "C"],
            ["rename_header", "隐患描述", "问题描述"],
            ["rename_sheet", "台账二〇二六"],
            ["hide_col", "H"],
        ],
    )
    report = office.round()
    assert report.counts["taken"] == 2
    assert report.counts["created"] == report.counts["withdrawn"] == report.counts["refused"] == 1
    records = office.records()
    assert set(records) == {"第0处", "表里改的", "第2处", "第3处", "第5处", "第6处", "第7处", "手工补录的"}
    assert records["第2处"].answers["level"] == "major"
    assert records["手工补录的"].answers["found_at"] == "2026-11-03"
    assert cells_of(office, records["手工补录的"].id)["no"] == "YH-419926-2026-000009"
    assert cells_of(office, ids[3])[PROBLEM] == "涉及人数：应是整数，例如 12"
    assert cells_of(office, ids[2])[STATE] == "整改中"
    assert office.conflicts() == []
    seal = office.sheet.seal()
    assert office.round(Mode.THOROUGH).waiting is None
    assert office.sheet.seal() == seal


def test_a_round_waits_until_the_office_program_lets_the_book_go(office: Office, now: HandClock) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    with open_in_office(book_of(office).path, "隐患台账", [["edit", "F2", "9"]]) as visit:
        office.change(one, level="重大")
        now.set(datetime.now(OFFICE))
        assert office.round().code == "sheet.book_held"
    assert visit.saved
    office.round()
    assert cells_of(office, one)["level"] == "重大"
    assert office.record(one).answers["people"] == 9


def test_a_column_that_was_deleted_in_an_office_program_is_told(office: Office) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    edit_in_office(book_of(office).path, "隐患台账", [["delete_col", "F"]])
    assert office.round().missing == ("涉及人数",)
    assert office.record(one).answers["people"] == 3


# ---- what else happens to files ------------------------------------------------------------------------------------


def test_everything_else_in_the_book_stays_byte_for_byte(office: Office) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    before = parts_of(book_of(office).path)
    office.change(one, level="重大")
    office.round()
    after = parts_of(book_of(office).path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "docProps/custom.xml"}


def parts_of(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello", "sheet.not_xlsx"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "sheet.encrypted"),
        (b"PK\x03\x04 broken", "sheet.damaged"),
    ],
)
def test_a_book_that_cannot_be_read_is_told_and_taken_up_again_by_itself(
    office: Office, content: bytes, code: str
) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    path = book_of(office).path
    shutil.copy2(path, path.with_name("留着.xlsx"))
    path.write_bytes(content)
    office.change(one, level="重大")
    assert office.round().code in {code, "sheet.not_xlsx"}
    assert office.binding().waiting_why
    path.with_name("留着.xlsx").replace(path)
    assert office.round().waiting is None
    assert office.binding().waiting_why is None
    assert cells_of(office, one)["level"] == "重大"


def test_a_share_that_is_not_there_is_not_taken_for_a_deleted_book(office: Office, now: HandClock) -> None:
    office.fill("电线老化")
    office.round()
    folder = book_of(office).path.parent
    folder.rename(folder.with_name("没连上"))
    folder.mkdir()
    office.round()
    now.forward(hours=1)
    assert office.round().code == "sheet.gone"
    assert list(folder.iterdir()) == []
    folder.rmdir()
    folder.with_name("没连上").rename(folder)
    assert office.round().unchanged


def test_a_deleted_book_is_made_again_and_its_history_is_still_there(office: Office, now: HandClock) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    office.change(one, level="重大")
    office.round()
    book_of(office).path.unlink()
    office.round()
    now.forward(hours=1)
    office.round()
    assert cells_of(office, one)["level"] == "重大"
    assert len(list((book_of(office).path.parent / HISTORY).iterdir())) == 1


def test_a_folder_without_permission_is_told(tmp_path: Path, now: HandClock) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    sheet = open_sheet(Settings(path=str(blocked / "a.xlsx")), hazard_layout())
    with pytest.raises(Exception, match=r"读写不了|不见了") as raised:
        sheet.create("B1", written(), now(), again=False)
    assert getattr(raised.value, "code", "") in {"sheet.unreachable", "sheet.gone"}


def test_a_formula_in_a_column_of_ours_is_told_and_left_alone(office: Office) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    with saved_anew(book_of(office).path) as tab:
        tab["F2"] = "=1+2"
    office.change(one, people="8")
    office.round()
    assert [each.field for each in office.refusals()] == ["people"]
    assert look(book_of(office).path)["F2"].value == "=1+2"


def test_merged_cells_are_not_taken_for_empty_ones(office: Office) -> None:
    one, two = office.fill("电线老化", "通道堵塞")
    office.round()
    with saved_anew(book_of(office).path) as tab:
        tab.merge_cells("D2:D3")
    office.round()
    assert office.record(two).answers["level"] == "general"
    assert [(each.row_key, each.field) for each in office.refusals()] == [(two, "level")]
    assert office.record(one).answers["level"] == "general"


def test_without_our_hidden_names_the_columns_are_known_by_their_headers(office: Office) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    book = openpyxl.load_workbook(book_of(office).path)
    book.defined_names.clear()
    tab_of(book)["D2"] = "重大"
    book.save(book_of(office).path)
    assert office.round().missing == ()
    assert office.record(one).answers["level"] == "major"


def test_a_column_that_the_form_has_gained_is_added_at_the_right(
    office: Office, tmp_path: Path, now: HandClock
) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    grown = HAZARD.replace(
        "  - {type: calculate,", "  - {type: text, name: remark, label: 备注, default: \"'无'\"}\n  - {type: calculate,"
    ).replace("stopped, urgent]", "stopped, urgent, remark]")
    office.catalogue = hazard_catalogue(office.database, tmp_path, now, grown)
    office.sheet = XlsxSheet(book_of(office).path, office.layout)
    office.change(one, remark="已约谈")
    office.round()
    assert cells_of(office, one)["remark"] == "已约谈"
    assert [cell.value for cell in look(book_of(office).path)[1]][-1] == "备注"


def test_marks_are_set_and_taken_back(office: Office) -> None:
    office.fill("电线老化")
    office.round()
    path = book_of(office).path
    place = XlsxPlace(path)
    place.edit({(2, "people"): "很多"})
    office.round()
    assert look(path)["F2"].fill.fgColor.rgb == "FFFFCCD1"
    place.edit({(2, "people"): 8})
    office.round()
    assert look(path)["F2"].fill.fgColor.rgb != "FFFFCCD1"
    assert office.refusals() == []


def test_a_county_of_hazards_is_quick(office: Office) -> None:
    ids = office.fill(*(f"隐患{at}" for at in range(2136)))
    began = perf_counter()
    office.round()
    first = perf_counter()
    office.change(ids[5], level="重大")
    changed = perf_counter()
    office.round()
    second = perf_counter()
    assert cells_of(office, ids[5])["level"] == "重大"
    assert first - began < 5
    assert second - changed < 3, "0.4 s where nobody else is at work"


def test_a_crash_in_the_middle_of_replacing_leaves_nothing_lying_about(tmp_path: Path, now: HandClock) -> None:
    sheet = XlsxPlace(tmp_book(tmp_path)).sheet
    sheet.create("B1", written(row(A, "甲"), row(B, "乙")), now(), again=False)
    (sheet.path.parent / f".tz-0123456789ab-{sheet.path.name}").write_bytes(b"half")
    sheet.write(Writing(2, cells={(2, "desc"): "甲二"}), sheet.read(), now())
    assert sorted(each.name for each in sheet.path.parent.iterdir()) == [HISTORY, sheet.path.name]


def test_a_book_that_somebody_else_made_is_left_alone(office: Office) -> None:
    path = book_of(office).path
    path.parent.mkdir()
    openpyxl.Workbook().save(path)
    before = path.read_bytes()
    office.fill("电线老化")
    assert office.round().code == "sheet.tab_gone"
    assert path.read_bytes() == before
