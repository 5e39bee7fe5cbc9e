"""One who does not see an answer cannot change it, guess it, or bring its stars back as the truth."""

from __future__ import annotations

import pytest

from forms.values import Raw
from records.model import Accepted, Submission
from records.seeing import Seeing
from records.store import load_submissions
from tests.records.office import VISIT, Office, refused

KEPT = (
    VISIT.replace("concat(${no}, ' ', ${place})", "${no}").replace(
        'values: {desc: "${what}", level: "${grade}",', 'values: {desc: "\'隐患\'", level: "${grade}",'
    )
    + """  fields:
    note: {read: [office]}
    cost: {read: [office], others: hide}
    what: {read: [office]}
"""
)
LOG = """
id: log
title: 日志
instance_name: ${day}
fields:
  - {type: record, form: visit, name: visit, label: 检查}
  - {type: text, name: day, label: 日}
access: {roles: {office: {fill: true, read: all}, town: {read: all}}}
"""


@pytest.fixture
def visit(office: Office) -> Submission:
    """A visit of 贝镇长's, of which 本干事 of the same town sees a part."""
    office.publish(KEPT, LOG)
    rows: list[Raw] = [{"what": "张三", "grade": "general"}]
    return office.sent("bei", "visit", {"place": "甲", "note": "13812345678", "cost": "12.5", "found": rows})


def seen(office: Office, person: str, record: Submission) -> dict[str, object]:
    with office.reading() as ledger:
        stored = load_submissions(ledger.conn, [record.id])[record.id]
        answers = Seeing(ledger, office.actor(person)).answers(stored)
    return {name: answers.get(name, "hidden") for name in ("place", "note", "cost", "found")}


def test_a_program_gets_what_its_person_sees(office: Office, visit: Submission) -> None:
    whole: dict[str, object] = {
        "place": "甲",
        "note": "13812345678",
        "cost": "12.5",
        "found": [{"what": "张三", "grade": "general"}],
    }
    assert seen(office, "an", visit) == seen(office, "bei", visit) == whole
    masked = {"note": "138****5678", "cost": "hidden", "found": [{"what": "张**", "grade": "general"}]}
    assert seen(office, "ben", visit) == whole | masked


def test_what_was_masked_and_comes_back_unchanged_is_no_change(office: Office, visit: Submission) -> None:
    back: dict[str, Raw] = {"note": "138****5678", "found": [{"what": "张**", "grade": "general"}]}
    assert isinstance(office.change("ben", visit, back), Accepted)
    changed = office.changed("ben", visit, {**back, "place": "乙"})
    assert (changed.answers["note"], changed.answers["place"]) == ("13812345678", "乙")
    assert changed.answers["found"] == [{"what": "张三", "grade": "general"}]


@pytest.mark.parametrize("guess", ["13812345678", "13900000000", "138****0000", ""])
def test_a_guess_at_what_is_masked_is_refused_right_or_wrong(office: Office, visit: Submission, guess: str) -> None:
    assert refused(office.change("ben", visit, {"note": guess})) == {"note": "这一项现在不能改"}


@pytest.mark.parametrize("guess", ["12.5", "1", ""])
def test_a_guess_at_what_is_hidden_is_refused_right_or_wrong(office: Office, visit: Submission, guess: str) -> None:
    assert refused(office.change("ben", visit, {"cost": guess})) == {"cost": "这一项现在不能改"}


def test_nobody_changes_a_row_of_which_they_do_not_see_everything(office: Office, visit: Submission) -> None:
    rows: Raw = [{"what": "张三", "grade": "major"}]
    assert refused(office.change("ben", visit, {"found": rows})) == {"found": "这一项现在不能改"}
    assert isinstance(office.change("bei", visit, {"found": rows}), Accepted)


def test_stars_are_refused_from_everybody(office: Office, visit: Submission) -> None:
    told = "这是隐去后的内容，请填写完整"
    assert refused(office.change("an", visit, {"note": "138****5678"})) == {"note": told}
    assert refused(office.send("bei", "visit", {"place": "乙**", "note": "张**"})) == {"note": told}
    rows: Raw = [{"what": "张**", "grade": "general"}]
    assert refused(office.send("bei", "visit", {"place": "乙", "found": rows})) == {"found.0.what": told}


def test_a_link_tells_nothing_of_a_record_that_one_may_not_open(office: Office, visit: Submission) -> None:
    log = office.sent("an", "log", {"visit": visit.id, "day": "一"})
    with office.reading() as ledger:
        stored = load_submissions(ledger.conn, [log.id])[log.id]
        field = ledger.catalogue["log"].form.questions["visit"]
        shown = {who: Seeing(ledger, office.actor(who)).column(field, stored) for who in ("an", "ben", "chen")}
    assert shown == {"an": visit.title, "ben": visit.title, "chen": "（无权查看）"}
