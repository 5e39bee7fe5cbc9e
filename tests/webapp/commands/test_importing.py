from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from forms.loading import load_form
from records.people import all_people, all_units, calendar
from records.tables import submissions
from tests.forms.xlsform.workbook import book
from tests.webapp.commands.office import HEADER, PEOPLE, CommandLine
from webapp.settings import read_settings
from webapp.sheeting import pairs
from webapp.site import open_site
from webapp.xlsforms import write_workbook

ROWS = HEADER + "粮库,城关镇,3,2026-11-20,\r\n面粉厂,东河镇,2,2026-11-21,复查\r\n"


def xlsx(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_csv_is_taken_in_whatever_program_wrote_it(line: CommandLine, encoding: str) -> None:
    done = line("import", "visit", str(line.write("检查.csv", ROWS.encode(encoding))))
    assert (done.exit_code, done.stdout) == (0, "收进 2 条，以前已有 0 条，没有收 0 行\n")
    assert [item.answers["place"] for item in line.records()] == ["粮库", "面粉厂"]
    assert line.records()[0].answers["town"] == "cg"


def test_a_workbook_is_taken_in(line: CommandLine) -> None:
    path = xlsx(line.folder / "检查.xlsx", ["地点", "人数"], [], ["粮库", 3])
    assert line("import", "visit", str(path)).exit_code == 0
    [record] = line.records()
    assert (record.answers["place"], record.answers["people"]) == ("粮库", 3)


def test_the_same_file_twice_adds_nothing(line: CommandLine) -> None:
    path = str(line.write("a.csv", ROWS))
    line("import", "visit", path)
    before = line.everything()
    done = line("import", "visit", path)
    assert (done.exit_code, done.stdout) == (0, "收进 0 条，以前已有 2 条，没有收 0 行\n")
    assert line.everything() == before


def test_a_dry_run_tells_everything_and_writes_nothing(line: CommandLine) -> None:
    before = line.everything()
    done = line("import", "visit", str(line.write("a.csv", f"{ROWS}油坊,,0,,\r\n")), "--dry-run")
    assert done.exit_code == 3
    assert done.stdout == "会收进 2 条，以前已有 0 条，没有收 1 行\n"
    assert "第 4 行 people 至少 1 人" in done.stderr
    assert line.everything() == before


def test_refused_rows_are_told_by_their_numbers_in_the_file_and_the_others_are_taken_in(line: CommandLine) -> None:
    text = f"\r\n{HEADER}粮库,,x,,\r\n\r\n,城关镇,1,,\r\n面粉厂,,1,,\r\n"
    done = line("import", "visit", str(line.write("a.csv", text)), "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 3
    assert (told["accepted"], told["repeated"], told["dry_run"]) == (1, 0, False)
    assert [(row["row"], list(row["refusals"])) for row in told["refused"]] == [(3, ["people"]), (5, ["place"])]


def test_columns_that_are_no_questions_are_told(line: CommandLine) -> None:
    done = line("import", "visit", str(line.write("a.csv", "地点,天气\r\n粮库,晴\r\n")))
    assert done.exit_code == 0
    assert "这些列不是本表的题目：天气" in done.stderr


def test_records_are_taken_in_in_somebody_s_name_and_by_what_they_may(line: CommandLine) -> None:
    path = str(line.write("a.csv", ROWS))
    assert line("import", "visit", path, "--as", "li").exit_code == 0
    assert {(item.created_by, item.unit_id) for item in line.records()} == {("li", "cg")}
    refused = line("import", "note", str(line.write("b.csv", "内容\r\n你好\r\n")), "--as", "li")
    assert refused.exit_code == 1
    assert refused.stderr
    assert line.records("note") == []
    assert "没有“nobody”这个人" in line("import", "visit", path, "--as", "nobody").stderr


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "文件里没有找到表头"),
        ("a.csv", "天气\r\n晴\r\n".encode(), "文件里没有找到表头；第一行应写题目，例如：地点、乡镇"),
        ("a.csv", b"\xff\xfe\x00", "这个 CSV 文件读不完整"),
        ("a.csv", b"a" * 200_000, "这个 CSV 文件读不完整"),
        ("a.xlsx", b"", "这不是 .xlsx 工作簿"),
        ("a.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"), "工作簿设了打开密码"),
    ],
)
def test_a_file_that_holds_no_table_is_refused_in_a_sentence(
    small: CommandLine, name: str, content: bytes, sentence: str
) -> None:
    done = small("import", "visit", str(small.write(name, content)))
    assert done.exit_code == 1
    assert sentence in done.stderr


def test_a_form_that_is_not_there_is_refused_in_a_sentence(small: CommandLine) -> None:
    done = small("import", "vist", str(small.write("a.csv", ROWS)))
    assert done.exit_code == 1
    assert "vist" in done.stderr


# ---- the office ----------------------------------------------------------------------------------------------------


def test_units_people_roles_and_days_are_taken_in_once_or_twice(line: CommandLine) -> None:
    before = line.everything()
    with line.database.reading() as conn:
        assert [unit.name for unit in all_units(conn)] == ["县安委办", "城关镇", "东河镇"]
        assert {person.id: person.phone for person in all_people(conn)}["sun"] == "13900000000"
        assert [item.name for item in calendar(conn).values()] == ["国庆节"]
    without_password = PEOPLE.replace(", password: qingshan2026", "")
    done = line("import", str(line.write("people.yaml", without_password)))
    assert done.stdout == "已收进 3 个单位、4 个人、3 种角色、1 天日历\n"
    assert line.everything() == before, "a password that is not given stays"


def test_units_that_come_later_stand_behind_so_that_the_office_stays_the_first(line: CommandLine) -> None:
    line("import", str(line.write("more.yaml", "units:\n  - {id: aa, name: 安平镇, kind: town, parents: [aw]}\n")))
    site = open_site(read_settings(line.config))
    with site.reading() as ledger:
        assert [unit.id for unit in all_units(ledger.conn)] == ["aw", "cg", "dh", "aa"]
        found = pairs(ledger.conn, ledger.catalogue, site.settings)
    assert {pair.unit_id for pair in found.values()} == {"aw"}, "rows typed into a sheet are filed under the office"
    site.database.close()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("units:\n  - {id: a, name: 甲, kind: town, parents: [zz]}\n", ":2: 没有“zz”这个单位"),
        ("people:\n  - id: a\n    name: 甲\n    unit: cgg\n    roles: []\n", ":4: 没有“cgg”这个单位"),
        ("people:\n  - {id: a, name: 甲, unit: cg, roles: [twon]}\n", ":2: 没有“twon”这种角色，是不是 town？"),
        ("people:\n  - {id: a, name: 甲, unit: cg, roles: []}\n  - {id: a, name: 乙, unit: cg, roles: []}", ":3: “a”"),
        ("units:\n  - {id: x, name: 城关镇, kind: town}\n", ":2: 已有叫“城关镇”的单位（cg）"),
        ("units:\n  - {id: x, name: 甲, kind: town}\n  - {id: y, name: 甲, kind: town}\n", ":3: “甲”写了两次"),
        ("calendar:\n  - {day: 2026-10-01, kind: rest, name: 国庆}\n", ":2: kind 只能是 holiday、workday"),
        ("people:\n  - {id: a, name: 甲, unit: cg, roles: [town], password: '123'}\n", ":2: 密码至少 8 位"),
        ("people:\n  - {id: a, name: 甲, unit: cg, roles: [], emial: a@b.cn}\n", ":2: 不认识 emial，是不是 email？"),
        ("people:\n  - {name: 甲, unit: cg, roles: [town]}\n", ":2: 缺少 id"),
        ("- people\n", ":1: 整个文件 应当是“键: 值”"),
        ("people: [\n", ":1: 括号没有配对"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_office_s_file_is_told_with_its_line_and_nothing_is_stored(
    small: CommandLine, wrong: str, told: str
) -> None:
    path = small.write("wrong.yaml", wrong)
    before = small.everything()
    done = small("import", str(path))
    assert done.exit_code == 1
    line, said = told.split(" ", 1)
    assert re.search(rf"{re.escape(str(path))}{line}\d+: {re.escape(said)}", done.stderr)
    assert small.everything() == before


def test_an_office_s_file_can_be_tried_too(small: CommandLine) -> None:
    before = small.everything()
    path = str(small.write("more.yaml", "units:\n  - {id: aa, name: 安平镇, kind: town}\n"))
    assert small("import", path, "--dry-run").stdout == "会收进 1 个单位、0 个人、0 种角色、0 天日历\n"
    told = json.loads(small("import", path, "--dry-run", "--json").stdout)
    assert told == {"dry_run": True, "units": 1, "people": 0, "roles": 0, "days": 0}
    assert small.everything() == before


def test_a_form_without_a_file_is_used_wrongly(small: CommandLine) -> None:
    done = small("import", "visit")
    assert done.exit_code == 2
    assert "要导入哪个文件" in done.stderr
    assert small("import", str(small.folder / "nowhere.yaml")).exit_code == 1


def test_an_import_is_all_or_nothing_where_the_program_fails(
    small: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "the power went"
        raise RuntimeError(message)

    monkeypatch.setattr("webapp.commands.importing.take_in", fail)
    assert isinstance(small("import", "visit", str(small.write("a.csv", ROWS))).exception, RuntimeError)
    with small.database.reading() as conn:
        assert conn.execute(select(submissions)).first() is None


# ---- forms ---------------------------------------------------------------------------------------------------------


def xlsform(path: Path, survey: str, **others: str) -> Path:
    path.write_bytes(write_workbook(book(survey, **others)))
    return path


def test_an_xlsform_becomes_a_definition_that_is_good_as_it_is(small: CommandLine) -> None:
    path = xlsform(
        small.folder / "Well Survey.xlsx",
        "type|name|label|required|media::image\ntext|Village|Village|yes|a.png\ninteger|depth|Depth (m)||",
        settings="form_title\nWell survey",
    )
    done = small("import", "--xlsform", str(path))
    assert done.exit_code == 0, done.output
    written = small.folder / "forms/definitions/well_survey.yaml"
    assert f"已写好 {written}，1 处请核对" in done.stdout
    assert "survey 第 2 行 media::image：网页上不显示图片" in done.stdout
    assert small("check").exit_code == 0
    again = small("import", "--xlsform", str(path))
    assert again.exit_code == 1
    assert "已经有了，请用 --to 另起一个名称" in again.stderr
    other = small("import", "--xlsform", str(path), "--to", "wells.yaml")
    assert other.exit_code == 0, other.output
    assert "id: wells" in (small.folder / "forms/definitions/wells.yaml").read_text("utf-8")


def test_a_form_that_went_out_and_came_in_is_the_same_form(small: CommandLine) -> None:
    path = small.folder / "visit.xlsx"
    assert small("export", "visit", "--xlsform", str(path)).exit_code == 0
    definition = small.folder / "forms/definitions/visit.yaml"
    before = load_form(definition, {})
    definition.unlink()
    done = small("import", "--xlsform", str(path))
    assert done.exit_code == 0, done.output
    assert load_form(definition, {}) == before


def test_a_table_of_choices_beside_the_workbook_comes_with_it(small: CommandLine) -> None:
    small.write("towns.csv", "name,label\neast,东镇\nwest,西镇\n")
    path = xlsform(small.folder / "a.xlsx", "type|name|label\nselect_one_from_file towns.csv|town|Town")
    done = small("import", "--xlsform", str(path))
    assert done.exit_code == 0, done.output
    assert (small.folder / "forms/vocabularies/towns.csv").exists()
    assert small("check").exit_code == 0


def test_an_xlsform_that_cannot_come_in_whole_does_not_come_in(small: CommandLine) -> None:
    path = xlsform(small.folder / "a.xlsx", "type|name|label|relevant\ntekst|a|A|\ntext|b|B|${c} = 1")
    before = set(small.folder.rglob("*"))
    done = small("import", "--xlsform", str(path))
    assert done.exit_code == 1
    assert "survey 第 2 行 type：没有“tekst”这种题型" in done.stderr
    assert "请改好上面 1 处再导入一次" in done.stderr
    assert set(small.folder.rglob("*")) == before


def test_a_dry_run_of_an_xlsform_writes_nothing(small: CommandLine) -> None:
    path = xlsform(small.folder / "a.xlsx", "type|name|label\ntext|a|A")
    before = set(small.folder.rglob("*"))
    done = small("import", "--xlsform", str(path), "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.startswith("会写 ")
    assert set(small.folder.rglob("*")) == before


@pytest.mark.parametrize("name", ["Wells.yaml", "../x", "a b"])
def test_a_form_is_called_by_a_name_that_forms_can_have(small: CommandLine, name: str) -> None:
    path = xlsform(small.folder / "a.xlsx", "type|name|label\ntext|a|A")
    done = small("import", "--xlsform", str(path), "--to", name)
    assert done.exit_code == 1
    assert "不能作名称" in done.stderr
