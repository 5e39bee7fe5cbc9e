from __future__ import annotations

from datetime import date, datetime

import pytest

from forms.codes import citizen_id_check_character, uscc_check_character
from forms.guessing.columns import day_of, guess_column
from forms.guessing.table import Cell

USCC = [(body := f"9141990{number:010d}") + uscc_check_character(body) for number in range(4)]
IDS = [(body := f"41992619900101{number:03d}") + citizen_id_check_character(body) for number in range(4)]


def guessed(heading: str, cells: list[Cell], *, year: int | None = None) -> dict[str, object]:
    return guess_column(heading, cells, {"城关镇": "town", "东河镇": "town"}, year).keys


def doubts(heading: str, cells: list[Cell], *, year: int | None = None) -> str:
    return "；".join(guess_column(heading, cells, {}, year).doubts)


@pytest.mark.parametrize(
    ("heading", "cells", "keys"),
    [
        ("内容", ["甲", "乙", "丙", "丁"], {"type": "text"}),
        ("描述", ["长" * 31], {"type": "text", "format": "multiline"}),
        ("数量", [1, 2, 3.0, "4"], {"type": "integer"}),
        ("费用", [1, 2.5, "1,200"], {"type": "decimal"}),
        ("温度", [-3, 5], {"type": "integer"}),
        ("投入（万元）", [1, 2.5, "3万元"], {"type": "decimal", "measure_word": "万元"}),
        ("人数(人)", [1, 2, 3], {"type": "integer", "measure_word": "人"}),
        ("门牌", ["001", "002"], {"type": "text"}),
        ("是否整改", ["是", "否", "是"], {"type": "yes_no"}),
        ("已通知", ["√", "√"], {"type": "yes_no"}),
        ("有无预案", ["有", "无"], {"type": "yes_no"}),
        ("单位", ["城关镇", "东河镇", "城关镇"], {"type": "unit", "unit_kinds": ["town"]}),
        ("电话", [13900000000, "0371-12345678"], {"type": "text", "format": "phone"}),
        ("号码", USCC, {"type": "text", "format": "uscc"}),
        ("身份证号", IDS, {"type": "text", "format": "citizen_id"}),
        ("邮箱", ["a@b.cn", "c@d.cn"], {"type": "text", "format": "email"}),
        ("级别", ["一般", "重大", "一般"], {"type": "select_one", "choices": ["一般", "重大"]}),
        ("做法", ["看、问", "看", "问、查", "看、查"], {"type": "select_multiple", "choices": ["看", "问", "查"]}),
        ("几点", ["8:30", "16时", "9点15分"], {"type": "time"}),
        ("发生时间", [datetime(2026, 11, 22, 8, 30)], {"type": "datetime"}),  # noqa: DTZ001 -- a cell has no zone
        ("空", [], {"type": "text"}),
    ],
)  # fmt: skip
def test_cells_tell_what_a_column_asks(heading: str, cells: list[Cell], keys: dict[str, object]) -> None:
    found = guessed(heading, cells)
    assert {key: found.get(key) for key in keys} == keys


@pytest.mark.parametrize(
    "cell",
    ["2026-11-22", "2026/11/22", "2026.11.22", "2026年11月22日", "20261122", "11月22日", 46348, date(2026, 11, 22)],
)
def test_a_day_is_known_in_every_spelling(cell: Cell) -> None:
    assert guessed("检查日期", [cell, cell], year=2026)["type"] == "date"
    assert day_of(str(cell), 2026) == date(2026, 11, 22)


def test_numbers_are_days_only_where_the_heading_says_so() -> None:
    assert guessed("面积", [46348, 46349])["type"] == "integer"
    assert guessed("日期", [46348, 46349])["type"] == "date"


def test_a_day_without_a_year_is_a_doubt() -> None:
    assert "没有写年份，例如“11月22日”" in doubts("日期", ["11月22日", "2026-11-23"])
    assert "按 2026 年" in doubts("日期", ["11月22日"], year=2026)


def test_cells_that_do_not_fit_are_doubts_and_too_many_of_them_make_it_words() -> None:
    cells: list[Cell] = [*range(20), "约五"]
    assert guessed("数量", cells)["type"] == "integer"
    assert "有 1 格不像数字：“约五”" in doubts("数量", cells)
    assert guessed("数量", [1, 2, "约五", "若干"])["type"] == "text"


def test_numbers_that_a_spreadsheet_has_damaged_are_a_doubt() -> None:
    cells: list[Cell] = [USCC[0], USCC[1], 914199012345678901]
    assert guessed("统一社会信用代码", cells)["format"] == "uscc"
    assert "后几位已丢失" in doubts("统一社会信用代码", cells)
    assert "后几位已丢失" in doubts("身份证号", ["4.19926E+17", IDS[0]])


def test_a_list_that_was_guessed_is_a_doubt() -> None:
    assert "请核对有没有漏的" in doubts("级别", ["一般", "重大", "一般"])
