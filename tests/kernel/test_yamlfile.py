from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.yamlfile import DEEPEST, LARGEST, read_yaml, read_yaml_source

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
    assert issue_of("id: x\ntitle: 一\nid: y\n") == "hazard.yaml:3: id 写了两次，上一次在第 1 行"


def test_the_same_key_in_another_place_is_no_mistake() -> None:
    assert read_yaml_source(b"- {a: 1}\n- {a: 2}\n", PATH).data == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("source", ["a: 1\nb: &x 2\n", "a: 1\nb: &x {c: 1}\n", "a: 1\nb: *x\n", "a: 1\nb: &x [*x]\n"])
def test_anchors_and_aliases_are_refused(source: str) -> None:
    assert issue_of(source) == "hazard.yaml:2: 不支持锚点与别名（& 和 *），请写全"


@pytest.mark.parametrize(
    "tag", ["!!int x", "!!timestamp x", "!!bool x", "!!python/object:os.system x", "!!set {x}", "!env [a]", "! x"]
)
def test_tags_are_refused(tag: str) -> None:
    assert issue_of(f"a: {tag}\n") == "hazard.yaml:1: 不支持标签（!），请直接写内容"


def test_what_is_not_utf8_is_told_with_its_line() -> None:
    assert issue_of("a: 1\nb: 隐患\n".encode("gb18030")) == "hazard.yaml:2: 不是 UTF-8 编码，请另存为 UTF-8"


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_yaml_source("\ufeffa: 甲\n".encode(), PATH).data == {"a": "甲"}


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert issue_of(b"#" * (LARGEST + 1)) == "hazard.yaml:1: 文件超过 256 KB"


def test_nesting_without_end_is_refused() -> None:
    assert issue_of("[" * 5000) == f"hazard.yaml:1: 嵌套超过 {DEEPEST} 层"
    assert read_yaml_source(b"[" * DEEPEST + b"]" * DEEPEST, PATH).issues == []


@pytest.mark.parametrize(
    ("source", "line"),
    [("a: 1\n\tb: 2", 2), ("a: [1, 2", 1), ("a: 1\n---\nb: 2", 2), ("a: 'x", 1), ("%YAML 9\n", 1), ("a: \x00", 1)],
)
def test_broken_yaml_is_told_with_its_line(source: str, line: int) -> None:
    assert issue_of(source).startswith(f"hazard.yaml:{line}: YAML 写法有误：")


def test_a_key_that_is_no_word_is_refused() -> None:
    assert issue_of("? [a]\n: 1\n") == "hazard.yaml:1: 键必须是一个词"


def test_an_empty_file_says_nothing() -> None:
    assert read_yaml_source(b"# only a remark\n", PATH) == (None, {}, [])


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


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_whatever_a_file_holds_it_is_data_or_issues_and_never_a_crash(source: str | bytes) -> None:
    content = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    file = read_yaml_source(content, PATH)
    assert file.data is None or not file.issues
