from __future__ import annotations

from dataclasses import replace

from forms.definition import Form
from forms.deriving import Deriver
from forms.values import Answers, Value
from tests.forms.dictionary import circumstances


def test_a_title_calls_things_by_the_names_people_use(form: Form) -> None:
    """
    title: 检查
    instance_name: concat(${town}, ' ', ${level}, ' ', ${ways}, ' ', ${who}, ' ', ${of}, ' ', ${people}, ${open})
    fields:
      - {type: unit, name: town, label: 乡镇}
      - {type: select_one, name: level, label: 级别, choices: {major: 重大}}
      - {type: select_multiple, name: ways, label: 方式, choices: {a: 暗访, b: 抽查}}
      - {type: person, name: who, label: 人}
      - {type: record, name: of, label: 企业, form: enterprise}
      - {type: integer, name: people, label: 人数}
      - {type: yes_no, name: open, label: 营业}
    """
    answers: Answers = {
        "town": "T1",
        "level": "major",
        "ways": ["a", "b"],
        "who": "li",
        "of": "R3",
        "people": 3,
        "open": None,
    }
    assert Deriver(form).title(answers, circumstances()) == "城关镇 重大 暗访、抽查 李强 酒厂 一分厂 3"
    assert Deriver(form).title(dict.fromkeys(form.questions), circumstances()) == "检查"


def test_rows_become_records_each_once(form: Form) -> None:
    """
    fields:
      - {type: unit, name: town, label: 乡镇}
      - type: repeat
        name: hazards
        label: 隐患
        fields:
          - {type: text, name: desc, label: 描述}
          - {type: integer, name: cost, label: 费用}
          - {type: select_multiple, name: ways, label: 方式, choices: [一, 二]}
    entities:
      - form: hazard
        repeat: hazards
        create_if: ${cost} > 1
        link: visit
        values: {what: "${desc}", town: "${town}", who: "user('name')", all: "sum(${hazards.cost})", ways: "${ways}"}
    """
    rows: list[Value] = [
        {"desc": "电线", "cost": 2, "ways": ["一", "二"]},
        {"desc": "小事", "cost": 1},
        {"desc": "油罐", "cost": 4},
    ]
    answers: Answers = {"town": "T1", "hazards": rows}
    first, second = Deriver(form).children(answers, circumstances())
    assert (first.form, first.repeat, first.index, first.link) == ("hazard", "hazards", 0, "visit")
    assert first.raw == {"what": "电线", "town": "T1", "who": "李强", "all": "7", "ways": ["一", "二"]}
    assert first.uses["what"] == {"desc"}
    assert second.index == 2
    (added,) = Deriver(form).children(answers, circumstances(), after={"town": "T1", "hazards": rows[:2]})
    assert added.index == 2
    assert Deriver(form).children(answers, circumstances(), after=answers) == []
    assert Deriver(form).children({"town": "T1", "hazards": None}, circumstances()) == []


def test_a_row_added_while_another_is_taken_away_becomes_a_record(form: Form) -> None:
    """
    fields:
      - {type: repeat, name: found, label: 隐患, fields: [
          {type: text, name: what, label: 描述}, {type: select_one, name: grade, label: 级别, choices: [一, 二]}]}
    entities: [{form: hazard, repeat: found, values: {what: "${what}"}}]
    """

    def row(what: str) -> Value:
        return {"what": what, "grade": "一"}

    def added(before: list[Value], after: list[Value]) -> list[object]:
        found = Deriver(form).children({"found": after}, circumstances(), after={"found": before})
        return [child.raw["what"] for child in found]

    assert added([row("电线"), row("油罐")], [row("油罐"), row("通道")]) == ["通道"]
    assert added([row("电线"), row("油罐")], [row("通道"), row("电线"), row("油罐")]) == ["通道"]
    assert added([row("电线"), row("油罐")], [row("电线老化"), row("油罐")]) == []
    assert added([row("电线"), row("油罐")], [row("油罐"), row("电线")]) == []
    assert added([row("电线")], [{"what": "通道", "grade": "二"}]) == ["通道"]


def test_guards_and_sheets_choose_by_the_answers(form: Form) -> None:
    """
    fields: [{type: date, name: fixed, label: 完成}]
    sheet: {tab: 台账, columns: [fixed], filter: "${fixed} = ''"}
    workflow:
      initial_state: open
      states: {open: {title: 在办, transitions: [close, drop]}, closed: {title: 办结}}
      transitions:
        close: {title: 办结, new_state: closed, guard: {expr: "${fixed} != '' and ${state} = 'open'"}}
        drop: {title: 撤销, new_state: closed}
    """
    deriver = Deriver(form)
    assert deriver.guard_holds("close", {"fixed": "2026-11-22", "state": "open"}, circumstances())
    assert not deriver.guard_holds("close", {"fixed": None, "state": "open"}, circumstances())
    assert deriver.guard_holds("drop", {}, circumstances())
    assert deriver.in_sheet({"fixed": None}, circumstances())
    assert not deriver.in_sheet({"fixed": "2026-11-22"}, circumstances())


def test_what_is_derived_looks_up_choices_and_other_records(form: Form) -> None:
    """
    instance_name: concat(jr:choice-name(${level}, '${level}'), ' ', pulldata('firm', 'title', 'code', ${code}))
    fields:
      - {type: text, name: code, label: 代码}
      - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}}
      - type: repeat
        name: rows
        label: 行
        fields:
          - {type: select_one, name: kind, label: 类别, choices: {fire: 消防, gas: 燃气}}
    entities:
      - form: hazard
        repeat: rows
        values:
          what: "concat(position(), '. ', jr:choice-name(${kind}, '${kind}'))"
          firm: "pulldata('firm', 'title', 'code', ${code})"
    sheet: {tab: 台账, columns: [code], filter: "pulldata('firm', 'title', 'code', ${code}) != ''"}
    workflow:
      initial_state: open
      states: {open: {title: 在办, transitions: [close, file]}, closed: {title: 办结}}
      transitions:
        close:
          title: 办结
          new_state: closed
          guard: {expr: "pulldata('firm', 'title', 'code', ${code}) = '永兴面粉'"}
        file: {title: 归档, new_state: closed, trigger: timer}
      timers:
        late:
          title: 逾期
          states: [open]
          date: entered_on
          expr: "pulldata('firm', 'title', 'code', ${code}) != ''"
          transition: file
          entity: {form: case_file, values: {what: "jr:choice-name(${level}, '${level}')"}}
    """
    firms = {"91-1": "永兴面粉"}
    around = replace(circumstances(), pull=lambda *asked: firms.get(asked[-1]))
    derives = Deriver(form)
    answers: Answers = {"code": "91-1", "level": "major", "rows": [{"kind": "fire"}, {"kind": "gas"}]}
    assert derives.title(answers, around) == "重大 永兴面粉"
    children = derives.children(answers, around)
    assert [child.raw for child in children] == [
        {"what": "1. 消防", "firm": "永兴面粉"},
        {"what": "2. 燃气", "firm": "永兴面粉"},
    ]
    filed = derives.filed_by("late", "2026-11-22", answers, around)
    assert filed is not None
    assert filed.raw == {"what": "重大"}
    for code, known in (("91-1", True), ("91-2", False)):
        assert derives.guard_holds("close", {"code": code}, around) is known
        assert derives.timer_holds("late", {"code": code}, around) is known
        assert derives.in_sheet({"code": code}, around) is known
