"""Whoever writes filters, dated lists and pulled answers is told where they went wrong."""

from __future__ import annotations

from pathlib import Path

from forms.folder import load_folder
from tests.forms.dictionary import source_of


def test_a_filter_names_attributes_that_choices_have(issues: list[str]) -> None:
    """
    fields:
      - {type: text, name: town, label: 乡镇}
      - type: select_one
        name: village
        label: 村
        choice_filter: twon = ${town} and name != ''
        choices: {qiao: {label: 桥头村, town: donghe}}
      - {type: select_one, name: other, label: 村, choices: [一], choice_filter: "name = ${twon}"}
    """
    filtered, unknown = sorted(issues)
    assert filtered == "6: 选项没有 twon 这个属性，是不是 town？"
    assert unknown.startswith("8: 没有名为“twon”的")


def test_the_day_of_a_dated_list_is_a_day(issues: list[str]) -> None:
    """
    fields:
      - {type: text, name: town, label: 乡镇}
      - {type: date, name: day, label: 日期}
      - type: select_one
        name: kind
        label: 类别
        as_of: town
        choices: {a: {label: 旧, valid_until: "2025-12-31"}}
      - {type: select_one, name: other, label: 村, choices: [一], as_of: day}
    """
    assert issues == [
        "7: town 不是本表的日期题，可用：day",
        "9: 这个选项表里没有写 valid_from 或 valid_until 的选项，用不着 as_of",
    ]


def test_people_are_of_units_and_answers_are_pulled_beside_the_link(issues: list[str]) -> None:
    """
    fields:
      - {type: text, name: place, label: 地点}
      - {type: person, name: who, label: 谁, of_unit: place}
      - {type: record, name: firm, label: 企业, form: enterprise, pull: {plce: town, inner: town, total: town}}
      - {type: calculate, name: total, label: 合计, calculation: "1"}
      - {type: repeat, name: rows, label: 行, fields: [{type: text, name: inner, label: 里面}]}
    """
    assert issues == [
        "3: place 不是单位题",
        "4: 同一层里没有叫 plce 的题，是不是 place？",
        "4: 同一层里没有叫 inner 的题，可用：place、who、firm、total、rows",
        "4: total 这种题型不能由链接带出答案",
    ]


def test_circles_are_found_in_rows_of_rows_and_through_filters_counts_and_links(issues: list[str]) -> None:
    """
    fields:
      - {type: record, name: firm, label: 企业, form: enterprise, filter: "town = ${town}", pull: {town: town}}
      - {type: text, name: town, label: 乡镇}
      - {type: repeat, name: rows, label: 行, count: "${total}", fields: [{type: integer, name: x, label: 数}]}
      - {type: calculate, name: total, label: 合计, calculation: "sum(${x})", result: integer}
    """
    assert issues == ["2: 这些题互相等待，算不出来：firm → town → firm"]


def test_circles_in_rows_of_rows_are_found(issues: list[str]) -> None:
    """
    fields:
      - type: repeat
        name: outer
        label: 外
        fields:
          - type: repeat
            name: inner
            label: 内
            fields:
              - {type: calculate, name: a, label: 甲, calculation: "${b}"}
              - {type: calculate, name: b, label: 乙, calculation: "${a}"}
    """
    assert issues == ["10: 这些题互相等待，算不出来：a → b → a"]


def test_what_is_taken_of_another_form_is_asked_there(tmp_path: Path) -> None:
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    (definitions / "enterprise.yaml").write_text(
        source_of("id: enterprise\nfields:\n  - {type: text, name: town, label: 乡镇}"), encoding="utf-8"
    )
    link = '{type: record, name: firm, label: 企业, form: enterprise, filter: "%s", pull: {own: %s}}'
    probe = definitions / "probe.yaml"
    own = "  - {type: text, name: own, label: 自己的}"
    probe.write_text(source_of("\n".join(["fields:", f"  - {link % ('twn = 1 and state = 2', 'tonw')}", own])), "utf-8")
    assert [f"{issue.line}: {issue.sentence}" for issue in load_folder(definitions).issues] == [
        "2: 表单 enterprise 没有 tonw 这一题，是不是 town？",
        "2: 选项没有 twn 这个属性，是不是 town？",
    ]
    probe.write_text(source_of("\n".join(["fields:", f"  - {link % ('town = 1', 'town')}", own])), "utf-8")
    assert load_folder(definitions).issues == []
