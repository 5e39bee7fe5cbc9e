"""What linked records say reaches those who may see them, on both databases, and nobody else."""

from __future__ import annotations

import pytest

from tests.records.office import VISIT, Office, refused

FOLLOWUP = """
id: followup
title: 回访
instance_name: ${place}
fields:
  - type: record
    name: visit
    label: 检查
    form: visit
    filter: people > 1 and kind = 'gas'
    pull: {place: place, staff: people, price: cost, on_day: day, kind: kind}
  - {type: text, name: place, label: 地点, read_only: true}
  - {type: integer, name: staff, label: 人数}
  - {type: decimal, name: price, label: 费用, read_only: true}
  - {type: date, name: on_day, label: 日期, read_only: true}
  - {type: select_one, name: kind, label: 类别, choices: {fire: 消防, gas: 燃气}, read_only: true}
  - {type: text, name: asked, label: 编号}
  - {type: calculate, name: found, label: 地点, calculation: "pulldata('visit', 'place', 'note', ${asked})"}
access: {roles: {town: {fill: true, read: unit, edit: unit}, office: {fill: true, read: all, edit: all}}}
"""
PULLED = ("place", "staff", "price", "on_day", "kind")


@pytest.fixture
def following(office: Office) -> Office:
    office.publish(FOLLOWUP)
    return office


def visited(office: Office, person: str, **answers: object) -> str:
    raw = {"place": "面粉厂", "people": "3", "cost": "12.5", "day": "2026-11-01", "kind": "燃气"}
    return office.sent(person, "visit", {**raw, **{name: str(value) for name, value in answers.items()}}).id


def test_a_link_brings_along_what_the_other_record_says(following: Office) -> None:
    visit = visited(following, "bei")
    record = following.sent("bei", "followup", {"visit": visit, "staff": ""})
    assert [record.answers[name] for name in PULLED] == ["面粉厂", 3, "12.5", "2026-11-01", "gas"]
    kept = following.changed("bei", record, {"staff": "4"})
    assert kept.answers["staff"] == 4


def test_what_is_read_only_follows_the_other_record_at_each_change(following: Office) -> None:
    visit = visited(following, "bei")
    record = following.sent("bei", "followup", {"visit": visit})
    moved = visited(following, "bei", place="酒厂", people=9)
    changed = following.changed("bei", record, {"visit": moved})
    assert (changed.answers["place"], changed.answers["staff"]) == ("酒厂", 3)


def test_a_record_that_the_filter_leaves_out_cannot_be_linked(following: Office) -> None:
    alone = visited(following, "bei", people=1)
    told = refused(following.send("bei", "followup", {"visit": alone}))
    assert list(told) == ["visit"]
    assert told["visit"].endswith("现在不能选，请重新选择")


def test_a_record_that_nobody_showed_the_sender_brings_nothing_along_and_is_not_there(following: Office) -> None:
    elsewhere = visited(following, "chen")
    told = refused(following.send("bei", "followup", {"visit": elsewhere}))
    assert told == {"visit": f"没有找到“{elsewhere}”"}
    assert following.sent("an", "followup", {"visit": elsewhere}).answers["place"] == "面粉厂"


def test_other_records_are_looked_up_by_an_answer_only_as_far_as_they_are_seen(following: Office) -> None:
    visited(following, "bei", note="A-1")
    visited(following, "chen", note="B-2", place="粮库")
    assert following.sent("bei", "followup", {"asked": "A-1"}).answers["found"] == "面粉厂"
    assert following.sent("bei", "followup", {"asked": "B-2"}).answers["found"] is None
    assert following.sent("an", "followup", {"asked": "B-2"}).answers["found"] == "粮库"
    assert following.sent("an", "followup", {"asked": "C-3"}).answers["found"] is None


def test_a_key_that_some_do_not_see_finds_nothing_for_them(following: Office) -> None:
    following.publish(VISIT.replace("access:\n  units", "access:\n  fields: {note: {read: [office]}}\n  units"))
    visited(following, "ben", note="secret")
    assert following.sent("bei", "followup", {"asked": "secret"}).answers["found"] is None
    assert following.sent("an", "followup", {"asked": "secret"}).answers["found"] == "面粉厂"
