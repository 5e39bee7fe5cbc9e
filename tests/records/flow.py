"""A small county with deadlines, timers, signatures and records that come of records, for tests of workflows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from forms.values import Raw
from records.model import Actor, Door, Occasion, Submission
from records.notices import Audience, Told, notices_of
from records.store import load_submissions
from records.timers import fire, records_due
from tests.conftest import HandClock
from tests.records.office import Office

SYSTEM = Actor("system", "系统", "", frozenset({"administrator"}))

#: A hazard that the town mends within seven days; it is listed as a major case, or directed after fifteen.
DANGER = """
id: danger
title: 隐患
instance_name: ${desc}
fields:
  - {type: text, name: "no", label: 编号, read_only: true}
  - {type: text, name: desc, label: 描述, required: true}
  - {type: unit, name: town, label: 乡镇, default: user('unit')}
  - {type: person, name: owner, label: 责任人}
  - {type: date, name: until, label: 整改期限}
  - {type: text, name: measure, label: 措施}
numbering: {field: "no", format: "GP-{yyyy}-{seq:3}", transition: list}
entities:
  - {form: case_file, transition: list, link: danger, values: {name: "concat(${desc}, '专班')", since: "${entered_on}"}}
workflow:
  initial_state: fixing
  states:
    fixing:
      title: 整改中
      transitions: [list, done, lapse]
      edit: {town: all, office: all}
      deadline: {date: until}
    listed: {title: 已挂牌, transitions: [close], deadline: {workdays: 3}, edit: {office: all}}
    lapsed: {title: 已逾期, transitions: [close], deadline: {days: 5}}
    closed: {title: 已销号}
  transitions:
    list: {title: 挂牌, new_state: listed, guard: {roles: [office]}}
    done: {title: 销号, new_state: closed, guard: {roles: [town, office], units: concerned}}
    close: {title: 摘牌, new_state: closed, guard: {roles: [office]}}
    lapse: {title: 转逾期, new_state: lapsed, trigger: timer, required: [measure]}
  timers:
    soon: {states: [fixing], date: due_on, days: -3, title: 还有三天, notify: {roles: [town], units: concerned}}
    over:
      {states: [fixing], date: due_on, days: 1, title: 已逾期一天, notify: {roles: [town, leader], persons: [owner]}}
    lapse: {states: [fixing], date: due_on, days: 7, title: 逾期七天, transition: lapse}
    direct:
      states: [fixing, lapsed]
      date: until
      days: 15
      title: 督办
      expr: "${desc} != '免督办'"
      notify: {roles: [office]}
      entity: {form: case_file, link: danger, values: {name: "concat('督办：', ${desc})"}}
access:
  units: [town]
  roles:
    office: {fill: true, read: all, edit: all, withdraw: all}
    town: {fill: true, read: unit, edit: unit, withdraw: own}
    leader: {read: all}
"""

CASE_FILE = """
id: case_file
title: 挂牌
instance_name: ${name}
fields:
  - {type: record, form: danger, name: danger, label: 隐患, read_only: true}
  - {type: text, name: name, label: 名称, required: true}
  - {type: date, name: since, label: 起}
access:
  roles:
    office: {fill: true, read: all, edit: all, withdraw: all}
"""


def settled(office: Office) -> Office:
    """The tiny office with these two forms."""
    office.publish(CASE_FILE, DANGER)
    return office


def danger(office: Office, until: str | None = "2026-11-27", person: str = "bei", **raw: Raw) -> Submission:
    return office.sent(person, "danger", {"desc": "电线老化", "until": until, **raw})


def by_clock(now: datetime) -> Occasion:
    return Occasion(SYSTEM, now, Door.TIMER)


def due(office: Office) -> list[str]:
    """The records that timers are to act on now."""
    with office.reading() as ledger:
        return records_due(ledger, by_clock(office.now()))


def tick(office: Office, now: HandClock, day: str | None = None, hour: int = 8) -> list[str]:
    """The clock moves to a day, and every timer that is due acts; the timers that did."""
    if day is not None:
        now.set(datetime.fromisoformat(f"{day}T{hour:02}:00"))
    fired: list[str] = []
    for submission_id in due(office):
        with office.writing() as ledger:
            fired += fire(ledger, submission_id, by_clock(office.now()), Audience(ledger.conn))
    return fired


def told(office: Office, person: str) -> list[str]:
    """What somebody was told, the first thing first."""
    with office.reading() as ledger:
        return [str(item.sentence) for item in reversed(notices_of(ledger.conn, person))]


def told_of(office: Office, person: str) -> list[Told]:
    with office.reading() as ledger:
        return notices_of(ledger.conn, person)


def stored(office: Office, record: Submission) -> Submission:
    with office.reading() as ledger:
        return load_submissions(ledger.conn, [record.id])[record.id]


def scratch(office: Office) -> Path:
    return office._definitions.parent
