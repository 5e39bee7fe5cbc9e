"""Steps that offices sign, that go by themselves, and at which numbers are given and records filed."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select

from records.counters import take_numbers
from records.model import Submission
from records.revise import StepClosed
from records.steps import open_steps, signing
from records.store import load_revisions, load_submissions
from records.tables import counters, submissions
from tests.conftest import HandClock
from tests.records.flow import danger, settled, stored
from tests.records.office import Office, refused

PERMIT = """
id: permit
title: 许可
instance_name: ${name}
fields:
  - {type: text, name: name, label: 名称, required: true}
  - {type: text, name: terms, label: 条件}
  - {type: integer, name: people, label: 人数}
  - {type: calculate, name: age, label: 天数, result: integer, calculation: "today() - date('2026-11-01')"}
workflow:
  initial_state: drafted
  states:
    drafted: {title: 拟稿, transitions: [small, send], edit: {town: all, office: all}}
    sent: {title: 会签中, transitions: [approve, back], edit: {town: all, office: all}}
    approved: {title: 已批准, transitions: [archive, publish]}
    published: {title: 已公示, transitions: [archive]}
    archived: {title: 已归档}
  transitions:
    small: {title: 免会签, new_state: approved, trigger: automatic, guard: {expr: "${people} <= 3"}}
    send: {title: 送会签, new_state: sent}
    back: {title: 退回, new_state: drafted}
    approve:
      title: 批准
      new_state: approved
      self_approval: SELF
      sign_offs:
        fire: {title: 消防, guard: {roles: [department, office]}}
        gas: {title: 燃气, guard: {roles: [office]}}
    publish: {title: 公示, new_state: published, trigger: automatic, guard: {expr: "${terms} != ''"}}
    archive: {title: 归档, new_state: archived, trigger: automatic, guard: {expr: "${terms} = '归档'"}}
access:
  roles:
    office: {fill: true, read: all, edit: all}
    department: {read: all}
    town: {fill: true, read: all, edit: unit}
"""


def permitting(office: Office, *, self_approval: bool = True) -> Office:
    office.publish(PERMIT.replace("SELF", str(self_approval).lower()))
    return office


def sent_permit(office: Office, **raw: str) -> Submission:
    return office.changed(
        "bei", office.sent("bei", "permit", {"name": "焊割作业", "people": "9", **raw}), {}, step="send"
    )


def history(office: Office, record: Submission) -> list[tuple[str, str | None, str | None, str, str | None]]:
    with office.reading() as ledger:
        steps = load_revisions(ledger.conn, record.id)
    return [(item.action, item.transition, item.sign_off, item.actor, item.comment) for item in steps]


def standing(office: Office, record: Submission) -> tuple[list[str], list[str]]:
    """Which offices have signed, and whose signatures are void."""
    with office.reading() as ledger:
        found = signing(ledger.catalogue["permit"], "approve", load_revisions(ledger.conn, record.id))
    return sorted(found.given), sorted(found.void)


def test_a_record_moves_when_the_last_office_has_signed(office: Office) -> None:
    record = sent_permit(permitting(office))
    record = office.changed("dong", record, {}, step="approve", comment="同意")
    assert (record.state, standing(office, record)) == ("sent", (["fire"], []))
    record = office.changed("an", record, {}, step="approve", comment="可")
    assert record.state == "approved"
    assert history(office, record)[2:] == [
        ("submission.signed", "approve", "fire", "dong", "同意"),
        ("submission.signed", "approve", "gas", "an", "可"),
        ("submission.moved", "approve", None, "an", None),
    ]


def test_who_may_sign_for_two_says_for_which_and_signs_twice(office: Office) -> None:
    record = sent_permit(permitting(office))
    assert refused(office.change("an", record, {}, step="approve")) == {
        "sign_off": "请选明代表哪个单位会签：消防、燃气"
    }
    for sign_off in ("gas", "fire"):
        record = office.changed("an", record, {}, step="approve", sign_off=sign_off)
    assert record.state == "approved"


def test_nobody_signs_for_two_offices_where_others_must_judge(office: Office) -> None:
    record = sent_permit(permitting(office, self_approval=False))
    record = office.changed("an", record, {}, step="approve", sign_off="gas")
    with pytest.raises(StepClosed, match="您已经会签，还要等：消防"):
        office.change("an", record, {}, step="approve", sign_off="fire")
    assert office.changed("dong", record, {}, step="approve").state == "approved"


def test_who_has_signed_does_not_sign_again_and_others_not_at_all(office: Office) -> None:
    record = office.changed("dong", sent_permit(permitting(office)), {}, step="approve")
    for person, words in (("dong", "您已经会签，还要等：燃气"), ("bei", "还要由这些单位会签：燃气")):
        with pytest.raises(StepClosed, match=words):
            office.change(person, record, {}, step="approve")


def test_a_change_of_answers_voids_what_was_signed_before(office: Office) -> None:
    record = office.changed("dong", sent_permit(permitting(office)), {}, step="approve")
    record = office.changed("bei", record, {"people": "12"})
    assert standing(office, record) == ([], ["fire"])
    record = office.changed("an", record, {}, step="approve", sign_off="gas")
    assert (record.state, standing(office, record)) == ("sent", (["gas"], ["fire"]))
    assert office.changed("dong", record, {}, step="approve").state == "approved"


def test_what_is_only_worked_out_voids_no_signature(office: Office, now: HandClock) -> None:
    record = office.changed("dong", sent_permit(permitting(office)), {}, step="approve")
    now.forward(days=2)
    assert office.changed("an", record, {}, step="approve", sign_off="gas").state == "approved"


def test_a_record_that_comes_back_is_signed_anew(office: Office) -> None:
    record = office.changed("dong", sent_permit(permitting(office)), {}, step="approve")
    record = office.changed("bei", office.changed("bei", record, {}, step="back"), {}, step="send")
    assert standing(office, record) == ([], [])


def test_automatic_steps_follow_as_soon_as_they_may(office: Office) -> None:
    permitting(office)
    small = office.sent("bei", "permit", {"name": "小作业", "people": "2"})
    assert (small.state, small.revision) == ("approved", 2)
    assert history(office, small)[1][:2] == ("submission.moved", "small")
    drafted = office.sent("bei", "permit", {"name": "大作业", "people": "5"})
    assert drafted.state == "drafted"
    assert office.changed("bei", drafted, {"people": "1", "terms": "夜间"}).state == "published"
    assert office.sent("bei", "permit", {"name": "又一处", "people": "1", "terms": "归档"}).state == "archived"


# ---- guards --------------------------------------------------------------------------------------------------------

GUARDED = """
id: guarded
title: 条件
instance_name: ${name}
fields:
  - {type: text, name: name, label: 名称}
  - {type: unit, name: to, label: 单位}
  - {type: text, name: reason, label: 理由}
workflow:
  initial_state: open
  states: {open: {title: 在办, transitions: [go], edit: {office: all}}, gone: {title: 办结}}
  transitions:
    go:
      title: 办
      new_state: gone
      guard: {GUARD}
      REST
access:
  units: [to]
  roles:
    office: {fill: true, read: all, edit: all}
    town: {fill: true, read: all}
"""

#: What a guard may ask, and who of 安主任, 贝镇长 (filled it), 陈镇长 (it is sent to) is left by it.
ROLES = {"": {"an", "bei", "chen"}, "roles: [town]": {"bei", "chen"}, "roles: [office]": {"an"}}
UNITS = {
    "": {"an", "bei", "chen"},
    "units: concerned": {"an", "bei", "chen"},
    "units: filler": {"an", "bei"},
    "units: to": {"an", "chen"},
}
EXPRESSIONS = {"": True, "expr: \"${name} = '甲'\"": True, "expr: \"${name} = '乙'\"": False}
"""Whether it holds."""
OTHERS_ONLY = (False, True)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("units", UNITS)
def test_every_part_of_a_guard_must_hold(office: Office, role: str, units: str) -> None:
    for expression, others_only in product(EXPRESSIONS, OTHERS_ONLY):
        guard = ", ".join(part for part in (role, units, expression) if part)
        rest = f"self_approval: {str(not others_only).lower()}"
        office.publish(GUARDED.replace("GUARD", guard).replace("REST", rest))
        record = office.sent("bei", "guarded", {"name": "甲", "to": "T2"})
        left = ROLES[role] & UNITS[units] if EXPRESSIONS[expression] else set()
        left -= {"bei"} if others_only else set()
        with office.reading() as ledger:
            found = {
                person
                for person in ("an", "bei", "chen")
                if open_steps(ledger, stored(office, record), office.occasion(person))
            }
        assert found == left, (guard, others_only)
        for person in ("an", "bei", "chen"):
            if person not in left:
                with pytest.raises(StepClosed):
                    office.change(person, record, {}, step="go")


@pytest.mark.parametrize(
    ("rest", "raw", "comment", "places"),
    [
        ("", {}, "", set()),
        ("required: [reason]", {}, "", {"reason"}),
        ("required: [reason]", {"reason": "好"}, "", set()),
        ("fields: [reason]", {}, "", set()),
        ("comment: required", {}, " ", {"comment"}),
        ("comment: required", {}, "好", set()),
        ("required: [reason]\n      comment: required", {}, "", {"reason", "comment"}),
    ],
)
def test_a_step_is_refused_for_all_that_it_lacks(
    office: Office, rest: str, raw: dict[str, str], comment: str, places: set[str]
) -> None:
    office.publish(GUARDED.replace("GUARD", "").replace("REST", rest))
    record = office.sent("bei", "guarded", {"name": "甲"})
    outcome = office.change("chen", record, {**raw}, step="go", comment=comment)
    if places:
        assert set(refused(outcome)) == places
    else:
        assert stored(office, record).state == "gone"


# ---- what comes at a step ------------------------------------------------------------------------------------------


def test_a_record_becomes_another_at_a_step_once(office: Office) -> None:
    record = office.changed("an", danger(settled(office)), {}, step="list")
    assert (record.state, record.answers["no"]) == ("listed", "GP-2026-001")
    with office.reading() as ledger:
        query = select(submissions).where(submissions.c.form_id == "case_file")
        (row,) = ledger.conn.execute(query).all()
    assert (row.title, row.parent_id, row.answers["danger"]) == ("电线老化专班", record.id, record.id)
    assert row.answers["since"] == "2026-11-22"  # the day on which it was listed


def test_what_the_other_form_refuses_refuses_the_step_and_takes_no_number(office: Office) -> None:
    settled(office)
    office.publish(
        """
id: case_file
title: 挂牌
instance_name: ${name}
fields:
  - {type: record, form: danger, name: danger, label: 隐患}
  - {type: text, name: name, label: 名称, constraint: string-length(.) < 5, constraint_message: 名称太长}
  - {type: date, name: since, label: 起}
  - {type: text, name: chief, label: 组长, required: true}
access: {roles: {office: {fill: true, read: all, edit: all}}}
"""
    )
    record = danger(office)
    why = refused(office.change("an", record, {}, step="list"))
    assert why == {"desc": "名称太长", "": "同时生成“挂牌”时，组长：必填"}
    assert stored(office, record) == record
    with office.writing() as ledger:
        assert list(take_numbers(ledger.conn, "GP-2026-", 1)) == [1]


def test_a_number_given_at_a_step_stays_when_the_step_is_taken_again(office: Office) -> None:
    terms = "  - {type: text, name: terms"
    number = '  - {type: text, name: "no", label: 号, read_only: true}\n'
    numbering = 'numbering: {field: "no", format: "XK-{seq:2}", transition: send}\n'
    source = PERMIT.replace("SELF", "true").replace(terms, number + terms)
    office.publish(source.replace("workflow:", numbering + "workflow:", 1))
    record = office.sent("bei", "permit", {"name": "焊割作业", "people": "9"})
    assert record.answers["no"] is None
    record = office.changed("bei", record, {}, step="send")
    record = office.changed("bei", office.changed("bei", record, {}, step="back"), {}, step="send")
    assert record.answers["no"] == "XK-01"
    with office.reading() as ledger:
        assert ledger.conn.execute(select(counters.c.last).where(counters.c.series == "XK-")).scalar_one() == 1


ROUND_OF_VISITS = """
id: round
title: 检查
instance_name: ${place}
fields:
  - {type: text, name: place, label: 地点}
  - type: repeat
    name: found
    label: 隐患
    fields: [{type: text, name: what, label: 描述, required: true}, {type: yes_no, name: big, label: 重大}]
entities:
  - {form: danger, repeat: found, transition: hand_over, create_if: "${big} = true()", values: {desc: "${what}"}}
workflow:
  initial_state: open
  states:
    open: {title: 在查, transitions: [hand_over], edit: {town: all}}
    handed: {title: 已交办, transitions: [again], edit: {town: all}}
  transitions:
    hand_over: {title: 交办, new_state: handed}
    again: {title: 再查, new_state: open}
access: {roles: {town: {fill: true, read: unit, edit: unit}, office: {read: all}}}
"""


def test_rows_become_records_at_a_step_and_only_new_ones_the_next_time(office: Office) -> None:
    settled(office).publish(ROUND_OF_VISITS)

    def filed() -> list[str]:
        with office.reading() as ledger:
            query = select(submissions.c.title).where(submissions.c.form_id == "danger")
            return sorted(ledger.conn.execute(query).scalars(), key=["电线老化", "油罐锈蚀", "灯不亮"].index)

    rows = [{"what": "电线老化", "big": "是"}, {"what": "灯不亮", "big": "否"}]
    record = office.sent("bei", "round", {"place": "粮库", "found": rows})
    assert filed() == []
    record = office.changed("bei", record, {}, step="hand_over")
    assert filed() == ["电线老化"]
    record = office.changed("bei", record, {}, step="again")
    record = office.changed("bei", record, {"found": [*rows, {"what": "油罐锈蚀", "big": "是"}]})
    assert filed() == ["电线老化"]
    office.changed("bei", record, {}, step="hand_over")
    assert filed() == ["电线老化", "油罐锈蚀"]


def test_an_inspection_s_row_becomes_a_hazard_and_the_hazard_a_major_case(office: Office) -> None:
    """The chain: the visit's row is a danger when it is handed over; the office lists it; it has a case file."""
    settled(office).publish(ROUND_OF_VISITS)
    visit = office.sent("bei", "round", {"place": "粮库", "found": [{"what": "电线老化", "big": "是"}]})
    visit = office.changed("bei", visit, {}, step="hand_over")
    with office.reading() as ledger:
        child = ledger.conn.execute(select(submissions).where(submissions.c.parent_id == visit.id)).one()
        record = load_submissions(ledger.conn, [child.id])[child.id]
    assert (record.state, record.form_id) == ("fixing", "danger")
    listed = office.changed("an", record, {}, step="list")
    with office.reading() as ledger:
        case = ledger.conn.execute(select(submissions).where(submissions.c.parent_id == listed.id)).one()
    assert (case.form_id, case.title, listed.answers["no"]) == ("case_file", "电线老化专班", "GP-2026-001")
    assert office.changed("an", listed, {}, step="close").state == "closed"
