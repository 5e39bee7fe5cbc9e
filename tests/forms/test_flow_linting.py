from __future__ import annotations

from pathlib import Path

import pytest

from forms.definition import Form
from forms.folder import load_folder
from forms.loading import parse_form

FORM = """
id: probe
title: 试题
instance_name: ${name}
fields:
  - {type: text, name: name, label: 名称}
  - {type: date, name: until, label: 期限}
  - {type: person, name: owner, label: 责任人}
  - {type: unit, name: town, label: 乡镇}
workflow:
  initial_state: open
  states:
    open: {title: 在办, transitions: [go, lapse], deadline: {days: 3}}
    over: {title: 逾期, transitions: [go]}
    done: {title: 办结}
  transitions:
    go: {title: 办, new_state: done, sign_offs: {fire: {title: 消防, guard: {roles: [town], units: filler}}}}
    lapse: {title: 转逾期, new_state: over, trigger: timer}
  timers:
    late: {states: [open], date: due_on, days: 1, title: 逾期, transition: lapse, notify: {roles: [town], units: town}}
access: {roles: {town: {fill: true, read: all}}}
"""


def sentences(source: str) -> list[str]:
    found = parse_form(source, {})
    return [] if isinstance(found, Form) else [str(issue.sentence) for issue in found]


def changed(old: str, new: str) -> str:
    assert FORM.count(old) == 1, old
    return FORM.replace(old, new)


def test_a_workflow_with_a_deadline_a_timer_and_signatures_is_right() -> None:
    assert sentences(FORM) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("deadline: {days: 3}", "deadline: {}", "只写一个"),
        ("deadline: {days: 3}", "deadline: {days: 3, workdays: 2}", "只写一个"),
        ("deadline: {days: 3}", "deadline: {date: name}", "name 不是日期题"),
        ("deadline: {days: 3}", "deadline: {date: untill}", "没有叫 untill 的题，是不是 until？"),
        ("{title: 办结}", "{title: 办结, deadline: {days: 3}}", "“办结”没有下一步，不需要 deadline"),
        ("{title: 逾期, transitions: [go]}", "{title: 逾期, transitions: [go]}\n    lost: {title: 丢失}", "能到“丢失”"),
        ("states: [open], date: due_on", "states: [opn], date: due_on", "没有叫 opn 的状态，是不是 open？"),
        ("states: [open], date: due_on", "states: [], date: due_on", "至少一个状态"),
        ("states: [open], date: due_on", "states: [open, over], date: due_on", "“逾期”没有写 deadline"),
        ("date: due_on", "date: name", "name 不是日期题"),
        ("date: due_on", "date: until, expr: \"${nme} = ''\"", "没有名为“nme”的题"),
        (", transition: lapse, notify: {roles: [town], units: town}", "", "到时候什么都不做"),
        ("transition: lapse", "transition: go", "“办”要写 trigger: timer"),
        ("transition: lapse", "transition: laps", "没有叫 laps 的步骤，是不是 lapse？"),
        ("transitions: [go, lapse]", "transitions: [go]", "transitions 里没有 lapse，到期办不了"),
        ("title: 逾期, transition: lapse,", "title: 逾期,", "没有哪个 timers 办它"),
        ("notify: {roles: [town], units: town}", "notify: {units: town}", "才知道通知谁"),
        ("notify: {roles: [town], units: town}", "notify: {roles: [twn]}", "没有叫 twn 的角色，是不是 town？"),
        ("notify: {roles: [town], units: town}", "notify: {persons: [name]}", "name 不是人员题"),
        ("trigger: timer}", "trigger: timer, notify: {units: town}}", "才知道通知谁"),
        ("trigger: timer}", "trigger: timer, notify: {roles: [twn]}}", "没有叫 twn 的角色，是不是 town？"),
        ("trigger: timer}", "trigger: timer, notify: {roles: [town], units: twn}}", "没有叫 twn 的题，是不是 town？"),
        ("trigger: timer}", "trigger: timer, notify: {persons: [name]}}", "name 不是人员题"),
        ("trigger: timer}", "trigger: timer, guard: {roles: [town]}}", "不能写 guard 里要人办的条件"),
        ("trigger: timer}", "trigger: timer, comment: required}", "不能写 comment"),
        ("guard: {roles: [town], units: filler}", "guard: {roles: [gas]}", "没有叫 gas 的角色"),
        ("guard: {roles: [town], units: filler}", "guard: {expr: \"${nme} = ''\"}", "没有名为“nme”的题"),
        ("access:", "numbering: {field: name, format: 'A{seq:3}', transition: gone}\naccess:", "没有叫 gone 的步骤"),
        ("access:", "entities: [{form: other}]\naccess:", "要写 repeat"),
        ("access:", "entities: [{form: other, transition: gone}]\naccess:", "没有叫 gone 的步骤"),
        ("    lapse: {title", "    idle: {title: 闲, new_state: done}\n    lapse: {title", "里有 idle，这一步办不了"),
    ],
)
def test_what_is_wrong_with_a_workflow_is_told_in_words(old: str, new: str, words: str) -> None:
    found = sentences(changed(old, new))
    assert any(words in sentence for sentence in found), found


def test_automatic_steps_that_go_round_are_refused_with_their_states_in_order() -> None:
    source = changed(
        "{title: 转逾期, new_state: over, trigger: timer}", "{title: 转, new_state: over, trigger: automatic}"
    )
    source = source.replace("transition: lapse, ", "").replace(
        "逾期, transitions: [go]", "逾期, transitions: [go, back]"
    )
    back = "    back: {title: 回, new_state: open, trigger: automatic}\n  timers:"
    (sentence,) = sentences(source.replace("  timers:", back))
    assert sentence in {
        "自动办理的步骤绕成了圈，停不下来：在办 → 逾期 → 在办",
        "自动办理的步骤绕成了圈，停不下来：逾期 → 在办 → 逾期",
    }


def test_a_timer_s_record_of_a_form_or_question_that_is_not_there_is_told(tmp_path: Path) -> None:
    entity = 'transition: lapse, entity: {form: FORM, values: {named: "${name}"}, link: of}'
    for form_id, words in (("prob", "表单 prob 不存在"), ("probe", "表单 probe 没有 named 这一题")):
        source = changed("transition: lapse", entity.replace("FORM", form_id)).strip()
        (tmp_path / "probe.yaml").write_text(source, "utf-8")
        assert any(words in str(issue) for issue in load_folder(tmp_path).issues)


def test_a_key_that_is_misspelt_is_told_by_the_keys_of_its_part() -> None:
    for old, new, words in (
        ("date: due_on,", "dat: due_on,", "是不是 date"),
        ("notify: {roles:", "notify: {role:", "是不是 roles"),
        ("deadline: {days: 3}", "deadline: {day: 3}", "是不是 days"),
    ):
        assert any(words in sentence for sentence in sentences(changed(old, new))), words
