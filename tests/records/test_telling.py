from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from records.model import Door, Submission
from records.revise import Change, revise, withdraw
from records.tables import events
from records.telling import tell_of_step
from tests.conftest import HandClock
from tests.records.flow import told
from tests.records.office import Office

ERRAND = """
id: errand
title: 交办
instance_name: ${what}
fields:
  - {type: text, name: what, label: 事项}
  - {type: unit, name: town, label: 承办}
  - {type: person, name: chief, label: 分管}
workflow:
  initial_state: drafted
  states:
    drafted: {title: 拟稿, transitions: [issue, drop]}
    sent: {title: 已发, transitions: [pass_on]}
    doing: {title: 在办}
    dropped: {title: 不发}
  transitions:
    issue:
      title: 签发
      new_state: sent
      notify: {roles: [town], units: town, persons: [chief]}
      message: 有新的交办事项
    pass_on: {title: 自动转办, new_state: doing, trigger: automatic, notify: {persons: [chief]}}
    drop: {title: 不发, new_state: dropped}
access:
  units: [town]
  roles:
    office: {fill: true, read: all, edit: all, withdraw: all}
    town: {fill: true, read: unit}
    leader: {read: all}
"""


@pytest.fixture
def errands(office: Office) -> Office:
    office.publish(ERRAND)
    return office


def take(office: Office, record: Submission, person: str = "an", step: str = "issue", door: Door = Door.WEB) -> None:
    with office.writing() as ledger:
        revise(ledger, Change(record.id, {}, replace(office.occasion(person), door=door), step))


def asked(office: Office, record: Submission) -> list[int]:
    """The revisions of which somebody is to be told."""
    with office.reading() as ledger:
        rows = ledger.conn.execute(select(events.c.details).where(events.c.subject == record.id).order_by(events.c.id))
        return [details["revision"] for details in rows.scalars() if details.get("tells")]


def tell(office: Office, record: Submission) -> list[int]:
    """Tell of everything that is to be told; how many were told of each."""
    counts = []
    for revision in asked(office, record):
        with office.writing() as ledger:
            counts.append(tell_of_step(ledger, record.id, revision, office.now()))
    return counts


def test_those_the_step_names_are_told_once_and_its_title_where_it_says_nothing_else(errands: Office) -> None:
    record = errands.sent("an", "errand", {"what": "清理通道", "town": "T1", "chief": "ling"})
    take(errands, record)
    assert asked(errands, record) == [2, 3]
    assert tell(errands, record) == [3, 1]
    assert told(errands, "bei") == told(errands, "ben") == ["“清理通道”：有新的交办事项"]
    assert told(errands, "ling") == ["“清理通道”：有新的交办事项", "“清理通道”：自动转办"]
    assert told(errands, "chen") == told(errands, "an") == []
    assert tell(errands, record) == [0, 0]
    assert len(told(errands, "bei")) == 1


def test_whoever_took_the_step_is_not_told(errands: Office) -> None:
    record = errands.sent("an", "errand", {"what": "清理通道", "town": "T1", "chief": "an"})
    take(errands, record)
    tell(errands, record)
    assert told(errands, "an") == []
    take(errands, other := errands.sent("an", "errand", {"what": "查油库", "town": "T1"}), person="bei")
    tell(errands, other)
    assert told(errands, "bei") == ["“清理通道”：有新的交办事项"]
    assert len(told(errands, "ben")) == 2


def test_what_is_demonstrated_long_ago_withdrawn_or_silent_is_told_nobody(errands: Office, now: HandClock) -> None:
    shown, old, gone, silent = (errands.sent("an", "errand", {"what": f"第{n}件", "town": "T1"}) for n in "一二三四")
    take(errands, shown, door=Door.DEMO)
    take(errands, silent, step="drop")
    assert asked(errands, shown) == asked(errands, silent) == []
    take(errands, gone)
    with errands.writing() as ledger:
        withdraw(ledger, gone.id, errands.occasion("an"))
    assert tell(errands, gone) == [0, 0]
    take(errands, old)
    now.set(now() + timedelta(days=1, minutes=1))
    assert tell(errands, old) == [0, 0]
    assert told(errands, "bei") == []
