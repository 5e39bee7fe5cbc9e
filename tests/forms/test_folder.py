from __future__ import annotations

from pathlib import Path

import pytest

from forms.folder import Folder, load_folder
from tests.forms.dictionary import source_of

PLACE = "fields:\n  - {type: text, name: place, label: 地点}"


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    """A folder with one good form, `good`."""
    folder = tmp_path / "definitions"
    folder.mkdir()
    write(folder, "good", PLACE)
    return folder


def write(folder: Path, form_id: str, words: str, name: str = "") -> None:
    path = folder / f"{name or form_id}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(source_of(f"id: {form_id}\n{words}"), encoding="utf-8")


def told(folder: Folder) -> list[str]:
    return [f"{issue.path.name}:{issue.line}: {issue.sentence}" for issue in folder.issues]


def test_one_bad_form_does_not_keep_the_others_back(definitions: Path) -> None:
    write(definitions, "bad", "fields: 3")
    folder = load_folder(definitions)
    assert list(folder.forms) == list(folder.sources) == ["good"]
    assert told(folder) == ["bad.yaml:2: fields 应当是一列内容，每项前加“- ”"]


def test_forms_in_folders_below_are_found_and_a_second_of_the_same_id_is_told(definitions: Path) -> None:
    write(definitions / "below", "good", PLACE)
    write(definitions / "below", "other", PLACE)
    folder = load_folder(definitions)
    assert sorted(folder.forms) == ["good", "other"]
    assert told(folder) == ["good.yaml:1: good 已在 good.yaml 定义过"]


def test_choice_lists_lie_beside_the_definitions(definitions: Path) -> None:
    lists = definitions.parent / "vocabularies"
    lists.mkdir()
    (lists / "grades.yaml").write_text("general: 一般\n", encoding="utf-8")
    write(definitions, "graded", "fields:\n  - {type: select_one, name: grade, label: 级别, choices: grades}")
    folder = load_folder(definitions)
    assert told(folder) == []
    assert set(folder.forms) == {"good", "graded"}
    assert told(load_folder(definitions, definitions.parent / "elsewhere")) == ["graded.yaml:3: 没有“grades”这个选项表"]


def test_links_to_forms_that_are_not_there_are_told_at_their_line(definitions: Path) -> None:
    write(definitions, "linked", f"{PLACE}\n  - {{type: record, name: of, label: 属于, form: god}}")
    assert told(load_folder(definitions)) == ["linked.yaml:4: of 链接的表单 god 不存在，是不是 good？"]


def test_rows_become_records_only_of_forms_and_questions_that_are_there(definitions: Path) -> None:
    repeat = "fields:\n  - {type: repeat, name: rows, label: 行, fields: [{type: text, name: what, label: 描述}]}"
    entities = (
        "entities:\n  - {form: good, repeat: rows, link: of, values: {plac: '${what}'}}\n  - {form: god, repeat: rows}"
    )
    write(definitions, "rowed", f"{repeat}\n{entities}")
    assert told(load_folder(definitions)) == [
        "rowed.yaml:5: 表单 good 没有 plac 这一题，是不是 place？",
        "rowed.yaml:5: 表单 good 没有 of 这一题",
        "rowed.yaml:6: entities 里的表单 god 不存在，是不是 good？",
    ]


def test_two_forms_do_not_share_a_tab(definitions: Path) -> None:
    for form_id, tab in (("one", "Log 台账"), ("two", "log 台账"), ("three", "台账")):
        write(definitions, form_id, f"{PLACE}\nsheet: {{tab: {tab}, columns: [place]}}")
    assert told(load_folder(definitions)) == ["two.yaml:4: 工作表“log 台账”已是表单 one 的，请换一个名称"]


def test_only_types_of_questions_that_are_open_may_be_used(definitions: Path) -> None:
    asked = "      - {type: date, name: day, label: 日期}"
    write(definitions, "dated", f"fields:\n  - type: group\n    name: all\n    label: 全部\n    fields:\n{asked}")
    assert load_folder(definitions).issues == []
    folder = load_folder(definitions, question_types=["text", "select_one"])
    assert list(folder.forms) == ["good"]
    assert told(folder) == ["dated.yaml:7: day 用了 date 题型，本单位没有开放"]
    assert load_folder(definitions, question_types=["text", "date"]).issues == []
