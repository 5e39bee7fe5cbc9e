"""What expressions look up beside the answers reaches them: lists, workdays, other records, chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from forms.answers import Circumstances, Reader
from forms.choices import ChoiceList
from forms.definition import Form
from forms.loading import parse_form
from forms.rows import rows_of
from forms.values import Answers, Raw
from tests.forms.dictionary import circumstances, source_of


def read(form: Form, raw: Mapping[str, Raw], around: Circumstances | None = None) -> Answers:
    reading = Reader(form).read(raw, around or circumstances())
    assert reading.refusals == {}
    return reading.answers


def test_choices_are_called_by_their_names(form: Form) -> None:
    """
    fields:
      - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}}
      - {type: calculate, name: told, label: 说明, calculation: "jr:choice-name(${level}, '${level}')"}
      - type: repeat
        name: rows
        label: 行
        fields:
          - {type: select_multiple, name: ways, label: 方式, choices: {see: 看, ask: 问}}
          - {type: calculate, name: words, label: 说明, calculation: "jr:choice-name(${ways}, '${ways}')"}
    """
    answers = read(form, {"level": "重大", "rows": [{"ways": ["see", "ask"]}]})
    assert answers["told"] == "重大"
    assert rows_of(answers["rows"])[0]["words"] == "看、问"


def test_lists_are_looked_into_by_question_and_by_the_name_of_a_shared_list() -> None:
    grids = {"g1": {"label": "一网格", "chief": "王芳"}, "g2": {"label": "二网格", "chief": "李强"}}
    shared = {"grids.csv": ChoiceList.read(grids, "grids.csv")}
    form = parse_form(
        source_of(
            """fields:
  - {type: select_one, name: grid, label: 网格, choices: {file: grids.csv}}
  - {type: select_one, name: kind, label: 类别, choices: {a: {label: 甲, limit: "30"}}}
  - {type: calculate, name: chief, label: 网格长, calculation: "instance('grids.csv')/root/item[name = ${grid}]/chief"}
  - {type: calculate, name: limit, label: 期限, calculation: "instance('kind')/root/item[name = ${kind}]/limit"}"""
        ),
        shared,
    )
    assert isinstance(form, Form), form
    answers = read(form, {"grid": "二网格", "kind": "甲"})
    assert (answers["chief"], answers["limit"]) == ("李强", "30")


def test_workdays_other_records_and_places_in_a_table_are_known(form: Form) -> None:
    """
    fields:
      - {type: text, name: code, label: 代码}
      - {type: calculate, name: due, label: 期限, calculation: "add-workdays('2026-09-30', 1)", result: date}
      - {type: calculate, name: firm, label: 企业, calculation: "pulldata('enterprise', 'title', 'code', ${code})"}
      - type: repeat
        name: rows
        label: 行
        fields: [{type: calculate, name: at, label: 序, calculation: position(..)}]
    """

    def pull(form_id: str, question: str, key: str, value: str) -> str:
        return f"{form_id} {question} {key} {value}"

    around = replace(
        circumstances(), pull=pull, calendar={"2026-10-01": False, "2026-10-02": False, "2026-10-04": True}
    )
    answers = read(form, {"code": "911", "rows": [{}, {}]}, around)
    assert (answers["due"], answers["firm"]) == ("2026-10-04", "enterprise title code 911")
    assert [row["at"] for row in rows_of(answers["rows"])] == ["1", "2"]


def test_chance_decides_when_a_form_is_read_and_not_when_it_is_drawn(form: Form) -> None:
    """
    fields:
      - {type: calculate, name: mark, label: 标识, calculation: "once(uuid())"}
      - {type: calculate, name: lot, label: 签, calculation: "once(random())", result: decimal}
    """
    around = replace(circumstances(), chance=Random(1))  # noqa: S311 -- drawn again by the test
    assert Reader(form).defaults(around) == {"mark": None, "lot": None}
    first = read(form, {}, around)
    assert isinstance(first["mark"], str)
    assert Reader(form).read({}, around, before=first).answers == first
    assert read(form, {}, around)["mark"] != first["mark"]
