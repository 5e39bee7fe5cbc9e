"""A tiny office with two forms, for tests of what is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from forms.folder import Folder, load_folder
from forms.values import Raw
from kernel.names import new_id
from records.catalogue import Catalogue, catalogue_stamp, open_catalogue, publish
from records.database import Database
from records.ledger import Ledger, open_ledger
from records.model import Accepted, Actor, Door, Occasion, Outcome, Submission
from records.people import Person, Unit, actor_of, get_person, save_people, save_units
from records.revise import Change, revise
from records.submit import Entry, submit

AREA = "419926"

UNITS = (
    Unit("O", "县安委办", "office"),
    Unit("D1", "应急管理局", "department", ("O",), 1),
    Unit("T1", "城关镇", "town", ("O",), 2),
    Unit("T2", "柳河镇", "town", ("O",), 3),
    Unit("V1", "粮库", "station", ("T1", "D1"), 4),
)

#: Sign-in name, name, unit, role.
PEOPLE = (
    ("admin", "管理员", "O", "administrator"),
    ("an", "安主任", "O", "office"),
    ("dong", "董科长", "D1", "department"),
    ("bei", "贝镇长", "T1", "town"),
    ("ben", "本干事", "T1", "town"),
    ("chen", "陈镇长", "T2", "town"),
    ("guo", "郭仓管", "V1", "town"),
    ("ling", "凌县长", "O", "leader"),
)

VISIT = """
id: visit
title: {zh: 检查, en: Visit}
instance_name: concat(${no}, ' ', ${place})
fields:
  - {type: text, name: "no", label: 编号, read_only: true}
  - {type: unit, name: town, label: 乡镇, required: true, default: user('unit')}
  - {type: text, name: place, label: 地点, required: true}
  - {type: integer, name: people, label: 人数, constraint: . >= 1, constraint_message: 至少 1 人}
  - {type: decimal, name: cost, label: 费用}
  - {type: date, name: day, label: 日期, default: today(), constraint: . <= today()}
  - {type: time, name: at, label: 时间}
  - {type: yes_no, name: covert, label: 暗访}
  - {type: select_one, name: kind, label: 类别, choices: {fire: 消防, gas: 燃气}}
  - {type: select_multiple, name: ways, label: 方式, choices: {a_b: 听, axb: 看, look: 查}}
  - {type: text, name: note, label: 备注}
  - type: repeat
    name: found
    label: 隐患
    fields:
      - {type: text, name: what, label: 描述, required: true}
      - {type: select_one, name: grade, label: 级别, choices: {general: 一般, major: 重大}, required: true}
numbering: {field: "no", format: "JC-{area}-{yyyy}-{seq:4}", date: day}
entities:
  - form: hazard
    repeat: found
    link: visit
    values: {desc: "${what}", level: "${grade}", town: "${town}", found_at: "${day}"}
access:
  units: [town]
  roles:
    office: {fill: true, read: all, edit: all, withdraw: all}
    department: {fill: true, read: unit, edit: own}
    town: {fill: true, read: unit, edit: unit, withdraw: own}
    leader: {read: all}
"""

HAZARD = """
id: hazard
title: 隐患
instance_name: ${desc}
fields:
  - {type: record, form: visit, name: visit, label: 检查, read_only: true}
  - {type: text, name: desc, label: 描述, required: true, constraint: string-length(.) >= 2}
  - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}, default: "'general'"}
  - {type: unit, name: town, label: 乡镇, default: user('unit')}
  - {type: date, name: found_at, label: 发现, default: today()}
  - {type: date, name: fixed_at, label: 完成}
  - {type: text, name: measure, label: 措施}
  - {type: text, name: opinion, label: 意见}
unique: [[town, desc]]
workflow:
  initial_state: fixing
  states:
    fixing: {title: 整改中, transitions: [fix], edit: {town: [measure], office: all, department: all}}
    checking: {title: 待复查, transitions: [accept, reject], edit: {office: [opinion]}}
    done: {title: 已销号, tone: done}
  transitions:
    fix:
      title: 报完成
      new_state: checking
      fields: [measure]
      required: [fixed_at]
      guard: {roles: [town, office], units: concerned}
    accept:
      title: 销号
      new_state: done
      self_approval: false
      guard: {roles: [office, department], expr: "${level} = 'general' or ${opinion} != ''", message: 重大隐患要有意见}
    reject: {title: 退回, new_state: fixing, comment: required, guard: {roles: [office], units: town}}
access:
  units: [town]
  roles:
    office: {fill: true, read: all, edit: all, withdraw: all}
    department: {read: all, edit: unit}
    town: {fill: true, read: unit, edit: unit, withdraw: own}
    leader: {read: all}
"""


class Office:
    """The tiny office in a database: people who send, change and look."""

    def __init__(self, database: Database, now: Callable[[], datetime], folder: Path) -> None:
        self.database = database
        self.now = now
        self._definitions = folder / "definitions"
        self._definitions.mkdir(exist_ok=True)
        self._catalogue: Catalogue | None = None

    def publish(self, *sources: str, lists: Mapping[str, str] | None = None) -> dict[str, int]:
        """Write the forms (and choice lists) into the folder and publish it, without an issue."""
        self.write(*sources, lists=lists)
        folder = self.folder()
        assert folder.issues == [], [str(issue) for issue in folder.issues]
        with self.database.writing() as conn:
            done = publish(conn, folder, actor="an", at=self.now())
        assert not done.issues, [str(issue) for issue in done.issues]
        return dict(done.versions)

    def write(self, *sources: str, lists: Mapping[str, str] | None = None) -> None:
        """Write forms and choice lists into the folder."""
        for source in sources:
            form_id = re.findall(r"^id: (\w+)$", source, re.MULTILINE)[0]
            (self._definitions / f"{form_id}.yaml").write_text(source, encoding="utf-8")
        for name, text in (lists or {}).items():
            path = self._definitions.parent / "vocabularies" / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def drop(self, form_id: str) -> None:
        """Take a form out of the folder."""
        (self._definitions / f"{form_id}.yaml").unlink()

    def folder(self) -> Folder:
        return load_folder(self._definitions)

    def settle(self) -> None:
        """Units and people move in; both forms are published."""
        with self.database.writing() as conn:
            save_units(conn, UNITS)
            save_people(conn, [Person(person, name, unit, (role,)) for person, name, unit, role in PEOPLE])
        self.publish(VISIT, HAZARD)

    @contextmanager
    def writing(self) -> Iterator[Ledger]:
        with self.database.writing() as conn:
            yield open_ledger(conn, self._served(conn), AREA)

    @contextmanager
    def reading(self) -> Iterator[Ledger]:
        with self.database.reading() as conn:
            yield open_ledger(conn, self._served(conn), AREA)

    def _served(self, conn: Connection) -> Catalogue:
        """The forms as published now; parsed anew only when that changed, as the web floor does."""
        if self._catalogue is None or self._catalogue.stamp != catalogue_stamp(conn):
            self._catalogue = open_catalogue(conn)
        return self._catalogue

    def actor(self, person: str) -> Actor:
        with self.database.reading() as conn:
            return actor_of(conn, get_person(conn, person))

    def occasion(self, person: str) -> Occasion:
        return Occasion(self.actor(person), self.now(), Door.WEB)

    def entry(self, person: str, raw: Mapping[str, Raw], instance: str = "") -> Entry:
        return Entry(raw, instance or new_id(self.now()), self.occasion(person))

    def send(self, person: str, form_id: str, raw: Mapping[str, Raw], instance: str = "") -> Outcome:
        entry = self.entry(person, raw, instance)
        with self.writing() as ledger:
            return submit(ledger, form_id, entry)

    def sent(self, person: str, form_id: str, raw: Mapping[str, Raw], instance: str = "") -> Submission:
        """What is stored of something that must be accepted."""
        return accepted(self.send(person, form_id, raw, instance))

    def change(self, person: str, record: Submission, raw: Mapping[str, Raw], **more: str) -> Outcome:
        """Change a record as a page that shows its present revision does."""
        change = Change(
            record.id,
            raw,
            self.occasion(person),
            more.get("step"),
            more.get("comment"),
            record.revision,
            sign_off=more.get("sign_off"),
        )
        with self.writing() as ledger:
            return revise(ledger, change)

    def changed(self, person: str, record: Submission, raw: Mapping[str, Raw], **more: str) -> Submission:
        return accepted(self.change(person, record, raw, **more))


def accepted(outcome: Outcome) -> Submission:
    """The submission of an outcome that must be an acceptance."""
    assert isinstance(outcome, Accepted), outcome
    return outcome.submission


def refused(outcome: Outcome) -> dict[str, str]:
    """Places and words of an outcome that must be a refusal."""
    assert not isinstance(outcome, Accepted), outcome
    return {place: str(why) for place, why in outcome.refusals.items()}
