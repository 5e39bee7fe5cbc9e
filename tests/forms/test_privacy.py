from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from forms.access import ADMINISTRATOR, Sight
from forms.definition import Form
from forms.folder import load_folder
from forms.loading import parse_form
from forms.privacy import OPEN, Eyes, privacy_of, private_questions, public_answer, seen_text, stars_sent
from forms.values import Raw, Value
from tests.forms.dictionary import Dictionary

TIP = """
id: tip
title: 举报
instance_name: ${place}
fields:
  - {type: text, name: place, label: 地点, required: true}
  - {type: text, name: teller, label: 举报人, was: [caller]}
  - {type: text, name: phone, label: 电话, format: phone}
  - {type: integer, name: reward, label: 奖励}
  - {type: text, name: deal, label: 处理}
  - type: repeat
    name: heard
    label: 证人
    fields:
      - {type: text, name: witness, label: 姓名}
      - {type: text, name: said, label: 说法}
workflow:
  initial_state: new
  states:
    new: {title: 新, transitions: [check], hide: {town: [reward]}}
    checked: {title: 已查, hide: {town: [reward, deal], office: [deal]}}
  transitions: {check: {title: 查, new_state: checked}}
access:
  roles:
    office: {fill: true, read: all, edit: all}
    town: {fill: true, read: unit, edit: unit}
    clerk: {fill: true}
  fields:
    teller: {read: [office], others: hide}
    phone: {read: [office]}
    witness: {read: [office]}
"""


def tip(**changes: str) -> Form:
    text = TIP
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    found = parse_form(text, {})
    assert isinstance(found, Form), [str(issue) for issue in found]
    return found


def seen(roles: Collection[str], state: str = "new", *, own: bool = False) -> tuple[set[str], set[str]]:
    eyes = privacy_of(tip()).eyes(roles, state=state, own=own)
    return set(eyes.masked), set(eyes.hidden)


def test_roles_that_are_named_see_whole_and_the_others_as_the_form_says() -> None:
    assert seen(["office"]) == (set(), set())
    assert seen(["town"]) == ({"phone", "witness"}, {"teller", "caller", "reward"})
    assert seen(["town", "office"]) == (set(), set())
    assert seen([]) == ({"phone", "witness"}, {"teller", "caller", "reward"})


def test_whoever_filled_it_sees_it_but_not_what_the_state_hides() -> None:
    assert seen(["town"], own=True) == (set(), {"reward"})


def test_a_state_hides_what_it_hides_from_every_role_that_lets_somebody_see() -> None:
    assert seen(["office"], "checked") == (set(), {"deal"})
    assert seen(["town", "office"], "checked")[1] == {"deal"}
    assert seen(["town", "clerk"], "checked", own=True)[1] == {"reward", "deal"}


def test_the_administrator_sees_everything() -> None:
    assert privacy_of(tip()).eyes([ADMINISTRATOR], state="checked", own=False) == OPEN


def test_a_table_is_whole_only_with_everything_in_it() -> None:
    form = tip()
    eyes = Eyes(masked=frozenset({"witness"}), hidden=frozenset({"teller"}))
    assert eyes.whole_names(form) == {"place", "phone", "reward", "deal"}
    assert [eyes.sight(name) for name in ("place", "witness", "teller")] == [Sight.WHOLE, Sight.MASKED, Sight.HIDDEN]


def test_rows_are_shown_with_the_same_eyes() -> None:
    rows: Value = [{"witness": "张三", "said": "漏气"}, {"witness": "李四", "said": None}]
    form, lookup = tip(), Dictionary()

    def said(eyes: Eyes) -> str:
        return seen_text(eyes, form.questions["heard"], rows, lambda field, value: field.show(value, lookup))

    assert said(OPEN) == "张三 漏气\n李四"
    assert said(Eyes(masked=frozenset({"witness"}))) == "张** 漏气\n李**"
    assert said(Eyes(hidden=frozenset({"witness"}))) == "漏气\n"
    assert said(Eyes(hidden=frozenset({"heard"}))) == ""
    assert said(Eyes(masked=frozenset({"heard"}))) == "****"


def test_what_everybody_may_search_has_nothing_private_in_it() -> None:
    form, lookup = tip(), Dictionary()
    rows: Value = [{"witness": "张三", "said": "漏气"}]
    assert private_questions(form) == {"teller", "phone", "witness", "reward", "deal"}
    assert public_answer(form, form.questions["heard"], rows, lookup) == "漏气"
    assert public_answer(form, form.questions["phone"], "13812345678", lookup) == ""
    assert public_answer(form, form.questions["heard"], None, lookup) == ""


def test_stars_are_no_answer_to_a_private_question() -> None:
    raw: dict[str, Raw] = {
        "phone": "138****5678",
        "deal": "3**",
        "place": "3**",
        "teller": "张三",
        "heard": [{"witness": "李**", "said": "a**b"}],
    }
    assert set(stars_sent(tip(), raw)) == {"phone", "deal", "heard.0.witness"}
    assert stars_sent(tip(), {"heard": "**", "reward": None}) == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("teller: {read: [office]", "tellr: {read: [office]", "没有叫 tellr 的题，是不是 teller？"),
        ("phone: {read: [office]}", "phone: {read: [offce]}", "没有叫 offce 的角色，是不是 office？"),
        ("hide: {town: [reward]}", "hide: {twn: [reward]}", "没有叫 twn 的角色，是不是 town？"),
        ("hide: {town: [reward]}", "hide: {town: [rewad]}", "没有叫 rewad 的题，是不是 reward？"),
        ("instance_name: ${place}", "instance_name: ${phone}", "记录的名称人人可见，不能含有要隐去的 phone"),
        ("access:\n", "listing: {sort: -reward}\naccess:\n", "不能按要隐去的 reward 排序，名次会透露内容"),
        (
            "access:\n",
            "unique: [[phone]]\naccess:\n",
            "clerk、town 能填报却看不全 phone，从“已有相同记录”能试出来；请把它写进 read，或从 unique 里去掉",
        ),
        (
            "  - {type: integer, name: reward",
            '  - {type: calculate, name: copy, label: 抄, calculation: "${phone}"}\n  - {type: integer, name: reward',
            "copy 的内容来自要隐去的 phone，请在 access 的 fields 里也写上 copy",
        ),
        (
            "hide: {town: [reward]}",
            "edit: {town: [phone]}, hide: {town: [reward]}",
            "town 在这个状态看不到 phone，也就不能改它；请去掉，或让它能看",
        ),
        (
            "{title: 查, new_state: checked}",
            "{title: 查, new_state: checked, fields: [reward], guard: {roles: [town]}}",
            "办这一步的 town 看不到 reward，填不了它；请去掉，或让它能看",
        ),
        (
            "access:\n",
            "sheet: {tab: 举报, columns: [place], role: ofice}\naccess:\n",
            "没有叫 ofice 的角色，是不是 office？",
        ),
        (
            "access:\n",
            "sheet: {tab: 举报, columns: [place], role: clerk}\naccess:\n",
            "clerk 不能查看记录，共享表格会是空的；请换一个角色",
        ),
        (
            "read: all, edit: all}",
            'read: all, edit: all, where: "today() > 3"}',
            "谁能看哪些记录不随时间变，where 里不能用 today()；请改用状态或答案",
        ),
        (
            "read: all, edit: all}",
            "read: all, edit: all, where: \"${created_at} > '2026-01-01'\"}",
            "谁能看哪些记录不随时间变，where 里不能用 created_at；请改用状态或答案",
        ),
        ("read: all, edit: all}", 'read: all, edit: all, where: "${hone} = 1"}', "没有名为“hone”的题"),
    ],
)
def test_ways_on_which_a_private_answer_would_get_out_are_told(old: str, new: str, told: str) -> None:
    assert old in TIP
    found = parse_form(TIP.replace(old, new, 1), {})
    assert isinstance(found, list)
    assert any(told in str(issue.sentence) for issue in found), [str(issue) for issue in found]


def test_who_may_fill_and_sees_whole_may_be_told_of_the_same_record() -> None:
    base = TIP.replace("access:\n", "unique: [[phone]]\naccess:\n")
    fixed = base.replace("phone: {read: [office]}", "phone: {read: [office, town, clerk]}")
    assert isinstance(parse_form(fixed, {}), Form)


def test_a_private_answer_is_not_carried_into_another_form_where_everybody_sees_it(tmp_path: Path) -> None:
    giving = TIP.replace(
        "access:\n",
        'entities: [{form: case, repeat: heard, link: tip, values: {name: "${witness}", words: "${said}"}}]\naccess:\n',
    )
    case = """
id: case
title: 案件
instance_name: ${words}
fields:
  - {type: record, form: tip, name: tip, label: 举报, pull: {call: phone}}
  - {type: text, name: name, label: 证人}
  - {type: text, name: words, label: 说法}
  - {type: text, name: call, label: 电话}
  - {type: text, name: again, label: 又, calculation: "pulldata('tip', 'phone', 'place', ${words})"}
access: {roles: {office: {fill: true, read: all}}FIELDS}
"""
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    (definitions / "tip.yaml").write_text(giving, "utf-8")
    (definitions / "case.yaml").write_text(case.replace("FIELDS", ""), "utf-8")
    assert sorted(str(issue.sentence) for issue in load_folder(definitions).issues) == [
        "again 的内容来自要隐去的 phone，请在 access 的 fields 里也写上 again",
        "call 的内容来自要隐去的 phone，请在 access 的 fields 里也写上 call",
        "name 的内容来自要隐去的 witness，请在 access 的 fields 里也写上 name",
    ]
    kept = case.replace("FIELDS", ", fields: {name: {read: [office]}, call: {read: [office]}, again: {read: [office]}}")
    (definitions / "case.yaml").write_text(kept, "utf-8")
    assert load_folder(definitions).issues == []
