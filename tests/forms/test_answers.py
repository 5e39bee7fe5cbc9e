"""The one reader: everything that may be wrong is told at once, and no rule can be gone around."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from forms.answers import Reader, Reading
from forms.definition import Form
from forms.loading import parse_form
from forms.rows import rows_of
from forms.values import Answers, Raw
from tests.forms.dictionary import NOW, circumstances, source_of


def read(form: Form, raw: Mapping[str, Raw], before: Answers | None = None) -> Reading:
    return Reader(form).read(raw, circumstances(), before=before)


def accepted(form: Form, raw: Mapping[str, Raw], before: Answers | None = None) -> Answers:
    reading = read(form, raw, before)
    assert reading.refusals == {}
    return reading.answers


def refused(form: Form, raw: Mapping[str, Raw], before: Answers | None = None) -> dict[str, str]:
    return {place: str(why) for place, why in read(form, raw, before).refusals.items()}


def test_every_mistake_is_told_at_once(form: Form) -> None:
    """
    fields:
      - {type: text, name: place, label: 地点, required: true}
      - {type: integer, name: people, label: 人数, constraint: ". >= 1", constraint_message: 至少 1 人}
      - {type: date, name: day, label: 日期}
      - {type: text, name: why, label: 理由, required: true, required_message: 请写明理由}
      - {type: integer, name: odd, label: 数, constraint: ". mod 2 = 1"}
    """
    assert refused(form, {"people": "0", "day": "昨天", "odd": 2, "plac": "x", "zzz": 1}) == {
        "place": "必填",
        "people": "至少 1 人",
        "day": "日期请写成 2026-11-22 或 2026年11月22日",
        "why": "请写明理由",
        "odd": "不符合要求",
        "plac": "没有“plac”这一项，是不是 place？",
        "zzz": "没有“zzz”这一项",
    }


def test_what_does_not_apply_is_dropped_whatever_was_sent_and_never_asked_for(form: Form) -> None:
    """
    fields:
      - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}}
      - {type: text, name: basis, label: 依据, required: true, relevant: "${level} = 'major'"}
      - {type: integer, name: people, label: 人数, relevant: "${basis} != ''", constraint: ". > 5"}
    """
    assert accepted(form, {"level": "一般", "basis": "第九条", "people": "x"}) == {
        "level": "general",
        "basis": None,
        "people": None,
    }
    assert refused(form, {"level": "重大", "people": "3"}) == {"basis": "必填"}
    assert refused(form, {"level": "重大", "basis": "第九条", "people": "3"}) == {"people": "不符合要求"}


def test_a_group_that_does_not_apply_takes_its_questions_with_it(form: Form) -> None:
    """
    fields:
      - type: group
        name: outer
        label: 外
        relevant: ${kind} = 'work'
        fields:
          - {type: text, name: a, label: 甲, required: true}
          - type: group
            name: inner
            label: 内
            relevant: ${a} != '无'
            fields: [{type: text, name: b, label: 乙, required: true}]
      - {type: calculate, name: kind, label: 类, calculation: "if(${day} = '', 'work', 'rest')"}
      - {type: date, name: day, label: 日}
    """
    assert accepted(form, {"day": "2026-11-22", "a": "1", "b": "2"})["a"] is None
    assert refused(form, {}) == {"a": "必填", "b": "必填"}
    assert accepted(form, {"a": "无", "b": "2"}) == {"a": "无", "b": None, "kind": "work", "day": None}


def test_calculations_run_in_the_order_of_need_however_they_are_written() -> None:
    fields = [
        "{type: integer, name: a, label: 甲}",
        "{type: calculate, name: b, label: 乙, result: integer, calculation: '${a} * 2'}",
        "{type: calculate, name: c, label: 丙, result: integer, calculation: '${b} + ${a}'}",
        "{type: text, name: d, label: 丁, relevant: '${c} > 8', required: true}",
    ]
    for order in permutations(fields):
        form = parse_form(source_of("\n".join(["fields:", *(f"  - {field}" for field in order)])), {})
        assert isinstance(form, Form)
        assert read(form, {"a": 3}).refusals == {"d": "必填"}
        assert accepted(form, {"a": 2, "d": "x"}) == {"a": 2, "b": 4, "c": 6, "d": None}


def test_a_calculated_answer_is_never_taken_from_the_sender(form: Form) -> None:
    """
    fields:
      - {type: integer, name: a, label: 甲}
      - {type: calculate, name: b, label: 乙, result: integer, calculation: "${a} * 2"}
    """
    assert accepted(form, {"a": 2, "b": 99})["b"] == 4
    assert accepted(form, {"b": 99}, {"a": 3, "b": 6})["b"] == 6


def test_a_question_with_a_calculation_takes_it_until_it_is_answered(form: Form) -> None:
    """
    fields:
      - {type: date, name: found, label: 发现}
      - {type: date, name: due, label: 期限, calculation: "${found} + 15"}
    """
    assert accepted(form, {"found": "2026-11-22"})["due"] == "2026-12-07"
    assert accepted(form, {"found": "2026-11-22", "due": "2026-11-30"})["due"] == "2026-11-30"
    assert accepted(form, {"found": "2026-11-22", "due": ""})["due"] == "2026-12-07"
    assert accepted(form, {"found": "2026-11-23"}, {"found": "2026-11-22", "due": "2026-12-07"})["due"] == "2026-12-07"


def test_what_a_calculation_gives_and_no_answer_can_hold_is_no_answer(form: Form) -> None:
    """
    fields:
      - {type: integer, name: a, label: 甲}
      - {type: text, name: words, label: 文字}
      - {type: calculate, name: big, label: 大, result: decimal, calculation: "${a} * ${a} * ${a}"}
      - {type: calculate, name: whole, label: 整, result: integer, calculation: "${a} * ${a}"}
      - {type: calculate, name: nothing, label: 无, result: integer, calculation: "${a} div 0"}
      - {type: calculate, name: read, label: 读, result: integer, calculation: "number(${words})"}
    """
    answers = accepted(form, {"a": 2**53, "words": "nan"})
    assert [answers[name] for name in ("big", "whole", "nothing", "read")] == [None] * 4


def test_a_new_record_takes_defaults_for_what_was_not_sent(form: Form) -> None:
    """
    fields:
      - {type: date, name: day, label: 日期, default: today()}
      - {type: unit, name: town, label: 乡镇, default: user('unit')}
      - {type: integer, name: people, label: 人数, default: "2"}
      - {type: yes_no, name: open, label: 营业, default: true()}
      - {type: time, name: at, label: 时间, default: now()}
      - {type: date, name: due, label: 期限, default: today() + 15}
      - {type: text, name: hidden, label: 隐, default: "'x'", relevant: "${people} > 5"}
    """
    defaults = {
        "day": "2026-11-22",
        "town": "T1",
        "people": 2,
        "open": True,
        "at": "10:30",
        "due": "2026-12-07",
        "hidden": None,
    }
    assert Reader(form).defaults(circumstances()) == defaults
    assert accepted(form, {}) == defaults
    assert accepted(form, {"day": "", "people": 6}) == {**defaults, "day": None, "people": 6, "hidden": "x"}
    assert accepted(form, {}, {}) == dict.fromkeys(defaults)


def test_what_is_read_only_stays_as_it_was(form: Form) -> None:
    """
    fields:
      - {type: text, name: number, label: 编号, read_only: true}
      - {type: date, name: sent, label: 报送, read_only: true, default: today()}
    """
    assert accepted(form, {"number": "1", "sent": "2020-01-01"}) == {"number": None, "sent": "2026-11-22"}
    before: Answers = {"number": "7", "sent": "2026-11-01"}
    assert accepted(form, {"number": "8", "sent": ""}, before) == before


def test_the_system_itself_may_fill_what_people_only_read(form: Form) -> None:
    """
    fields:
      - {type: text, name: source, label: 来源, read_only: true}
      - {type: calculate, name: sum, label: 和, calculation: "'1'"}
    """
    reading = Reader(form).read({"source": "检查", "sum": "2"}, circumstances(), by_system=True)
    assert reading == Reading({"source": "检查", "sum": "1"}, {})


def test_a_condition_for_read_only_sees_all_that_was_sent_wherever_it_stands() -> None:
    fields = [
        "{type: integer, name: fine, label: 罚款, read_only: \"${closed} = 'yes'\"}",
        "{type: calculate, name: closed, label: 结案, calculation: \"if(${day} = '', 'no', 'yes')\"}",
        "{type: date, name: day, label: 结案日期}",
    ]
    before: Answers = {"fine": 100, "closed": "no", "day": None}
    for order in permutations(fields):
        form = parse_form(source_of("\n".join(["fields:", *(f"  - {field}" for field in order)])), {})
        assert isinstance(form, Form)
        assert accepted(form, {"fine": "1", "day": "2026-11-22"}, before)["fine"] == 100
        assert accepted(form, {"fine": "x", "day": "2026-11-22"}, before)["fine"] == 100
        assert accepted(form, {"fine": "1"}, before)["fine"] == 1


def test_what_locks_itself_once_answered_is_locked_by_the_answer_it_had(form: Form) -> None:
    """
    fields:
      - {type: text, name: result, label: 结论, read_only: "${result} != ''"}
    """
    assert accepted(form, {"result": "合格"}) == {"result": "合格"}
    assert accepted(form, {"result": "不合格"}, {"result": "合格"}) == {"result": "合格"}
    assert accepted(form, {"result": "合格"}, {"result": None}) == {"result": "合格"}


def test_what_is_required_may_depend_on_other_answers(form: Form) -> None:
    """
    fields:
      - {type: text, name: why, label: 理由, required: "${people} > 5"}
      - {type: integer, name: people, label: 人数}
    """
    assert refused(form, {"people": 6}) == {"why": "必填"}
    assert accepted(form, {"people": 5})["why"] is None
    assert Reader(form).read({}, circumstances(), also_required=["people"]).refusals == {"people": "必填"}


def test_a_step_cannot_ask_for_what_does_not_apply(form: Form) -> None:
    """
    fields:
      - {type: integer, name: people, label: 人数}
      - {type: text, name: why, label: 理由, relevant: "${people} > 5"}
    """
    assert Reader(form).read({"people": 1}, circumstances(), also_required=["why"]).refusals == {}
    assert Reader(form).read({"people": 6}, circumstances(), also_required=["why"]).refusals == {"why": "必填"}


HAZARDS = """
fields:
  - {type: date, name: day, label: 日期, default: today()}
  - type: repeat
    name: hazards
    label: 隐患
    constraint: count(${hazards}) <= 3
    fields:
      - {type: text, name: desc, label: 描述, required: true, constraint: string-length(.) >= 2}
      - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}, default: "'general'"}
      - {type: text, name: basis, label: 依据, relevant: "${level} = 'major'", required: true}
      - {type: date, name: due, label: 期限, calculation: "${day} + if(${level} = 'major', 60, 15)"}
      - {type: integer, name: cost, label: 费用}
  - {type: calculate, name: total, label: 合计, result: integer, calculation: "sum(${cost})"}
rules:
  - {rule: "not(${total} > 100 and count(${hazards}) < 2)", message: 费用太集中, fields: [total, hazards]}
  - {rule: "${total} < 1000", message: 超过限额}
"""


def hazards() -> Form:
    form = parse_form(source_of(HAZARDS), {})
    assert isinstance(form, Form)
    return form


def test_mistakes_in_rows_are_told_at_their_places() -> None:
    rows: list[Raw] = [{"desc": "电线老化"}, {"desc": "x", "level": "重大", "cost": "许多"}, {"levl": "一般"}]
    assert refused(hazards(), {"hazards": rows}) == {
        "hazards.1.desc": "不符合要求",
        "hazards.1.basis": "必填",
        "hazards.1.cost": "应是整数，例如 12",
        "hazards.2.desc": "必填",
        "hazards.2.levl": "没有“levl”这一项，是不是 level？",
    }


def test_rows_have_defaults_relevance_and_calculations_of_their_own() -> None:
    rows: list[Raw] = [
        {"desc": "电线", "basis": "x", "cost": 3},
        {"desc": "油罐", "level": "重大", "basis": "第九条", "cost": 4},
    ]
    answers = accepted(hazards(), {"hazards": rows})
    assert answers["total"] == 7
    assert answers["hazards"] == [
        {"desc": "电线", "level": "general", "basis": None, "due": "2026-12-07", "cost": 3},
        {"desc": "油罐", "level": "major", "basis": "第九条", "due": "2027-01-21", "cost": 4},
    ]


def test_no_rows_are_no_answer_and_too_many_or_other_things_are_refused() -> None:
    nothings: tuple[Raw, ...] = (None, "", [])
    for nothing in nothings:
        assert accepted(hazards(), {"hazards": nothing})["hazards"] is None
    assert refused(hazards(), {"hazards": [{"desc": "电线"}] * 4}) == {"hazards": "不符合要求"}
    assert refused(hazards(), {"hazards": [{"desc": "电线"}] * 501}) == {"hazards": "最多 500 行"}
    others: tuple[Raw, ...] = ("电线", ["电线"], {"desc": "电线"}, 3)
    for other in others:
        assert refused(hazards(), {"hazards": other}) == {"hazards": "应当是一行一行的内容"}


def test_rules_between_answers_are_told_beside_their_questions_or_at_the_top() -> None:
    assert refused(hazards(), {"hazards": [{"desc": "电线", "cost": 1000}]}) == {
        "total": "费用太集中",
        "hazards": "费用太集中",
        "": "超过限额",
    }


def test_a_change_keeps_what_it_does_not_name_and_judges_the_whole() -> None:
    before = accepted(hazards(), {"hazards": [{"desc": "电线", "cost": 60}, {"desc": "油罐", "cost": 60}]})
    assert accepted(hazards(), {"day": "2026-11-20"}, before) == {**before, "day": "2026-11-20"}
    assert accepted(hazards(), {}, before) == before
    one_row: dict[str, Raw] = {"hazards": [{"desc": "电线", "cost": 120}]}
    assert refused(hazards(), one_row, before) == {"total": "费用太集中", "hazards": "费用太集中"}


def test_what_the_office_no_longer_knows_may_be_sent_again_as_it_was(form: Form) -> None:
    """
    fields:
      - {type: person, name: who, label: 责任人}
      - {type: unit, name: town, label: 乡镇}
      - {type: text, name: note, label: 备注}
    """
    before: Answers = {"who": "zhao", "town": "T9", "note": None}
    assert accepted(form, {"who": "zhao", "town": "旧镇", "note": "x"}, before) == {**before, "note": "x"}
    assert set(refused(form, {"who": "zhao", "town": "T9"})) == {"who", "town"}
    assert set(refused(form, {"who": "wang", "town": "T8"}, before)) == {"who", "town"}


def test_answers_under_former_names_are_brought_forward(form: Form) -> None:
    """
    fields:
      - {type: text, name: place, label: 地点, was: [spot, location]}
      - type: repeat
        name: hazards
        label: 隐患
        was: [found]
        fields: [{type: text, name: desc, label: 描述, required: true, was: [what]}]
      - {type: text, name: fresh, label: 新题}
    """
    old: Answers = {"location": "面粉厂", "found": [{"what": "电线"}], "gone": "x"}
    new: Answers = {"place": "面粉厂", "hazards": [{"desc": "电线"}], "fresh": None}
    assert Reader(form).brought_forward(old) == new
    assert Reader(form).brought_forward(new) == new
    assert accepted(form, {"fresh": "y"}, old) == {**new, "fresh": "y"}
    assert Reader(form).brought_forward({"place": None, "spot": "旧"})["place"] is None


ROWED = """
fields:
  - type: repeat
    name: stops
    label: 各站
    fields:
      - {type: text, name: what, label: 事}
      - {type: text, name: seen, label: 所见}
      - {type: unit, name: town, label: 乡镇}
      - {type: text, name: by, label: 谁, read_only: true, default: user('id')}
      - {type: select_multiple, name: ways, label: 方式, choices: [听, 看]}
"""
STOPS: Answers = {
    "stops": [
        {"what": "甲", "seen": "好", "town": "T9", "by": "wang1", "ways": ["听"]},
        {"what": "乙", "seen": "差", "town": "T2", "by": "zhao", "ways": None},
    ]
}


def rowed() -> Form:
    form = parse_form(source_of(ROWED), {})
    assert isinstance(form, Form)
    return form


def test_a_row_that_was_there_keeps_what_people_only_read_and_what_was_not_sent() -> None:
    sent: dict[str, Raw] = {"stops": [{"what": "甲", "seen": "很好"}, {"what": "乙", "seen": "差", "by": "x"}]}
    first, second = rows_of(accepted(rowed(), sent, STOPS)["stops"])
    assert (first["by"], first["town"], first["ways"], first["seen"]) == ("wang1", "T9", ["听"], "很好")
    assert (second["by"], second["town"]) == ("zhao", "T2")


def test_a_row_keeps_a_unit_that_is_no_more_when_it_is_sent_again_as_it_was() -> None:
    for town in ("T9", "旧镇"):
        sent: dict[str, Raw] = {"stops": [{"what": "甲", "seen": "改过", "town": town}]}
        (row,) = rows_of(accepted(rowed(), sent, STOPS)["stops"])
        assert (row["town"], row["by"]) == ("T9", "wang1")
    sent = {"stops": [{"what": "新", "seen": "无", "town": "旧镇", "ways": "看"}]}
    assert refused(rowed(), sent, STOPS) == {"stops.0.town": "没有“旧镇”这个单位"}


def test_a_new_row_takes_defaults_and_nothing_of_a_row_that_was_taken_away() -> None:
    sent: dict[str, Raw] = {"stops": [{"what": "乙", "seen": "差", "town": "柳河镇"}, {"what": "丙", "seen": "好"}]}
    first, second = rows_of(accepted(rowed(), sent, STOPS)["stops"])
    assert (first["by"], second["by"], second["town"]) == ("zhao", "li", None)


def test_what_the_system_hands_in_fills_what_people_only_read_in_rows_too() -> None:
    raw: dict[str, Raw] = {"stops": [{"what": "甲", "by": "巡查"}]}
    (row,) = rows_of(Reader(rowed()).read(raw, circumstances(), by_system=True).answers["stops"])
    assert row["by"] == "巡查"
    (row,) = rows_of(Reader(rowed()).read(raw, circumstances()).answers["stops"])
    assert row["by"] == "li"


def test_only_the_first_unknown_names_are_told_what_was_meant() -> None:
    told = refused(rowed(), {**{f"stop{number}": "x" for number in range(100)}, "stops": [{"whta": "x"}] * 2})
    assert len(told) == 102
    assert sum("是不是" in why for why in told.values()) == 20
    assert told["stops.1.whta"] == "没有“whta”这一项"


def test_hundreds_of_unknown_names_are_told_in_one_sentence() -> None:
    strange: dict[str, Raw] = {f"x{number}": "1" for number in range(301)}
    sentence = "有 301 个名称本表没有，请核对送来的是不是这张表"
    assert refused(rowed(), strange) == {"": sentence}
    assert refused(rowed(), {"stops": [strange]}) == {"stops.0": sentence}


def test_a_constraint_is_judged_by_the_moment_of_the_writing(form: Form) -> None:
    """
    fields:
      - {type: date, name: day, label: 日期, constraint: ". <= today()"}
    """
    assert refused(form, {"day": "2026-11-23"}) == {"day": "不符合要求"}
    tomorrow = circumstances(NOW + timedelta(days=1))
    assert Reader(form).read({"day": "2026-11-23"}, tomorrow).refusals == {}


ANYTHING: st.SearchStrategy[Raw] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["desc", "level", "basis", "due", "cost", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["day", "hazards", "total", "desc", "q"]), ANYTHING), st.booleans())
def test_whatever_is_sent_is_told_or_obeys_every_rule(raw: dict[str, Raw], new: bool) -> None:  # noqa: FBT001 -- drawn
    form = hazards()
    reading = read(form, raw, None if new else {"day": "2026-11-01", "hazards": None, "total": None})
    if reading.refusals:
        return
    again = read(form, {}, reading.answers)
    assert again == Reading(reading.answers, {})
    assert set(reading.answers) == set(form.questions)


def test_an_untouched_form_leaves_open_what_is_worked_out_where_nobody_answers(form: Form) -> None:
    """
    id: hazard
    title: 隐患
    instance_name: ${level}
    fields:
      - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}}
      - {type: date, name: found, label: 发现, default: today()}
      - {type: date, name: due, label: 时限, calculation: "date(${found} + if(${level} = 'major', 60, 15))"}
    access: {roles: {office: {fill: true, read: all}}}
    """
    reader = Reader(form)
    assert reader.defaults(circumstances())["due"] is None
    answers = reader.read({"level": "major"}, circumstances()).answers
    assert answers["due"] == "2027-01-21", "sixty days after 22 November"
