"""Choice lists that are tables."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest

from forms.choices import ChoiceList
from forms.definition import Form
from forms.fields.choices import ChoiceField
from forms.loading import load_vocabularies, parse_form
from forms.tables import read_choices
from tests.forms.dictionary import source_of

GRIDS = "name,label,label::English (en),town,valid_from\ng1,一网格,Grid one,donghe,\ng2,二网格,,xishan,2026-01-01\n\n"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "grids.csv"
    path.write_bytes(content)
    return path


def told(folder: Path, text: str) -> list[str]:
    _, issues = read_choices(written(folder, text.encode()))
    return [f"{issue.line}: {issue.sentence}" for issue in issues]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_table_of_choices_is_read_in_the_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    found, issues = read_choices(written(tmp_path, GRIDS.encode(encoding)))
    assert issues == []
    assert {name: choice.languages for name, choice in found.items()} == {
        "g1": {"zh": "一网格", "en": "Grid one"},
        "g2": {"zh": "二网格"},
    }
    assert [(choice.attributes, choice.valid_from) for choice in found.values()] == [
        ({"town": "donghe"}, ""),
        ({"town": "xishan"}, "2026-01-01"),
    ]


def test_a_cell_with_commas_quotes_and_lines_is_one_cell(tmp_path: Path) -> None:
    found, issues = read_choices(written(tmp_path, 'name,label\r\na,"甲, ""乙""\r\n丙"\r\n'.encode()))
    assert (dict(found), issues) == ({"a": '甲, "乙"\r\n丙'}, [])


def test_a_choice_without_a_label_is_called_by_its_name(tmp_path: Path) -> None:
    found, _ = read_choices(written(tmp_path, b"name,label\nA1,\n"))
    assert dict(found) == {"A1": "A1"}


def test_what_is_wrong_with_a_table_is_told_by_its_line(tmp_path: Path) -> None:
    assert told(tmp_path, "") == ["1: 第一行应是列名，至少要有 name 和 label"]
    assert told(tmp_path, "编码,名称\na,b\n") == ["1: 第一行应是列名，至少要有 name 和 label"]
    assert told(tmp_path, "name,label,town,town\n") == ["1: 列名 town 写了两次"]
    assert told(tmp_path, "name,label\na,甲\na,乙\n,丙\n") == ["3: a 写了两次", "4: name 这一列不能空"]
    (attribute,) = told(tmp_path, "name,label,所属 镇\na,甲,x\n")
    assert attribute.startswith("2: ")
    assert "“所属 镇”不能作选项的属性名" in attribute
    (day,) = told(tmp_path, "name,label,valid_until\na,甲,去年\n")
    assert day.startswith("2: ")
    assert "valid_until 应是日期" in day
    assert told(tmp_path, 'name,label\na,"甲\n') == ["2: CSV 写法有误，请核对引号是否成对"]
    assert len(told(tmp_path, "name,label\n" + "a,甲\n" * 500)) == 20


def test_what_is_no_text_or_too_large_is_told(tmp_path: Path) -> None:
    _, issues = read_choices(written(tmp_path, b"name,label\n\x81\x00\xff"))
    assert [str(issue.sentence) for issue in issues] == ["不是 UTF-8 或 GBK 编码，请另存为“CSV UTF-8”"]
    _, issues = read_choices(written(tmp_path, b"x" * (8 * 1024 * 1024 + 1)))
    assert [str(issue.sentence) for issue in issues] == ["文件超过 8192 KB"]
    _, issues = read_choices(tmp_path / "missing.csv")
    assert issues[0].sentence.startswith("读不了这个文件")


def test_ten_thousand_choices_load_and_are_chosen_from_in_little_time(tmp_path: Path) -> None:
    lines = [f"g{number},第{number}网格,town{number % 20}" for number in range(10_000)]
    written(tmp_path, "\n".join(["name,label,town", *lines]).encode())
    before = perf_counter()
    lists, issues = load_vocabularies(tmp_path)
    field = "{type: select_one, name: g%d, label: 网格, choices: {file: grids.csv}, choice_filter: town = 'town7'}"
    fields = "\n".join(f"  - {field % number}" for number in range(5))
    form = parse_form(source_of(f"fields:\n{fields}"), lists)
    assert (issues, isinstance(form, Form)) == ([], True)
    assert perf_counter() - before < 3
    assert isinstance(form, Form)
    question = form.questions["g3"]
    assert isinstance(question, ChoiceField)
    before = perf_counter()
    for number in range(1000):
        assert question.read_choices([f"第{number}网格"]) == [f"g{number}"]
    assert perf_counter() - before < 0.5


def test_a_list_that_is_stored_is_the_list_again() -> None:
    given = {"a": {"label": {"zh": "甲", "en": "A"}, "town": "x", "valid_from": "2026-01-01"}, "b": "乙"}
    found = ChoiceList.read(given)
    stored = [(name, choice.written()) for name, choice in found.items()]
    assert stored == [("a", given["a"]), ("b", {"zh": "乙"})]
    again = ChoiceList.read(dict(stored))
    assert [(choice.languages, choice.attributes, choice.valid_from) for choice in again.values()] == [
        (choice.languages, choice.attributes, choice.valid_from) for choice in found.values()
    ]


def test_a_table_that_is_not_there_is_told_with_a_near_one(tmp_path: Path) -> None:
    written(tmp_path, GRIDS.encode())
    lists, _ = load_vocabularies(tmp_path)
    field = "{type: select_one, name: g, label: 网格, choices: {file: gird.csv}, choice_filter: town != ''}"
    issues = parse_form(source_of(f"fields:\n  - {field}"), lists)
    assert isinstance(issues, list)
    (issue,) = issues
    assert "没有“gird.csv”这个选项表，是不是 grids.csv？" in issue.sentence
