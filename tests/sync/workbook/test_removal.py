from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.workbook.book import CellValue, Changes
from sync.workbook.patch import patch_book
from tests.sync.office import edit_in_office
from tests.sync.workbook.books import SHEET, TAB, colleagues_book, members, only_tab, our_book, patched, rewritten


def five(folder: Path) -> Path:
    rows: list[dict[int, str | int]] = [{1: f"R{n}", 2: f'企业<c r="B{n}">', 5: n} for n in range(1, 6)]
    return our_book(folder, *rows)


def ids(path: Path) -> list[CellValue]:
    return [row[0] for row in only_tab(path).rows[1:]]


def test_a_removed_row_is_gone_and_those_below_move_up(tmp_path: Path) -> None:
    after, outcome = patched(five(tmp_path), Changes(remove=[3, 5]))
    assert (outcome.removed, outcome.cleared) == ((3, 5), ())
    assert ids(after) == ["R1", "R3", "R5"]
    assert only_tab(after).value(4, 2) == '企业<c r="B5">'
    assert openpyxl.load_workbook(after)[TAB]["B3"].value == '企业<c r="B3">'


def test_rows_are_removed_edited_and_added_at_once_by_the_numbers_that_were_read(tmp_path: Path) -> None:
    changes = Changes(
        remove=[2, 6], cells={(4, 5): 33, (2, 5): 99}, append=[{1: "R6", 4: date(2026, 1, 2)}], mark=[(5, 5)]
    )
    after, outcome = patched(five(tmp_path), changes)
    assert outcome.first_appended == 5
    tab = only_tab(after)
    assert [(row[0], row[4]) for row in tab.rows[1:]] == [("R2", 2), ("R3", 33), ("R4", 4), ("R6", None)]
    assert openpyxl.load_workbook(after)[TAB]["E4"].fill.fgColor.rgb == "FFFFCCD1"


def test_what_a_real_office_program_saved_loses_rows_too(tmp_path: Path) -> None:
    book = five(tmp_path)
    edit_in_office(book, TAB, [["sort", "E", False], ["color", "A3:G3", 0xFFFF00]])
    after, outcome = patched(book, Changes(remove=[2]))
    assert outcome.removed == (2,)
    assert ids(after) == ["R4", "R3", "R2", "R1"]
    assert openpyxl.load_workbook(after)[TAB]["A2"].fill.fgColor.rgb == "FFFFFF00"
    edit_in_office(after, TAB, [["edit", "B2", "四"]])
    assert only_tab(after).value(2, 2) == "四"


def test_rows_that_a_colleagues_book_counts_on_are_cleared_instead(tmp_path: Path) -> None:
    book = colleagues_book(tmp_path)
    after, outcome = patched(book, Changes(remove=[3]))
    assert (outcome.removed, outcome.cleared) == ((), (3,))
    assert openpyxl.load_workbook(after)[TAB]["D3"].value == "=LEN(B3)"
    assert only_tab(after).rows[2][:3] == [None, None, None]


def _after_rows(xml: bytes) -> Callable[[bytes], bytes]:
    return lambda sheet: sheet.replace(b"<pageMargins", xml + b"<pageMargins")


def _colour(area: str, formula: str) -> bytes:
    rule = f'<cfRule type="expression" priority="1"><formula>{formula}</formula></cfRule>'
    return f'<conditionalFormatting sqref="{area}">{rule}</conditionalFormatting>'.encode()


def test_rules_for_all_rows_do_not_keep_them_in_place(tmp_path: Path) -> None:
    book = rewritten(five(tmp_path), SHEET, _after_rows(_colour("C2:C6", "$E2&gt;1")))
    assert patched(book, Changes(remove=[3]))[1].removed == (3,)


@pytest.mark.parametrize(
    "xml",
    [
        b'<mergeCells count="1"><mergeCell ref="B5:B6"/></mergeCells>',
        b'<hyperlinks><hyperlink ref="B5" location="A1"/></hyperlinks>',
        _colour("C5:C6", "TRUE"),
        _colour("C2:C4", "TRUE"),
        _colour("C2:C99", "$E$5&gt;1"),
        b'<rowBreaks count="1" manualBreakCount="1"><brk id="5"/></rowBreaks>',
    ],
)
def test_whatever_points_at_single_rows_below_keeps_them_in_place(tmp_path: Path, xml: bytes) -> None:
    book = rewritten(five(tmp_path), SHEET, _after_rows(xml))
    after, outcome = patched(book, Changes(remove=[3]))
    assert (outcome.removed, outcome.cleared) == ((), (3,))
    assert ids(after) == ["R1", None, "R3", "R4", "R5"]


@pytest.mark.parametrize("place", ["'台账'!$B$5", "台账!$A$1:$G$6"])
def test_a_name_that_stands_for_rows_below_keeps_them_in_place(tmp_path: Path, place: str) -> None:
    name = f'<definedName name="挑出">{place}</definedName></definedNames>'.encode()
    book = rewritten(five(tmp_path), "xl/workbook.xml", lambda xml: xml.replace(b"</definedNames>", name))
    assert patched(book, Changes(remove=[3]))[1].removed == ()


def test_another_tab_that_looks_at_this_one_keeps_rows_in_place(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(five(tmp_path))
    book.create_sheet("汇总")["A1"] = "=台账!E5"
    path = tmp_path / "two.xlsx"
    book.save(path)
    assert patched(path, Changes(remove=[3]))[1].removed == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    removed=st.sets(st.integers(2, 9)),
    edited=st.dictionaries(st.integers(2, 9), st.integers(0, 99), max_size=4),
    added=st.integers(0, 3),
    stray=st.sets(st.integers(12, 15)),
)
def test_a_book_with_rows_removed_is_the_book_that_never_had_them(
    tmp_path: Path, removed: set[int], edited: dict[int, int], added: int, stray: set[int]
) -> None:
    rows: list[dict[int, str | int]] = [{1: f"R{n}", 5: n} for n in range(2, 10)]
    book = our_book(Path(tempfile.mkdtemp(dir=tmp_path)), *rows)
    changes = Changes(
        remove=removed,
        cells={(row, 5): value for row, value in edited.items()} | {(row, 6): 0.5 for row in stray if added == 0},
        append=[{1: f"N{n}"} for n in range(added)],
    )
    target = tmp_path / "target.xlsx"
    outcome = patch_book(book, target, {TAB: changes})[TAB]
    assert outcome.removed == tuple(sorted(removed))
    kept: list[tuple[CellValue, CellValue]] = [(f"R{n}", edited.get(n, n)) for n in range(2, 10) if n not in removed]
    read = [(row[0], row[4]) for row in only_tab(target).rows[1:]]
    assert read[: len(kept) + added] == kept + [(f"N{n}", None) for n in range(added)]
    for row in stray if added == 0 else ():
        assert only_tab(target).value(row - len(removed), 6) == 0.5
    assert members(target).keys() == members(book).keys()
