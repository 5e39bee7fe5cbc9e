from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from sync.workbook.book import LISTS_TAB, Format, NewColumn, NewTab
from sync.workbook.create import create_book
from sync.workbook.read import read_book
from tests.sync.workbook.books import TAB, our_book

LONG = tuple(f"第{number}街道办事处" for number in range(60))


def made(folder: Path, *columns: NewColumn) -> openpyxl.Workbook:
    path = folder / "made.xlsx"
    create_book(path, [NewTab(TAB, columns)], {})
    return openpyxl.load_workbook(path)


def test_a_new_tab_has_a_frozen_header_a_filter_and_a_hidden_id_column(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(our_book(tmp_path))[TAB]
    assert [cell.value for cell in sheet[1]][:3] == ["编号ID", "企业名称", "联系电话"]
    assert sheet.column_dimensions["A"].hidden
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:G1")
    header = sheet["B1"]
    assert header.font.bold
    assert header.alignment.wrap_text
    assert header.fill.fill_type == "solid"


def test_columns_know_their_format_before_anything_is_typed(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(our_book(tmp_path))[TAB]
    formats = [sheet.column_dimensions[letter].number_format for letter in "ABCDEFG"]
    assert formats == ["@", "@", "@", "yyyy-mm-dd", "0", "0.00", "@"]


def test_choices_are_offered_as_far_as_rows_are_expected(tmp_path: Path) -> None:
    sheet = made(tmp_path, NewColumn("state", "状态", choices=("未整改", "已整改")))[TAB]
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", '"未整改,已整改"', "B2:B5001")
    assert rule.showErrorMessage


@pytest.mark.parametrize("choices", [LONG, ("甲,乙", "丙"), ('说"好"', "不")])
def test_choices_that_a_rule_cannot_hold_stand_on_a_very_hidden_tab(tmp_path: Path, choices: tuple[str, ...]) -> None:
    column, again = NewColumn("town", "乡镇", choices=choices), NewColumn("town2", "乡镇二", choices=choices)
    book = made(tmp_path, column, again)
    assert book[LISTS_TAB].sheet_state == "veryHidden"
    rules = book[TAB].data_validations.dataValidation
    assert [rule.formula1 for rule in rules] == [f"{LISTS_TAB}!$A$1:$A${len(choices)}"] * 2
    assert tuple(row[0] for row in book[LISTS_TAB].iter_rows(values_only=True)) == choices
    assert [tab.name for tab in read_book(tmp_path / "made.xlsx").tabs] == [TAB]


def test_labels_and_choices_are_never_formulas(tmp_path: Path) -> None:
    book = made(tmp_path, NewColumn("a", "=1+1", choices=("=2+2", "甲,乙")))
    assert book[TAB]["B1"].data_type == book[LISTS_TAB]["A1"].data_type == "s"


def test_a_hint_is_shown_beside_the_cell(tmp_path: Path) -> None:
    (rule,) = made(tmp_path, NewColumn("n", "数", Format.INTEGER, hint="写整数"))[TAB].data_validations.dataValidation
    assert (rule.prompt, rule.promptTitle, rule.showInputMessage, rule.type) == ("写整数", "数", True, None)


def test_a_long_label_gets_room_in_width_and_height(tmp_path: Path) -> None:
    sheet = made(tmp_path, NewColumn("a", "短"), NewColumn("b", "本季度内已督促整改完毕并通过复查验收的隐患数量"))[TAB]
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["B"].width
    assert sheet.row_dimensions[1].height > 30


def test_names_that_office_programs_take_for_the_same_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Name"):
        made(tmp_path, NewColumn("name", "名"), NewColumn("Name", "名二"))
    with pytest.raises(ValueError, match="a-b"):
        made(tmp_path, NewColumn("a-b", "名"))


def test_a_book_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        create_book(path, [NewTab(TAB, ())], {})
    assert path.read_bytes() == b"mine"
