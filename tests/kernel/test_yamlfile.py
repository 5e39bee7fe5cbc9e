from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.yamlfile import DEEPEST, LARGEST, LONGEST_TEXT, read_yaml, read_yaml_source

PATH = Path("hazard.yaml")


def value_of(source: str, *, secrets: bool = False) -> Any:
    file = read_yaml_source(f"a: {source}\n".encode(), PATH, secrets=secrets)
    assert file.issues == []
    return file.data["a"]


def issue_of(source: str | bytes) -> str:
    file = read_yaml_source(source.encode() if isinstance(source, str) else source, PATH, secrets=True)
    assert file.data is None
    (issue,) = file.issues
    return str(issue)


@pytest.mark.parametrize(
    "word", ["no", "on", "yes", "Y", "12:30", "0371", "2026-11-22", "0x1F", "1_000", "1e3", ".5", "True", "NULL", "<<"]
)
def test_words_stay_the_words_they_look_like(word: str) -> None:
    assert value_of(word) == word


def test_a_code_too_long_to_count_with_stays_text() -> None:
    assert value_of("9" * 19) == "9" * 19
    assert value_of("9" * 18) == 10**18 - 1
    assert value_of("9" * 5000) == "9" * 5000


@pytest.mark.parametrize(
    ("source", "value"),
    [("12", 12), ("-3", -3), ("1.5", 1.5), ("true", True), ("false", False), ("null", None), ("~", None), ("", None)],
)
def test_numbers_truths_and_nothing_are_what_they_are(source: str, value: object) -> None:
    assert value_of(source) == value
    assert type(value_of(source)) is type(value)


def test_quoted_words_are_words() -> None:
    assert value_of("'12'") == "12"
    assert value_of('"true"') == "true"


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_SECRET", "k9")
    assert value_of("!env TAIZHANG_SECRET", secrets=True) == "k9"
    assert value_of("!env TAIZHANG_NO_SUCH_THING", secrets=True) is None


def test_only_settings_take_anything_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_SECRET", "k9")
    path = tmp_path / "form.yaml"
    path.write_text("id: x\ntitle: !env TAIZHANG_SECRET\n", encoding="utf-8")
    (issue,) = read_yaml(path).issues
    assert (issue.line, issue.sentence) == (2, "不支持标签（!），请直接写内容")
    assert read_yaml(path, secrets=True).data == {"id": "x", "title": "k9"}


def test_a_key_written_twice_is_told_with_both_lines() -> None:
    assert issue_of("id: x\ntitle: 一\nid: y\n") == "hazard.yaml:3:1: id 写了两次，上一次在第 1 行"


def test_the_same_key_in_another_place_is_no_mistake() -> None:
    assert read_yaml_source(b"- {a: 1}\n- {a: 2}\n", PATH).data == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("source", ["a: 1\nb: &x 2\n", "a: 1\nb: &x {c: 1}\n", "a: 1\nb: *x\n", "a: 1\nb: &x [*x]\n"])
def test_anchors_and_aliases_are_refused(source: str) -> None:
    assert re.fullmatch(r"hazard\.yaml:2:[45]: 不支持锚点与别名（& 和 \*），请写全", issue_of(source))


@pytest.mark.parametrize(
    "tag", ["!!int x", "!!timestamp x", "!!bool x", "!!python/object:os.system x", "!!set {x}", "!env [a]", "! x"]
)
def test_tags_are_refused(tag: str) -> None:
    assert issue_of(f"a: {tag}\n") == "hazard.yaml:1:4: 不支持标签（!），请直接写内容"


def test_what_is_not_utf8_is_told_with_its_line() -> None:
    assert issue_of("a: 1\nb: 隐患\n".encode("gb18030")) == "hazard.yaml:2:4: 不是 UTF-8 编码，请另存为 UTF-8"


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_yaml_source("\ufeffa: 甲\n".encode(), PATH).data == {"a": "甲"}


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert issue_of(b"#" * (LARGEST + 1)) == "hazard.yaml:1:1: 文件超过 1024 KB"


def test_nesting_without_end_is_refused() -> None:
    assert issue_of("[" * 5000) == f"hazard.yaml:1:{DEEPEST + 1}: 嵌套超过 {DEEPEST} 层"
    assert read_yaml_source(b"[" * DEEPEST + b"]" * DEEPEST, PATH).issues == []


@pytest.mark.parametrize(
    ("source", "place", "code"),
    [
        ("a: 1\n\tb: 2", "2:1", "yaml.tab"),
        ("a:\n\tb: 2", "2:1", "yaml.tab"),
        ("a: |\n\tx\n", "2:1", "yaml.tab"),
        ("a: [1, 2", "1:9", "yaml.open-bracket"),
        ("a: {b: 1", "1:9", "yaml.open-bracket"),
        ("a: 1\n---\nb: 2", "2:1", "yaml.several-documents"),
        ("a: 'x", "1:6", "yaml.open-quote"),
        ("a: x: y", "1:5", "yaml.colon"),
        ("a: 1\nb\nc: 2", "2:1", "yaml.no-colon"),
        ("- a\n-b\n", "2:1", "yaml.no-colon"),
        ("题：甲\nb: 2", "1:2", "yaml.wide-colon"),
        ("a: 1\nb:2\nc: 3", "2:2", "yaml.no-space"),
        ("a:\n  b: 1\n c: 2", "3:2", "yaml.indent"),
        ("- a\nb: 1", "2:1", "yaml.indent"),
        ('a: "\\d"', "1:5", "yaml.bad-escape"),
        ("a: @x", "1:4", "yaml.reserved-sign"),
        ("%YAML 9\n", "1:8", "yaml.syntax"),
        ("a: \x00", "1:4", "file.control-character"),
        ("a: 甲\nb: 甲\x01乙", "2:5", "file.control-character"),
        ("? [a]\n: 1\n", "1:3", "yaml.strange-key"),
    ],
)
def test_broken_yaml_is_told_with_its_place_and_what_to_do(source: str, place: str, code: str) -> None:
    (issue,) = read_yaml_source(source.encode(), PATH).issues
    assert (f"{issue.line}:{issue.column}", issue.code) == (place, code)
    assert issue.remedy


def test_what_laughs_a_billion_times_is_refused_before_it_is_built() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{former}'] * 9)}]" for former, name in pairwise("abcdefghi")]
    assert "锚点" in issue_of("\n".join(lines))


def test_one_endless_text_is_refused() -> None:
    assert issue_of(f"a: {'x' * (LONGEST_TEXT + 1)}") == f"hazard.yaml:1:4: 这一处文字有 {LONGEST_TEXT + 1} 个字，太长"
    assert value_of("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT


def test_a_megabyte_of_anything_is_judged_in_no_time() -> None:
    started = perf_counter()
    for source in ("x" * LARGEST, "a: " * (LARGEST // 3), "[" * LARGEST, "- a\n" * (LARGEST // 4), "&" * LARGEST):
        read_yaml_source(source.encode(), PATH)
    assert perf_counter() - started < 20


def test_a_very_long_key_is_refused_and_not_repeated_whole() -> None:
    issue = issue_of(f"{'k' * 500}: 1")
    assert "键太长" in issue
    assert len(issue) < 150


def test_an_empty_file_says_nothing() -> None:
    assert read_yaml_source(b"# only a remark\n", PATH)[:3] == (None, {}, [])


def test_a_file_that_is_not_there_is_an_issue(tmp_path: Path) -> None:
    (issue,) = read_yaml(tmp_path / "none.yaml").issues
    assert issue.sentence.startswith("读不了这个文件：")


def test_every_place_knows_its_line_and_unknown_steps_are_left_out() -> None:
    file = read_yaml_source(b"id: x\nfields:\n  - name: a\n    label: b\n", PATH)
    assert file.line(("fields", 0, "label")) == 4
    assert file.line(("fields", 0, "text", "label")) == 4
    assert file.part(("fields", 0, "text", "label")) == ("fields", 0, "label")
    assert file.line(("fields", 7)) == 2
    assert file.line(("nowhere",)) == 1


def test_a_place_is_where_its_value_begins_and_a_character_of_a_text_is_found() -> None:
    source = (
        "题: '甲乙丙'\nb: 甲乙\nc: |\n   甲\n   乙丙\nd: [甲, 乙]\ne: \"a\\nb\"\nf: >-\n  甲\n  乙丙\ng: 甲\n  乙\n"
    )
    file = read_yaml_source(source.encode(), PATH)
    assert [file.mark((key,)) for key in "题bd"] == [(1, 4), (2, 4), (6, 1)]
    assert file.mark(("d", 1)) == (6, 8)
    assert file.key_mark(("b",)) == (2, 1)
    assert file.mark(("c",)) == (3, 4)
    assert file.mark_within(("题",), 1) == (1, 6)
    assert file.mark_within(("b",), 1) == (2, 5)
    assert file.mark_within(("c",), 3) == (5, 5)
    assert file.mark_within(("e",), 1) is None
    assert file.mark_within(("f",), 3) == (10, 4)
    assert file.mark_within(("g",), 2) == (12, 3)
    assert file.mark_within(("d",), 0) is None


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_whatever_a_file_holds_it_is_data_or_issues_and_never_a_crash(source: str | bytes) -> None:
    content = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    file = read_yaml_source(content, PATH)
    assert file.data is None or not file.issues
