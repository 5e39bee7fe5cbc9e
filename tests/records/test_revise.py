from __future__ import annotations

import pytest
from sqlalchemy import func, select

from forms.values import Raw
from records.access import NotAllowed
from records.events import events_of
from records.model import Accepted, Outcome, Refused, Submission
from records.revise import (
    AnswersTaken,
    Change,
    ChangedMeanwhile,
    NoSuchRecord,
    StepClosed,
    restore,
    revise_many,
    withdraw,
)
from records.steps import open_steps
from records.store import load_revisions, load_submissions
from records.tables import submissions, unique_keys
from tests.conftest import HandClock
from tests.records.office import HAZARD, VISIT, Office, accepted, refused

LOCKED = "这一项现在不能改"


def hazard(office: Office, person: str = "bei", **raw: Raw) -> Submission:
    return office.sent(person, "hazard", {"desc": "电线老化", **raw})


def stored(office: Office, record: Submission) -> Submission:
    with office.reading() as ledger:
        return load_submissions(ledger.conn, [record.id])[record.id]


def history(office: Office, record: Submission) -> list[tuple[object, ...]]:
    with office.reading() as ledger:
        steps = load_revisions(ledger.conn, record.id)
    return [(step.revision, step.action, step.transition, step.comment, step.actor, step.state) for step in steps]


def steps(office: Office, person: str, record: Submission) -> list[str]:
    with office.reading() as ledger:
        return list(open_steps(ledger, stored(office, record), office.occasion(person)))


def test_roles_change_what_their_state_allows_and_no_more(office: Office) -> None:
    record = hazard(office)
    record = office.changed("ben", record, {"measure": "换线"})
    assert refused(office.change("ben", record, {"measure": "再换", "level": "重大"})) == {"level": LOCKED}
    record = office.changed("an", record, {"level": "重大", "opinion": "停用"})
    assert (record.answers["measure"], record.answers["level"], record.revision) == ("换线", "major", 3)
    record = office.changed("bei", record, {"fixed_at": "2026-11-22"}, step="fix")
    assert refused(office.change("an", record, {"level": "一般", "opinion": "可"})) == {"level": LOCKED}
    record = office.changed("admin", record, {"level": "一般"})
    assert record.answers["level"] == "general"


def test_sending_locked_answers_again_as_they_are_is_no_change_of_them(office: Office) -> None:
    record = hazard(office, level="重大")
    same: dict[str, Raw] = {
        "level": "major",
        "town": "城关镇",
        "found_at": "2026年11月22日",
        "opinion": "",
        "desc": "电线老化",
    }
    assert office.changed("bei", record, {**same, "measure": "换线"}).answers["measure"] == "换线"


def test_who_cannot_see_a_record_cannot_tell_that_it_is_there(office: Office) -> None:
    record = hazard(office)
    raws: list[dict[str, Raw]] = [{}, {"measure": "x"}]
    for raw in raws:
        with pytest.raises(NoSuchRecord):
            office.change("chen", record, raw)
    with pytest.raises(NoSuchRecord):
        office.change("chen", record, {"fixed_at": "2026-11-22"}, step="fix")
    with office.writing() as ledger, pytest.raises(NoSuchRecord):
        withdraw(ledger, record.id, office.occasion("chen"))
    with office.writing() as ledger, pytest.raises(NoSuchRecord):
        revise_many(ledger, [Change("0" * 18, {}, office.occasion("an"))])
    assert len(history(office, record)) == 1


def test_who_may_only_look_may_not_change(office: Office) -> None:
    record = hazard(office)
    with pytest.raises(NotAllowed):
        office.change("ling", record, {"measure": "x"})
    with pytest.raises(NotAllowed):
        office.change("dong", record, {"measure": "x"})  # another unit's: read all, edit unit
    with pytest.raises(StepClosed):
        office.change("ling", record, {"fixed_at": "2026-11-22"}, step="fix")


def test_a_step_asks_for_its_answers_and_opens_its_questions(office: Office) -> None:
    record = hazard(office)
    assert refused(office.change("bei", record, {}, step="fix")) == {"fixed_at": "必填"}
    record = office.changed("bei", record, {"fixed_at": "2026-11-22", "measure": "换线"}, step="fix")
    assert (record.state, record.answers["fixed_at"], record.answers["measure"]) == ("checking", "2026-11-22", "换线")


def test_a_guard_wants_role_and_unit_and_condition_all_together(office: Office) -> None:
    record = hazard(office, level="重大")
    assert steps(office, "bei", record) == ["fix"]
    assert steps(office, "guo", record) == []  # concerned only through its own unit
    assert steps(office, "dong", record) == []
    record = office.changed("bei", record, {"fixed_at": "2026-11-22"}, step="fix")
    with pytest.raises(StepClosed, match="重大隐患要有意见"):
        office.change("an", record, {}, step="accept")
    with pytest.raises(StepClosed, match="别的岗位"):
        office.change("bei", record, {}, step="accept")
    record = office.changed("an", record, {"opinion": "可"})
    assert steps(office, "dong", record) == ["accept"]
    assert steps(office, "admin", record) == ["accept", "reject"]


def test_a_guard_by_the_unit_in_a_question_asks_for_that_unit(office: Office) -> None:
    record = office.changed("bei", hazard(office), {"fixed_at": "2026-11-22"}, step="fix")
    assert "reject" in steps(office, "an", record)  # T1 lies under O
    record = office.changed("admin", record, {"town": ""})
    assert "reject" not in steps(office, "an", record)


def test_nobody_approves_what_passed_through_their_own_hands(office: Office) -> None:
    record = office.changed("an", hazard(office), {"fixed_at": "2026-11-22"}, step="fix")
    assert "accept" not in steps(office, "an", record)
    with pytest.raises(StepClosed, match="要由别人来审"):
        office.change("an", record, {}, step="accept")
    record = office.changed("admin", record, {"measure": "换线"})  # somebody's correction in between changes nothing
    assert "accept" not in steps(office, "an", record)
    assert steps(office, "dong", record) == ["accept"]
    assert "accept" in steps(office, "admin", record)


def test_who_changed_the_record_since_the_last_step_does_not_approve_it(office: Office) -> None:
    record = office.changed("bei", hazard(office), {"fixed_at": "2026-11-22"}, step="fix")
    record = office.changed("an", record, {"opinion": "可"})
    assert "accept" not in steps(office, "an", record)


def test_a_step_back_wants_a_reason(office: Office) -> None:
    record = office.changed("bei", hazard(office), {"fixed_at": "2026-11-22"}, step="fix")
    for comment in ("", "  "):
        assert refused(office.change("an", record, {}, step="reject", comment=comment)) == {"comment": "请写明理由"}
    record = office.changed("an", record, {}, step="reject", comment="照片不清")
    assert record.state == "fixing"
    assert history(office, record)[-1] == (3, "submission.moved", "reject", "照片不清", "an", "fixing")


def test_a_step_of_another_state_or_of_no_workflow_is_closed(office: Office) -> None:
    record = hazard(office)
    for step in ("accept", "no_such_step"):
        with pytest.raises(StepClosed, match="记录已在“整改中”") as problem:
            office.change("an", record, {}, step=step)
        assert problem.value.status == 409
    visit = office.sent("bei", "visit", {"place": "甲"})
    with pytest.raises(StepClosed):
        office.change("an", visit, {}, step="fix")
    assert steps(office, "an", visit) == []


def test_a_change_of_what_is_no_longer_there_is_stale(office: Office) -> None:
    record = hazard(office)
    office.changed("bei", record, {"measure": "换线"})
    with pytest.raises(ChangedMeanwhile) as problem:
        office.change("bei", record, {"measure": "别的"})
    assert problem.value.submission.answers["measure"] == "换线"
    with office.writing() as ledger:  # merged before it came: no revision is named
        (outcome,) = revise_many(ledger, [Change(record.id, {"measure": "并"}, office.occasion("bei"))])
    assert accepted(outcome).revision == 3


def test_no_change_writes_nothing(office: Office) -> None:
    record = hazard(office)
    outcome = office.change("an", record, {"desc": " 电线老化 ", "town": "城关镇"})
    assert isinstance(outcome, Accepted)
    assert outcome.repeated
    assert stored(office, record) == record
    assert len(history(office, record)) == 1


def test_a_refused_change_writes_nothing(office: Office) -> None:
    record = hazard(office)
    assert refused(office.change("an", record, {"desc": "短", "level": "大大", "x": 1})).keys() == {
        "desc",
        "level",
        "x",
    }
    assert stored(office, record) == record


def test_the_history_is_whole_and_every_step_is_an_event(office: Office) -> None:
    record = hazard(office)
    record = office.changed("ben", record, {"measure": "换线"})
    record = office.changed("bei", record, {"fixed_at": "2026-11-22"}, step="fix", comment="已换")
    assert history(office, record) == [
        (1, "submission.created", None, None, "bei", "fixing"),
        (2, "submission.changed", None, None, "ben", "fixing"),
        (3, "submission.moved", "fix", "已换", "bei", "checking"),
    ]
    with office.reading() as ledger:
        actions = [event.action for event in events_of(ledger.conn, record.id)]
        first, second, _ = load_revisions(ledger.conn, record.id)
    assert actions == ["submission.created", "submission.changed", "submission.moved"]
    assert (first.answers["measure"], second.answers["measure"]) == (None, "换线")


def test_a_change_keeps_unique_answers_unique(office: Office) -> None:
    record = hazard(office)
    other = hazard(office, desc="油罐锈蚀")
    assert set(refused(office.change("an", other, {"desc": "电线老化"}))) == {"town", "desc"}
    office.changed("an", record, {"desc": "电线已换"})
    office.changed("an", other, {"desc": "电线老化"})


def test_a_change_moves_a_record_to_other_units(office: Office) -> None:
    record = office.changed("an", hazard(office), {"town": "T2", "desc": "油罐锈蚀"})
    assert record.concerns == {"T1", "T2"}
    assert (record.title, stored(office, record).concerns) == ("油罐锈蚀", frozenset({"T1", "T2"}))


def test_a_withdrawn_record_frees_its_unique_answers_and_comes_back_only_if_they_are_free(office: Office) -> None:
    record = hazard(office)
    with office.writing() as ledger:
        gone = withdraw(ledger, record.id, office.occasion("bei"), "填错了")
        assert withdraw(ledger, record.id, office.occasion("bei")) == gone
    assert gone.withdrawn_at is not None
    assert steps(office, "admin", record) == []
    with pytest.raises(NotAllowed):
        office.change("an", gone, {"measure": "x"})
    other = hazard(office)
    with office.writing() as ledger, pytest.raises(AnswersTaken, match="“电线老化”与它相同"):
        restore(ledger, record.id, office.occasion("bei"))
    with office.writing() as ledger:
        withdraw(ledger, other.id, office.occasion("an"))
        back = restore(ledger, record.id, office.occasion("bei"))
        keys = ledger.conn.execute(select(unique_keys.c.submission_id)).scalars().all()
    assert (back.withdrawn_at, back.answers, back.revision, keys) == (None, record.answers, 3, [record.id])
    assert [step[1] for step in history(office, record)][1:] == ["submission.withdrawn", "submission.restored"]


def test_only_some_withdraw(office: Office) -> None:
    record = hazard(office)
    for person in ("ben", "ling", "dong"):
        with office.writing() as ledger, pytest.raises(NotAllowed):
            withdraw(ledger, record.id, office.occasion(person))


def test_rows_added_later_become_records_and_earlier_ones_do_not_again(office: Office) -> None:
    def row(what: str) -> dict[str, Raw]:
        return {"what": what, "grade": "一般"}

    def found() -> list[str]:
        with office.reading() as ledger:
            query = select(submissions.c.title).where(submissions.c.form_id == "hazard")
            return sorted(ledger.conn.execute(query).scalars())

    visit = office.sent("bei", "visit", {"place": "甲", "found": [row("电线"), row("油罐")]})
    visit = office.changed("bei", visit, {"found": [row("电线"), row("油罐"), row("通道")]})
    assert found() == sorted(["电线", "油罐", "通道"])
    visit = office.changed("bei", visit, {"found": [row("电线")]})
    visit = office.changed("bei", visit, {"found": [row("电线"), row("仓库")]})
    assert found() == sorted(["电线", "油罐", "通道", "仓库"])
    before = found()
    rows: list[Raw] = [row("电线"), row("仓库"), row("短")]
    assert refused(office.change("bei", visit, {"found": rows})) == {"found.2.what": "不符合要求"}
    assert (found(), stored(office, visit)) == (before, visit)


def test_a_row_added_later_that_doubles_a_record_is_told_at_the_row(office: Office) -> None:
    visit = office.sent("bei", "visit", {"place": "甲"})
    hazard(office)
    rows: list[Raw] = [{"what": "电线老化", "grade": "一般"}]
    assert refused(office.change("bei", visit, {"found": rows})) == {"found.0.what": "已经有一条相同的记录"}


CLERKS = """
id: fines
title: 罚款
instance_name: ${name}
fields:
  - {type: text, name: name, label: 名称}
  - {type: text, name: note, label: 备注}
  - {type: calculate, name: size, label: 长, result: integer, calculation: string-length(${name})}
  - {type: repeat, name: parts, label: 分项, fields: [{type: integer, name: sum, label: 金额}]}
workflow:
  initial_state: open
  states: {open: {title: 在办, transitions: [close], edit: {town: [note]}}, closed: {title: 办结}}
  transitions: {close: {title: 办结, new_state: closed}}
access: {roles: {town: {fill: true, read: unit, edit: unit, withdraw: own}}}
"""


def test_a_page_that_sends_locked_tables_and_calculations_again_changes_nothing_of_them(office: Office) -> None:
    office.publish(CLERKS.replace("string-length(${name})}", '"string-length(${name})"}'))
    record = office.sent("bei", "fines", {"name": "某厂", "parts": [{"sum": 3}]})
    changed = office.changed("bei", record, {"note": "x", "size": "99", "parts": [{"sum": 3}]})
    assert (changed.answers["size"], changed.answers["parts"]) == (2, [{"sum": 3}])
    assert refused(office.change("bei", changed, {"parts": [{"sum": 4}]})) == {"parts": LOCKED}
    empty = office.sent("bei", "fines", {"name": "某店"})
    assert office.changed("bei", empty, {"note": "y", "parts": []}).answers["parts"] is None


def test_a_withdrawn_record_takes_no_step_and_an_unknown_one_nothing(office: Office) -> None:
    record = hazard(office)
    with office.writing() as ledger:
        gone = withdraw(ledger, record.id, office.occasion("bei"))
        with pytest.raises(NoSuchRecord):
            restore(ledger, "0" * 18, office.occasion("an"))
    with pytest.raises(StepClosed, match="记录已作废"):
        office.change("bei", gone, {"fixed_at": "2026-11-22"}, step="fix")


def test_many_changes_fare_each_by_itself(office: Office) -> None:
    records = [hazard(office, desc=f"第 {index} 处") for index in range(4)]
    raws: list[dict[str, Raw]] = [{"level": "重大"}, {"level": "无"}, {}, {"desc": "第 0 处"}]
    occasion = office.occasion("an")
    with office.writing() as ledger:
        outcomes = revise_many(
            ledger, [Change(record.id, raw, occasion) for record, raw in zip(records, raws, strict=True)]
        )
    assert [type(outcome) for outcome in outcomes] == [Accepted, Refused, Accepted, Refused]
    assert [stored(office, record).revision for record in records] == [2, 1, 1, 1]


def revise_as(office: Office, person: str, *changes: tuple[Submission, dict[str, Raw]]) -> list[Outcome]:
    occasion = office.occasion(person)
    with office.writing() as ledger:
        return revise_many(ledger, [Change(record.id, raw, occasion) for record, raw in changes])


def test_two_changes_of_a_batch_do_not_claim_the_same_unique_answers(office: Office) -> None:
    one, two = hazard(office, desc="第一处"), hazard(office, desc="第二处")
    first, second = revise_as(office, "an", (one, {"desc": "同一处"}), (two, {"desc": "同一处"}))
    assert accepted(first).answers["desc"] == "同一处"
    assert refused(second) == dict.fromkeys(["town", "desc"], "已经有一条相同的记录")
    assert stored(office, two) == two


def test_a_row_of_a_batch_does_not_claim_what_another_change_of_it_claims(office: Office) -> None:
    record, visit = hazard(office), office.sent("bei", "visit", {"place": "甲"})
    rows: list[Raw] = [{"what": "油罐锈蚀", "grade": "一般"}]
    first, second = revise_as(office, "an", (visit, {"found": rows}), (record, {"desc": "油罐锈蚀"}))
    assert refused(first) == {"found.0.what": "已经有一条相同的记录"}
    assert accepted(second).answers["desc"] == "油罐锈蚀"


def test_a_second_change_of_the_same_record_in_a_batch_is_refused(office: Office) -> None:
    record = hazard(office)
    first, second = revise_as(office, "an", (record, {"measure": "换线"}), (record, {"measure": "拆除"}))
    assert accepted(first).answers["measure"] == "换线"
    assert refused(second) == {"": "同一批里对这条记录改了两次，请分开改"}
    assert stored(office, record).revision == 2


def test_who_may_not_see_the_other_record_is_not_told_its_title(office: Office) -> None:
    record = office.sent("chen", "hazard", {"desc": "电线老化", "town": "T1"})
    with office.writing() as ledger:
        withdraw(ledger, record.id, office.occasion("chen"))
    hazard(office)
    with office.writing() as ledger, pytest.raises(AnswersTaken, match="另一条记录与它相同") as problem:
        restore(ledger, record.id, office.occasion("chen"))
    assert problem.value.status == 409


def test_a_guard_compares_the_office_s_wall_clock(office: Office, now: HandClock) -> None:
    expression = "${created_at} >= '2026-11-22T09:59:59' and ${created_at} < '2026-11-22T10:00:01'"
    office.publish(HAZARD.replace("${level} = 'general' or ${opinion} != ''", expression))
    record = office.changed("bei", hazard(office), {"fixed_at": "2026-11-22"}, step="fix")
    now.forward(days=3)
    assert steps(office, "dong", record) == ["accept"]


NEWER = (
    HAZARD.replace("name: desc, label: 描述,", "name: what, label: 描述, was: [desc],")
    .replace("instance_name: ${desc}", "instance_name: ${what}")
    .replace("unique: [[town, desc]]", "unique: [[town, what]]")
)
NEWER_VISIT = VISIT.replace('values: {desc: "${what}"', 'values: {what: "${what}"')


def test_an_old_record_changes_under_the_new_version_without_losing_a_renamed_answer(office: Office) -> None:
    record = hazard(office)
    assert office.publish(NEWER, NEWER_VISIT) == {"hazard": 2, "visit": 2}
    outcome = office.change("an", record, {"what": "电线老化"})
    assert isinstance(outcome, Accepted)
    assert outcome.repeated
    changed = office.changed("an", record, {"measure": "换线"})
    assert (changed.form_version, changed.title, changed.answers["what"]) == (2, "电线老化", "电线老化")
    assert "desc" not in changed.answers
    assert set(refused(office.send("bei", "hazard", {"what": "电线老化"}))) == {"town", "what"}


def test_an_old_record_is_withdrawn_and_restored_under_the_new_version(office: Office) -> None:
    record = hazard(office)
    office.publish(NEWER, NEWER_VISIT)
    with office.writing() as ledger:
        withdraw(ledger, record.id, office.occasion("an"))
        restore(ledger, record.id, office.occasion("an"))
        assert ledger.conn.execute(select(unique_keys.c.fields)).scalars().all() == ["town,what"]
        assert ledger.conn.execute(select(func.count()).where(submissions.c.search.contains("电线"))).scalar_one() == 1
