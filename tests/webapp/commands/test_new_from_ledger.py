from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from forms.codes import uscc_check_character
from sync.workbook.book import CellValue
from tests.webapp.commands.office import CommandLine

USCC = [(body := f"9141990{number:010d}") + uscc_check_character(body) for number in range(8)]
DAYS: list[CellValue] = [
    *("2026-11-20", "2026/11/3", "2026.11.5", "2026年11月7日", 20261109, "11月12日", 46340),
    datetime(2026, 11, 18),  # noqa: DTZ001 -- a cell has no zone
]
LAST = ("联系电话", "统一社会信用代码", "检查方式", "是否整改")
WAYS = ["看现场", "看现场、查资料", "查资料", "看现场、问职工", "查资料、问职工", "看现场", "查资料", "看现场"]


def workbook(path: Path, rows: Sequence[Sequence[CellValue]], *merged: str, tab: str = "Sheet1") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = tab
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
    return path


def ugly(path: Path) -> Path:
    """A ledger as offices keep them: a title, facts, a header of two rows, blank rows, totals, remarks."""
    top: list[list[CellValue]] = [
        ["青山县2026年安全生产检查台账"],
        ["填报单位：县安委办", None, None, None, None, None, "填报日期：2026年11月22日"],
        ["序号", "被检查单位", "属地\n乡镇", "检查日期", "检查情况", None, None, *LAST],
        [None, None, None, None, "检查人数(人)", "隐患数（处）", "整改资金（万元）"],
    ]  # fmt: skip
    rows: list[list[CellValue]] = []
    for place in range(8):
        code: CellValue = 914199012345678901 if place == 5 else USCC[place]
        town = "城关镇" if place % 2 else "东河镇"
        figures: list[CellValue] = [2 + place % 3, place % 4, 0.5 * place, 13900000000 + place]
        done = "是" if place % 3 else "否"
        rows.append([place + 1, f"青山{place}号粮库", town, DAYS[place], *figures, code, WAYS[place], done])
        if place == 3:
            rows += [[None, "小 计", None, None, 9, 6, 3], []]
    foot: list[list[CellValue]] = [["合计", None, None, None, 20, 12, 14], ["填表人：王某", None, None, "审核：李某"]]
    spans = [f"{letter}3:{letter}4" for letter in "ABCDHIJK"]
    return workbook(path, [*top, *rows, *foot], "A1:K1", "E3:G3", *spans)


def test_a_ledger_becomes_a_form_and_its_rows_become_records(line: CommandLine) -> None:
    done = line("new", "form", "visits", "--from", str(ugly(line.folder / "检查台账2026.xlsx")), "--import")
    assert done.exit_code == 3, done.output
    assert "10 题，由 8 行猜出" in done.stdout
    assert "第 9 行没有当作记录：“小计”是合计行，不是一条记录" in done.stdout
    assert "? 检查日期：有 1 格没有写年份，按 2026 年" in done.stdout
    assert "? 统一社会信用代码：有 1 个号码被表格软件改过" in done.stdout
    assert "收进 7 条，以前已有 0 条，没有收 1 行" in done.stdout
    assert "第 12 行 统一社会信用代码 " in done.stderr
    records = line.records("visits")
    assert [item.title for item in records] == [f"青山{place}号粮库" for place in (0, 1, 2, 3, 4, 6, 7)]
    assert [item.answers["date"] for item in records] == [
        *("2026-11-20", "2026-11-03", "2026-11-05", "2026-11-07", "2026-11-09", "2026-11-14", "2026-11-18"),
    ]
    first = records[1].answers
    assert (first["town"], first["people"], first["amount"], first["rectified"]) == ("cg", 3, "0.5", True)
    assert first["phone"] == "13900000001"
    assert line("check").exit_code == 0


def test_the_definition_is_written_and_nothing_else_without_import(small: CommandLine) -> None:
    before = small.everything()
    done = small("new", "form", "visits", "--from", str(ugly(small.folder / "检查.xlsx")))
    assert done.exit_code == 0, done.output
    assert small.everything() == before
    assert small("check").exit_code == 0
    text = (small.folder / "forms/definitions/visits.yaml").read_text("utf-8")
    assert "type: unit, name: town" in text
    assert "tab: 检查," in text
    assert text.count("# ?") == 4


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_csv_will_do_too(small: CommandLine, encoding: str) -> None:
    text = "检查台账,,\r\n地点,乡镇,人数\r\n粮库,城关镇,3\r\n\r\n面粉厂,东河镇,2\r\n合计,,5\r\n"
    done = small("new", "form", "visits", "--from", str(small.write("台账.csv", text.encode(encoding))), "--import")
    assert done.exit_code == 0, done.output
    assert [item.answers["people"] for item in small.records("visits")] == [3, 2]


def test_the_tab_is_chosen_by_its_name(small: CommandLine) -> None:
    path = workbook(small.folder / "a.xlsx", [["地点", "人数"], ["粮库", 3]], tab="一季度")
    assert small("new", "form", "visits", "--from", str(path), "--tab", "一季度").exit_code == 0
    missing = small("new", "form", "visits_2", "--from", str(path), "--tab", "二季度")
    assert missing.exit_code == 1
    assert "没有叫“二季度”的工作表，有：一季度" in missing.stderr


def test_a_file_without_a_table_writes_nothing(small: CommandLine) -> None:
    path = workbook(small.folder / "a.xlsx", [[1, 2], [3, 4]])
    before = set(small.folder.rglob("*"))
    done = small("new", "form", "visits", "--from", str(path))
    assert done.exit_code == 1
    assert "a.xlsx 里没有找到表格" in done.stderr
    assert set(small.folder.rglob("*")) == before


def test_an_office_that_has_not_begun_can_guess_too(small: CommandLine) -> None:
    (small.folder / "office.db").unlink()
    done = small("new", "form", "visits", "--from", str(ugly(small.folder / "检查.xlsx")))
    assert done.exit_code == 0, done.output
    assert not (small.folder / "office.db").exists()
    assert "type: unit" not in (small.folder / "forms/definitions/visits.yaml").read_text("utf-8")


def test_a_report_is_not_guessed(small: CommandLine) -> None:
    done = small("new", "report", "visits", "--from", str(ugly(small.folder / "检查.xlsx")))
    assert done.exit_code == 2
    assert "--from 只用于 new form" in done.stderr
