"""Repeats in repeats, and repeats that count their rows."""

from __future__ import annotations

from collections.abc import Mapping

from forms.answers import Reader
from forms.definition import Form
from forms.rows import rows_of
from forms.values import Answers, Raw
from tests.forms.dictionary import circumstances

Read = tuple[Answers, dict[str, str]]


def read(form: Form, raw: Mapping[str, Raw], before: Answers | None = None) -> Read:
    reading = Reader(form).read(raw, circumstances(), before=before)
    return reading.answers, {place: str(why) for place, why in reading.refusals.items()}


def test_rows_in_rows_are_read_and_what_is_wrong_is_told_at_its_place(form: Form) -> None:
    """
    fields:
      - type: repeat
        name: visits
        label: 走访
        fields:
          - {type: text, name: firm, label: 企业, required: true}
          - type: repeat
            name: hazards
            label: 隐患
            fields:
              - {type: text, name: place, label: 部位, required: true}
              - type: group
                name: cost
                label: 花费
                fields:
                  - {type: integer, name: amount, label: 金额, constraint: ". > 0", constraint_message: 要大于 0}
    """
    raw: Raw = [
        {"firm": "甲", "hazards": [{"place": "车间", "amount": 5}, {"place": "", "amount": 0}]},
        {"hazards": []},
    ]
    answers, refusals = read(form, {"visits": raw})
    assert refusals == {
        "visits.0.hazards.1.place": "必填",
        "visits.0.hazards.1.amount": "要大于 0",
        "visits.1.firm": "必填",
    }
    (first, second) = rows_of(answers["visits"])
    assert first["hazards"] == [{"place": "车间", "amount": 5}, {"place": None, "amount": 0}]
    assert second["hazards"] is None
    assert form.questions["visits"].show([first], circumstances().lookup) == "甲 车间 5\n0"
    assert read(form, {"visits": [{"hazards": [{"plac": 1}]}]})[1]["visits.0.hazards.0.plac"] == (
        "没有“plac”这一项，是不是 place？"
    )


def test_the_innermost_row_shadows_the_rows_around_it_and_they_the_record(form: Form) -> None:
    """
    fields:
      - {type: integer, name: rate, label: 系数}
      - type: repeat
        name: visits
        label: 走访
        fields:
          - {type: integer, name: weight, label: 权重}
          - {type: calculate, name: heaviest, label: 最大, calculation: "max(${points})", result: integer}
          - {type: calculate, name: count_of, label: 条数, calculation: "count(${hazards})", result: integer}
          - type: repeat
            name: hazards
            label: 隐患
            fields:
              - {type: integer, name: base, label: 基础分}
              - type: calculate
                name: points
                label: 得分
                calculation: "${base} * ${weight} * ${rate}"
                result: integer
              - {type: text, name: why, label: 理由, required: "${points} > 100"}
    """
    rows: Raw = [
        {"weight": 2, "hazards": [{"base": 3}, {"base": 4}]},
        {"weight": 5, "hazards": [{"base": 3}, {"base": 40}]},
        {"weight": 9},
    ]
    answers, refusals = read(form, {"rate": 10, "visits": rows})
    visits = rows_of(answers["visits"])
    assert [[row["points"] for row in rows_of(visit["hazards"])] for visit in visits] == [[60, 80], [150, 2000], []]
    assert [visit["heaviest"] for visit in visits] == [80, 2000, None]
    assert [visit["count_of"] for visit in visits] == [2, 2, 0]
    assert refusals == {"visits.1.hazards.0.why": "必填", "visits.1.hazards.1.why": "必填"}


def test_rows_in_rows_keep_what_is_not_sent_again(form: Form) -> None:
    """
    fields:
      - type: repeat
        name: visits
        label: 走访
        fields:
          - {type: text, name: firm, label: 企业}
          - type: repeat
            name: hazards
            label: 隐患
            fields:
              - {type: text, name: place, label: 部位}
              - {type: text, name: found_by, label: 发现人, read_only: true, default: "user('name')"}
    """
    before: Answers = {
        "visits": [{"firm": "甲", "hazards": [{"place": "车间", "found_by": "王芳"}]}, {"firm": "乙", "hazards": None}]
    }
    rows: Raw = [{"firm": "乙"}, {"firm": "甲", "hazards": [{"place": "仓库"}, {"place": "车间"}]}]
    answers, refusals = read(form, {"visits": rows}, before=before)
    assert refusals == {}
    assert answers["visits"] == [
        {"firm": "乙", "hazards": None},
        {"firm": "甲", "hazards": [{"place": "仓库", "found_by": "李强"}, {"place": "车间", "found_by": "王芳"}]},
    ]


def test_a_pile_of_rows_in_rows_is_refused_at_once(form: Form) -> None:
    """
    fields:
      - type: repeat
        name: visits
        label: 走访
        fields:
          - {type: repeat, name: hazards, label: 隐患, fields: [{type: text, name: place, label: 部位}]}
    """
    many: Raw = [{"hazards": [{"place": "x"}] * 500}] * 500
    refusals = read(form, {"visits": many})[1]
    assert set(refusals.values()) == {"各层表格加起来行数太多，请分几条填报"}


def test_a_renamed_question_in_a_row_of_a_row_keeps_its_answers(form: Form) -> None:
    """
    fields:
      - type: repeat
        name: visits
        label: 走访
        fields:
          - type: repeat
            name: hazards
            label: 隐患
            was: [finds]
            fields: [{type: text, name: place, label: 部位, was: [spot]}]
    """
    former: Answers = {"visits": [{"finds": [{"spot": "车间"}]}]}
    assert Reader(form).brought_forward(former) == {"visits": [{"hazards": [{"place": "车间"}]}]}


# ---- counted rows --------------------------------------------------------------------------------------------------


def test_there_are_as_many_rows_as_are_counted(form: Form) -> None:
    """
    fields:
      - {type: integer, name: dead, label: 死亡人数}
      - type: repeat
        name: people
        label: 死亡人员
        count: ${dead}
        fields:
          - {type: text, name: name_of, label: 姓名, required: true}
          - {type: text, name: sex, label: 性别, default: "'男'"}
    """
    filled: Raw = [{"name_of": "甲"}, {"name_of": "乙"}]
    answers, refusals = read(form, {"dead": 2, "people": filled})
    assert (refusals, len(rows_of(answers["people"]))) == ({}, 2)
    assert read(form, {"dead": 3, "people": filled})[1] == {"people.2.name_of": "必填"}
    assert rows_of(read(form, {"dead": 3, "people": filled})[0]["people"])[2]["sex"] == "男"
    assert read(form, {"dead": 1, "people": filled})[1] == {
        "people": "按前面的回答应有 1 行，现在 2 行，请删去多出的行"
    }
    blank: Raw = [{"name_of": "甲"}, {"name_of": "", "sex": ""}]
    assert read(form, {"dead": 1, "people": blank})[1] == {}
    assert read(form, {"dead": "", "people": blank})[1] == {
        "people": "按前面的回答应有 0 行，现在 1 行，请删去多出的行"
    }
    assert read(form, {})[0]["people"] is None


def test_rows_that_were_not_sent_again_are_counted_too(form: Form) -> None:
    """
    fields:
      - {type: integer, name: dead, label: 死亡人数}
      - {type: repeat, name: people, label: 人员, count: "${dead}", fields: [{type: text, name: name_of, label: 姓名}]}
    """
    before, _ = read(form, {"dead": 2, "people": [{"name_of": "甲"}, {"name_of": "乙"}]})
    assert read(form, {}, before=before) == (before, {})
    assert rows_of(read(form, {"dead": 3}, before=before)[0]["people"])[2] == {"name_of": None}
    assert list(read(form, {"dead": 1}, before=before)[1]) == ["people"]


def test_no_count_is_larger_than_a_list_may_be(form: Form) -> None:
    """
    fields:
      - {type: integer, name: dead, label: 死亡人数}
      - {type: repeat, name: people, label: 人员, count: "${dead}", fields: [{type: text, name: name_of, label: 姓名}]}
    """
    assert len(rows_of(read(form, {"dead": 10**12})[0]["people"])) == 500
    assert read(form, {"dead": -3})[0]["people"] is None


def test_the_record_adds_up_what_stands_in_rows_of_rows(form: Form) -> None:
    """
    fields:
      - type: repeat
        name: visits
        label: 走访
        fields:
          - {type: text, name: firm, label: 企业}
          - {type: repeat, name: hazards, label: 隐患, fields: [{type: integer, name: amount, label: 金额}]}
      - {type: calculate, name: total, label: 合计, calculation: "sum(${amount})", result: integer}
      - {type: calculate, name: many, label: 处数, calculation: "count(${hazards.amount})", result: integer}
      - {type: calculate, name: all, label: 全部, calculation: "count(${hazards})", result: integer}
      - {type: calculate, name: big, label: 大的, calculation: "count(${hazards}[amount > 3])", result: integer}
    """
    rows: Raw = [{"hazards": [{"amount": 3}, {"amount": 4}]}, {"firm": "甲"}, {"hazards": [{"amount": 5}]}]
    answers, refusals = read(form, {"visits": rows})
    assert refusals == {}
    assert [answers[name] for name in ("total", "many", "all", "big")] == [12, 3, 3, 2]
