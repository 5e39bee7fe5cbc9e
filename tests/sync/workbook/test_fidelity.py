"""What goes into a cell comes out of it: through calamine, and through a real office program."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.workbook.book import CellValue, Changes
from sync.workbook.cellxml import writable
from tests.sync.office import convert_in_office
from tests.sync.workbook.books import TAB, members, only_tab, patched, sheet_book

TRICKY = (
    "0012",
    "02812345678",
    "51010119900101123X",
    "510101199001011234",
    "1e5",
    "1E400",
    "TRUE",
    "=1+1",
    '=IMPORTXML("http://a/","//b")',
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-2+3",
    "＝1+1",
    "'0012",
    "2026-11-22",
    "2026年11月22日",
    "3/4",
    "#N/A",
    "#REF!",
    " 前后有空格 ",
    "\u00a0不断行\u00a0空格\u00a0",
    "\u3000全角空格",
    "第一行\n第二行\n",
    "制表\t符",
    "👩‍👩‍👧‍👦𠮷",
    "_x0041_",
    "_x005F_x0041_",
    "__x000D__",
    "<b>&amp;&lt;</b>]]>",
    "﻿零宽",
    "e\u0301 é",
    "٣٤",
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(TRICKY)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_is_read_back_as_it_was_written(tmp_path: Path, texts: list[str]) -> None:
    wanted: list[CellValue] = [writable(text) or None for text in texts]
    book = sheet_book(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row>')
    for changes in (
        Changes(append=[dict(enumerate(texts, 1))]),
        Changes(cells={(2, 1 + n): t for n, t in enumerate(texts)}),
    ):
        after, outcome = patched(book, changes)
        assert not outcome.unwritten
        assert _padded(after, 2, len(texts)) == wanted


def _padded(path: Path, row: int, width: int) -> list[CellValue]:
    tab = only_tab(path)
    return [tab.value(row, column) for column in range(1, width + 1)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15) + 1, 10**15 - 1),
    flag=st.booleans(),
    day=st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    moment=st.datetimes(datetime(1900, 3, 1), datetime(2199, 12, 31)),  # noqa: DTZ001 -- a workbook has no zone
)
def test_any_number_flag_day_and_second_are_read_back(
    tmp_path: Path,
    number: float,
    flag: bool,  # noqa: FBT001 -- drawn
    day: date,
    moment: datetime,
) -> None:
    moment = moment.replace(microsecond=0)
    book = sheet_book(tmp_path, "")
    after, _ = patched(book, Changes(append=[{1: number, 2: flag, 3: day, 4: moment}]))
    read_number, read_flag, read_day, read_moment = _padded(after, 1, 4)
    assert read_number == number
    assert (read_flag, read_day) == (flag, day)
    if not isinstance(read_moment, datetime):  # midnight is a day
        assert isinstance(read_moment, date)
        read_moment = datetime.combine(read_moment, datetime.min.time())
    assert abs(read_moment - moment) < timedelta(milliseconds=1)


def test_control_characters_and_halves_of_characters_are_left_out() -> None:
    assert writable("a\x00b\x0bc\x1fd\ud800e\uffff\r\nf\rg\u0085") == "abcde\nf\ng\u0085"


@pytest.fixture(scope="module")
def resaved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tricky texts, one a row, and some numbers, written by us and saved anew by LibreOffice."""
    folder = tmp_path_factory.mktemp("fidelity")
    rows: Sequence[dict[int, CellValue]] = [{1: text} for text in TRICKY]
    numbers: dict[int, CellValue] = {1: math.pi, 2: -0.1, 3: 123456789012345, 4: True, 5: date(2026, 2, 28)}
    written, _ = patched(sheet_book(folder, ""), Changes(append=[*rows, numbers]))
    (folder / "out").mkdir()
    return convert_in_office(written, folder / "out")


def test_an_office_program_keeps_every_text_as_text(resaved: Path) -> None:
    tab = only_tab(resaved)
    kept = {text: tab.value(row, 1) for row, text in enumerate(TRICKY, 1)}
    assert kept.pop("_x005F_x0041_") == "_x0041_"  # LibreOffice 7.4 forgets to spell out its own spelling
    assert kept == {text: text for text in kept}
    assert not tab.formulas


def test_an_office_program_keeps_numbers_flags_and_days(resaved: Path) -> None:
    values = [only_tab(resaved).value(len(TRICKY) + 1, column) for column in range(1, 6)]
    assert values == [pytest.approx(math.pi), -0.1, 123456789012345, True, date(2026, 2, 28)]


def test_what_an_office_program_saved_is_patched_again(resaved: Path) -> None:
    after, outcome = patched(resaved, Changes(cells={(1, 1): "0034", (2, 2): 7}, append=[{1: "=2+2"}], mark=[(1, 1)]))
    tab = only_tab(after)
    assert outcome.first_appended == len(TRICKY) + 2
    assert (tab.value(1, 1), tab.value(2, 2), tab.value(len(TRICKY) + 2, 1)) == ("0034", 7, "=2+2")
    assert tab.value(3, 1) == TRICKY[2]
    assert openpyxl.load_workbook(after)[TAB]["A1"].fill.fgColor.rgb == "FFFFCCD1"
    different = {name for name, content in members(after).items() if members(resaved)[name] != content}
    assert different <= {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"}
