from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.webapp.commands.office import CommandLine
from tests.webapp.odk import odk_mistakes


def test_records_are_exported_as_csv_or_as_a_workbook(line: CommandLine) -> None:
    line.fill("粮库,城关镇,3,2026-11-20,=1+1", "面粉厂,东河镇,2,2026-11-21,")
    done = line("export", "visit", str(line.folder / "检查 11月.csv"))
    assert (done.exit_code, done.stdout) == (0, f"2 条 → {line.folder / '检查 11月.csv'}\n")
    text = (line.folder / "检查 11月.csv").read_text("utf-8-sig")
    assert text.splitlines()[0] == "编号ID,地点,乡镇,人数,日期,备注,填报单位,填报人,填报时间"
    assert ",粮库,城关镇,3,2026-11-20,'=1+1," in text

    assert line("export", "visit", str(line.folder / "a.XLSX")).exit_code == 0
    sheet = load_workbook(line.folder / "a.XLSX").active
    assert sheet is not None
    assert sheet.title == "检查_走访", "a tab cannot be called by every title"
    assert {sheet.cell(row, 6).value for row in (2, 3)} == {"=1+1", None}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_only_what_is_searched_for_is_exported(line: CommandLine) -> None:
    line.fill("粮库,,,,", "面粉厂,,,,")
    assert line("export", "visit", str(line.folder / "a.csv"), "--search", "面粉").stdout.startswith("1 条")


def test_what_was_exported_is_left_alone_and_without_its_ids_it_is_taken_in_as_it_was(line: CommandLine) -> None:
    line.fill("粮库,城关镇,3,2026-11-20,'=1", "-面粉厂,东河镇,2,2026-11-21,+86")
    before = [item.answers for item in line.records()]
    path = line.folder / "a.csv"
    line("export", "visit", str(path))
    assert line("import", "visit", str(path), "--as", "sun").stdout == "收进 0 条，以前已有 2 条，没有收 0 行\n"
    path.write_text(path.read_text("utf-8-sig").replace("编号ID", "旧的编号"), "utf-8")
    assert line("import", "visit", str(path), "--as", "sun").stdout == "收进 2 条，以前已有 0 条，没有收 0 行\n"
    after = [item.answers for item in line.records()]
    assert sorted(map(str, after)) == sorted(map(str, before * 2))


@pytest.mark.parametrize(
    ("form", "name", "code", "sentence"),
    [
        ("visit", "a.ods", 2, "文件名以 .xlsx 或 .csv 结尾"),
        ("visit", "nowhere/a.csv", 1, "写不了"),
        ("vist", "a.csv", 1, "vist"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_a_sentence(
    small: CommandLine, form: str, name: str, code: int, sentence: str
) -> None:
    done = small("export", form, str(Path(small.folder) / name))
    assert done.exit_code == code
    assert sentence in done.stderr
    assert "Traceback" not in done.output


def test_a_form_itself_goes_out_in_the_words_of_the_standard(small: CommandLine) -> None:
    path, xform = small.folder / "走访.xlsx", small.folder / "走访.xml"
    done = small("export", "visit", "--xlsform", str(path), "--xform", str(xform))
    assert done.exit_code == 0, done.output
    assert f"表单 visit → {path}" in done.stdout
    assert "town type：在手机上填文字，服务器收到时对照名单" in done.stdout
    book = load_workbook(path)
    assert book.sheetnames == ["survey", "settings", "taizhang", "notes"]
    assert [cell.value for cell in book["settings"][2]][:3] == ["检查/走访", "visit", "1"]
    assert odk_mistakes([xform]) == ""


def test_an_export_to_no_file_is_used_wrongly(small: CommandLine) -> None:
    done = small("export", "visit")
    assert done.exit_code == 2
    assert "导出到哪个文件" in done.stderr
