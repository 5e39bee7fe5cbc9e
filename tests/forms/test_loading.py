"""What an author of forms reads when a definition is wrong: which line, what, and the word that was meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import wtforms

from forms.definition import Form
from forms.linting import TAKEN_ON_PAGES
from forms.loading import load_form, load_vocabularies, parse_form, stored_form
from kernel.yamlfile import Issue
from tests.forms.dictionary import source_of

FIELD = "{type: text, name: place, label: 地点}"


def issues_of(*lines: str) -> list[str]:
    """Of a form whose first field is `place` (line 2) and that goes on with `lines` (from line 3)."""
    found = parse_form(source_of("\n".join(["fields:", f"  - {FIELD}", *lines])), {"grades": {"a": "甲", "b": "乙"}})
    return [] if isinstance(found, Form) else [f"{issue.line}: {issue.sentence}" for issue in found]


def test_a_good_form_has_no_issues(issues: list[str]) -> None:
    """
    fields:
      - {type: text, name: place, label: 地点}
      - {type: select_one, name: grade, label: 级别, choices: grades}
    """
    assert issues == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("requird: true", "不认识 requird，是不是 required？"),
        ("required: '${place'", "“${”没有配对的“}”"),
        ("relevant: 1 +", "表达式没有写完，末尾缺少一个值"),
        ("constraint: foo(.)", "没有函数“foo”，是不是“floor”？"),
        ("relevant: ${plac} = ''", "没有名为“plac”的题，是不是“place”？"),
        ("default: ${nothing_like_it}", "没有名为“nothing_like_it”的题"),
        ("format: uscd", "format 只能是 line、multiline、phone、email、url、uscc、citizen_id、plate"),
        ("hint: [a]", "应当是文字，或“语言: 文字”"),
        ("hint: 1.10", "应当是文字，或“语言: 文字”"),
        ("was: old", "was 应当是一列内容，每项前加“- ”"),
    ],
)
def test_a_mistake_in_a_field_is_told_once_at_its_line(line: str, sentence: str) -> None:
    assert issues_of("  - type: text", "    name: note", "    label: 备注", f"    {line}") == [f"6: {sentence}"]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("{type: txt, name: b, label: 乙}", "没有“txt”这种题型，是不是 text？"),
        ("{name: b, label: 乙}", "缺少 type（题型）"),
        ("{type: text, name: b}", "缺少 label"),
        ("{type: text, label: 乙}", "缺少 name"),
        ("{type: text, name: B, label: 乙}", "“B”不能作名称：用小写字母开头，只含小写字母、数字和下划线"),
        ("只有文字", "第 2 项 应当是“键: 值”"),
        ("{type: select_one, name: b, label: 乙}", "缺少 choices"),
        ("{type: select_one, name: b, label: 乙, choices: grads}", "没有“grads”这个选项表，是不是 grades？"),
        ("{type: select_one, name: b, label: 乙, choices: zzz}", "没有“zzz”这个选项表"),
        ("{type: select_one, name: b, label: 乙, choices: {}}", "至少要有一个选项"),
        ("{type: select_one, name: b, label: 乙, choices: [一, 一]}", "有的选项写了两次"),
        ("{type: select_one, name: b, label: 乙, choices: {1: 一}}", "“1”要加引号：名称应当是文字"),
        ("{type: select_one, name: b, label: 乙, choices: {a: [一]}}", "选项 a：应当是文字，或“语言: 文字”"),
        (
            "{type: select_one, name: b, label: 乙, choices: {a: 一, b: 一}}",
            "选项 b（一）与另一个选项写法相同，分不清",
        ),
        (
            "{type: select_one, name: b, label: 乙, choices: [{a: 一}]}",
            "一列选项里只能写文字；要另起名称请写成“名称: 文字”，前面不加“- ”",
        ),
    ],
)
def test_a_mistake_in_a_field_of_one_line_is_told_there(field: str, sentence: str) -> None:
    assert issues_of(f"  - {field}") == [f"3: {sentence}"]


@pytest.mark.parametrize("name", ["id", "title", "state", "created_at", "changed_at", "withdrawn_at", "unit_id"])
def test_a_question_is_not_called_like_a_column_of_the_system(name: str) -> None:
    assert issues_of(f"  - {{type: text, name: {name}, label: 乙}}") == [f"3: {name} 是系统用的名称，请换一个"]


def test_a_question_is_not_called_like_a_part_of_a_page_s_form() -> None:
    of_page = {name for name in dir(wtforms.Form()) if re.fullmatch("[a-z][a-z0-9_]*", name)}
    assert of_page == TAKEN_ON_PAGES
    assert issues_of("  - {type: text, name: process, label: 乙}") == ["3: process 是系统用的名称，请换一个"]


def test_what_the_system_knows_of_a_record_is_named_only_where_there_is_a_record(issues: list[str]) -> None:
    """
    fields:
      - {type: text, name: place, label: 地点, required: "${state} = 'open'"}
      - {type: repeat, name: rows, label: 行, fields: [{type: text, name: what, label: 甲}]}
    rules: [{rule: "${created_at} > today()", message: 不可}]
    entities: [{form: hazard, repeat: rows, values: {by: "${created_by}"}}]
    sheet: {tab: 台账, columns: [place], filter: "${state} = 'open' and ${created_at} >= '2026-01-01'"}
    workflow:
      initial_state: open
      states: {open: {title: 在办, transitions: [close]}}
      transitions:
        close: {title: 办结, new_state: open, guard: {expr: "${created_at} < today() - 7 and ${unit_id} != ''"}}
    """
    only = "要等记录存下才有"
    assert issues == [f"2: state {only}", f"4: created_at {only}", f"5: created_by {only}"]


@pytest.mark.parametrize("tab", ["", " ", "甲/乙", "甲\\\\乙", "甲?", "甲*", "[甲]", "甲:乙", "'甲", "甲'", "台" * 32])
def test_a_tab_is_called_what_excel_can_call_it(tab: str) -> None:
    (issue,) = issues_of(f'sheet: {{tab: "{tab}", columns: [place]}}')
    assert issue == "3: 工作表名应有 1 至 31 个字，不能有 \\/?*[]:，头尾不能是 '"


def test_a_sheet_has_each_column_once() -> None:
    assert issues_of("sheet: {tab: 台账, columns: [place, state, place]}") == ["3: place 这一列写了两次"]


def test_a_published_form_is_read_although_a_key_of_it_is_no_more() -> None:
    source = source_of("icon: sun\nfields:\n  - {type: text, name: place, label: 地点, colour: red}")
    assert stored_form(source, {}, name="probe.yaml").questions.keys() == {"place"}


def test_a_name_used_twice_is_told_at_both_places_also_inside_tables(issues: list[str]) -> None:
    """
    fields:
      - {type: text, name: place, label: 地点}
      - type: repeat
        name: hazards
        label: 隐患
        fields:
          - {type: text, name: place, label: 部位}
    """
    twice = "place 用了 2 次，每题的 name 要各不相同"
    assert issues == [f"2: {twice}", f"7: {twice}"]


def test_all_mistakes_are_told_at_once(issues: list[str]) -> None:
    """
    titel: 检查
    fields:
      - {type: txt, name: a, label: 甲}
      - {type: text, name: b, lable: 乙}
    """
    assert issues == [
        "3: 没有“txt”这种题型，是不是 text？",
        "4: 缺少 label",
        "4: 不认识 lable，是不是 label？",
        "1: 不认识 titel，是不是 title？",
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("acces: {}", "不认识 acces，是不是 access？"),
        ("sheet: {tab: 台账, colums: [place]}", ("缺少 columns", "不认识 colums，是不是 columns？")),
        ("sheet: {tab: 台账, columns: [plac]}", "没有叫 plac 的题，是不是 place？"),
        ("sheet: {tab: 台账, columns: [place], locked: [state]}", "没有叫 state 的题，可用：place"),
        ("sheet: {tab: 台账, columns: [place], filter: \"${plac} = ''\"}", "没有名为“plac”的题，是不是“place”？"),
        ("listing: {columns: [plac]}", "没有叫 plac 的题，是不是 place？"),
        ("listing: {sort: -plac}", "没有叫 plac 的题，是不是 place？"),
        ("unique: [[place, plac]]", "没有叫 plac 的题，是不是 place？"),
        ("numbering: {field: plac, format: 'A-{seq:4}'}", "没有叫 plac 的题，是不是 place？"),
        ("numbering: {field: place, format: 'A-{seq}'}", "编号格式应像 YH-{area}-{yyyy}-{seq:6}"),
        ("rules: [{rule: \"${plac} = ''\", message: 不可}]", "没有名为“plac”的题，是不是“place”？"),
        ("rules: [{rule: \"${place} != ''\", message: 不可, fields: [plac]}]", "没有叫 plac 的题，是不是 place？"),
        ("entities: [{form: hazard, repeat: place}]", "place 不是本表的 repeat 题"),
        ("one_tap: {plac: 无}", "没有叫 plac 的题，是不是 place？"),
        ("one_tap: {place: 1}", "place 应当是文字（数字和 true/false 请加引号）"),
        ("language: en", "language 只能是 zh"),
    ],
)
def test_a_mistake_beside_the_fields_is_told_at_its_line(line: str, sentence: str | tuple[str, ...]) -> None:
    told = (sentence,) if isinstance(sentence, str) else sentence
    assert issues_of(line) == [f"3: {words}" for words in told]


@pytest.mark.parametrize(
    ("access", "sentence"),
    [
        ("{roles: {office: {fil: true}}}", "不认识 fil，是不是 fill？"),
        ("{roles: {office: {read: everything}}}", "read 只能是 none、own、unit、all"),
        ("{roles: {office: {fill: maybe}}}", "fill 应当是 true 或 false"),
        ("{role: {office: {}}}", "不认识 role，是不是 roles？"),
        ("{units: [plac], roles: {}}", "没有叫 plac 的题，是不是 place？"),
    ],
)
def test_a_mistake_in_access_is_told_at_its_line(access: str, sentence: str) -> None:
    assert f"3: {sentence}" in issues_of(f"access: {access}")


def test_unknown_states_steps_roles_and_fields_of_a_workflow_are_told(issues: list[str]) -> None:
    """
    fields:
      - {type: text, name: place, label: 地点}
    workflow:
      initial_state: fixin
      states:
        fixing:
          title: 整改中
          transitions: [fx]
          edit: {offce: all, office: [plac]}
        done: {title: 完成}
      transitions:
        fix:
          title: 完成
          new_state: don
          fields: [plac]
          required: [plac]
          guard: {roles: [offce], units: plac, expr: "${plac} = 1"}
    """
    near_place = "没有叫 plac 的题，是不是 place？"
    assert sorted(issues, key=lambda issue: int(issue.split(":")[0])) == [
        "4: 没有叫 fixin 的状态，是不是 fixing？",
        "8: 没有叫 fx 的步骤，是不是 fix？",
        "9: 没有叫 offce 的角色，是不是 office？",
        f"9: {near_place}",
        "14: 没有叫 don 的状态，是不是 done？",
        f"15: {near_place}",
        f"16: {near_place}",
        "17: 没有名为“plac”的题，是不是“place”？",
        "17: 没有叫 offce 的角色，是不是 office？",
        f"17: {near_place}",
    ]


def test_a_mistake_in_the_shape_of_a_workflow_is_told_once(issues: list[str]) -> None:
    """
    fields:
      - {type: text, name: place, label: 地点}
    workflow:
      initial_state: fixing
      states:
        fixing:
          titel: 整改中
          edit: {office: some}
        done:
          title: 完成
          edit: {office: [Place]}
      transitions:
        fix:
          title: 完成
          new_state: done
          comment: maybe
          guard: {role: [office]}
    """
    assert issues == [
        "6: 缺少 title",
        "8: office 只能是 all",
        "7: 不认识 titel，是不是 title？",
        "11: “Place”不能作名称：用小写字母开头，只含小写字母、数字和下划线",
        "17: 不认识 role，是不是 roles？",
        "16: comment 只能是 none、optional、required",
    ]


def circle_of(issues: list[str]) -> set[str]:
    """The names in the one circle that is told."""
    (issue,) = issues
    names = issue.partition("这些题互相等待，算不出来：")[2].split(" → ")
    assert names[0] == names[-1]
    return set(names)


def test_questions_whose_relevance_waits_for_each_other_are_told(issues: list[str]) -> None:
    """
    fields:
      - {type: text, name: a, label: 甲, relevant: "${b} != ''"}
      - {type: text, name: b, label: 乙, read_only: "${a} != ''"}
      - {type: text, name: c, label: 丙, read_only: "${c} != ''"}
    """
    assert circle_of(issues) == {"a", "b"}


def test_calculations_that_wait_for_each_other_are_told(issues: list[str]) -> None:
    """
    fields:
      - {type: calculate, name: a, label: 甲, calculation: "${b}"}
      - {type: calculate, name: b, label: 乙, calculation: "${a}"}
    """
    assert circle_of(issues) == {"a", "b"}


def test_a_group_that_waits_for_its_own_question_is_told(issues: list[str]) -> None:
    """
    fields:
      - type: group
        name: g
        label: 组
        relevant: ${a} != ''
        fields: [{type: text, name: a, label: 甲}]
    """
    assert circle_of(issues) == {"a"}


def test_a_circle_inside_a_table_is_told(issues: list[str]) -> None:
    """
    fields:
      - type: repeat
        name: r
        label: 表
        fields:
          - {type: text, name: a, label: 甲, calculation: "${b}"}
          - {type: text, name: b, label: 乙, calculation: "${a}"}
    """
    assert circle_of(issues) == {"a", "b"}


def test_a_circle_through_a_table_is_told(issues: list[str]) -> None:
    """
    fields:
      - {type: calculate, name: s, label: 和, result: integer, calculation: "sum(${n})"}
      - type: repeat
        name: r
        label: 表
        fields: [{type: integer, name: n, label: 数, relevant: "${s} < 9"}]
    """
    assert circle_of(issues) == {"r", "s"}


def test_a_column_of_a_table_is_seen_as_a_list_from_outside_and_as_one_answer_from_its_row(issues: list[str]) -> None:
    """
    fields:
      - type: repeat
        name: hazards
        label: 隐患
        fields:
          - {type: integer, name: cost, label: 费用}
          - {type: text, name: why, label: 理由, relevant: "${cost} > 3"}
      - {type: integer, name: total, label: 合计, calculation: "sum(${cost})"}
      - {type: text, name: wrong, label: 错, relevant: "${cost} > 3"}
    """
    assert issues == ["9: “cost”是表格的一列，有许多值"]


def test_what_is_no_form_is_said() -> None:
    for source in ("- a\n- b\n", "只有一句话", ""):
        assert [issue.sentence for issue in _issues(parse_form(source, {}))] == [
            "这不是一张表单：应有 id、title、fields 等键"
        ]


def test_a_file_is_called_like_its_form(tmp_path: Path) -> None:
    path = tmp_path / "hazzard.yaml"
    path.write_text(source_of(f"id: hazard\nfields:\n  - {FIELD}"), encoding="utf-8")
    assert [str(issue) for issue in _issues(load_form(path, {}))] == [f"{path}:1:5: 文件名应与 id 相同：hazard.yaml"]


def test_choice_lists_are_read_with_their_labels_and_bad_ones_are_told(tmp_path: Path) -> None:
    (tmp_path / "grades.yaml").write_text("general: 一般\nmajor: {zh: 重大, en: Major}\nbad: [x]\n", encoding="utf-8")
    (tmp_path / "words.yaml").write_text("- 一\n", encoding="utf-8")
    (tmp_path / "twice.yaml").write_text("a: 一\na: 二\n", encoding="utf-8")
    found, issues = load_vocabularies(tmp_path)
    assert {name: choice.languages for name, choice in found.pop("grades").items()} == {
        "general": {"zh": "一般"},
        "major": {"zh": "重大", "en": "Major"},
    }
    assert found == {}
    assert [f"{issue.path.name}:{issue.line}: {issue.sentence}" for issue in issues] == [
        "grades.yaml:3: 应当是文字，或“语言: 文字”",
        "twice.yaml:2: a 写了两次，上一次在第 1 行",
        "words.yaml:1: 选项表应是“名称: 文字”",
    ]


def _issues(found: Form | list[Issue]) -> list[Issue]:
    assert isinstance(found, list)
    return found
