"""A small county: three towns, two departments, a few visits and hazards, and one report about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from forms.definition import Form
from forms.folder import load_folder
from forms.values import Raw
from records.catalogue import open_catalogue, publish
from records.database import Database
from records.editions import Edition
from records.ledger import open_ledger
from records.model import Accepted, Door, Occasion
from records.people import Person, Unit, actor_of, get_person, save_people, save_units
from records.revise import Change, revise
from records.submit import Entry, submit_many
from reports.compile import Draft, Order, draft_edition, keep_edition
from reports.definition import Report
from reports.loading import load_report
from tests.conftest import OFFICE

LEDGER = "https://ledger.example"
NOW = datetime(2026, 11, 22, 10, tzinfo=OFFICE)

VISIT = """
id: visit
title: 检查
instance_name: ${firm}
fields:
  - {type: unit, name: town, label: 乡镇, unit_kinds: [town], required: true}
  - {type: unit, name: org, label: 牵头单位}
  - {type: text, name: firm, label: 企业}
  - {type: integer, name: people, label: 人数}
  - {type: select_multiple, name: ways, label: 方式, choices: {a: 甲, b: 乙}}
  - {type: date, name: day, label: 日期}
access: {units: [town], roles: {office: {fill: true, read: all, edit: all}, town: {read: unit}}}
"""

HAZARD = """
id: hazard
title: 隐患
instance_name: ${desc}
fields:
  - {type: text, name: desc, label: 描述}
  - {type: unit, name: town, label: 乡镇, unit_kinds: [town]}
  - {type: unit, name: dept, label: 部门}
  - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}}
  - {type: date, name: found_at, label: 发现日期}
workflow:
  initial_state: fixing
  states: {fixing: {title: 整改中, transitions: [fix], edit: {office: all}}, fixed: {title: 已整改}}
  transitions: {fix: {title: 整改完成, new_state: fixed, guard: {roles: [office]}}}
access: {units: [town], roles: {office: {fill: true, read: all, edit: all}, town: {read: unit}}}
"""

REPORT = """
id: weekly
title: {zh: 检查情况通报, en: Visits}
masthead: 检查情况通报
issuer: 青山县安委办
scope: 全县
period: {from: 2026-11-01, label: 本月以来}
measures:
  visits: {label: 检查, form: visit, time: day, measure_word: 家次}
  firms: {label: 企业, form: visit, agg: count_distinct, expr: firm, time: day, measure_word: 家}
  people: {label: 出动, form: visit, agg: sum, expr: people, time: day, measure_word: 人次, format: yu}
  hazards: {label: 隐患, form: hazard, time: found_at, measure_word: 处, dimensions: {org: dept}}
  fixed:
    {label: 已整改, form: hazard, filter: "${state} = 'fixed'", time: found_at, measure_word: 处,
     dimensions: {org: dept}}
metrics:
  open: {label: 未整改, plus: [hazards], minus: [fixed], measure_word: 处}
  rate: {label: 整改率, ratio: [fixed, hazards]}
body:
  - {type: heading, text: 一、总体情况}
  - type: paragraph
    lead: 进展。
    text: "{period}，{scope}检查{visits}家次、{people}人次，隐患{hazards}处{open?，全部整改|，剩余{open}处}。"
  - {type: table, caption: 表1, by: town, head: 乡镇, measures: [visits, hazards, fixed, rate], total: 合计}
  - {type: note, text: "注：截至{end}，整改率{rate}%。"}
  - {type: chart, caption: 图1, by: town, measures: [hazards], sort: -hazards, unit: 处}
  - {type: each, by: org, before: "按部门，", text: "{group}检查{visits}家次、隐患{hazards}处", sort: -visits}
  - {type: listing, caption: 表2, of: open, columns: [desc, town, state], most: 1}
signature: 青山县安委办
roles: {编辑: 甲}
distribution: {发: 各乡镇。}
schedule: {every: week, on: mon, at: "08:00"}
send: {roles: [leader], people: [a]}
"""

VISITS: tuple[Mapping[str, Raw], ...] = (
    {"town": "T1", "org": "D1", "firm": "面粉厂", "people": "300", "day": "2026-11-02"},
    {"town": "T1", "org": "D1", "firm": "面粉厂", "people": "20", "day": "2026-11-09"},
    {"town": "T2", "org": "D2", "firm": "酒店", "people": "6", "day": "2026-11-20"},
    {"town": "T2", "org": "D2", "firm": "酒店", "people": "6", "day": "2026-10-20"},
)
HAZARDS: tuple[Mapping[str, Raw], ...] = (
    {"desc": "电线老化", "town": "T1", "dept": "D1", "level": "general", "found_at": "2026-11-02"},
    {"desc": "通道堵塞", "town": "T1", "dept": "D1", "level": "major", "found_at": "2026-11-09"},
    {"desc": "无灭火器", "town": "T2", "dept": "D2", "level": "general", "found_at": "2026-11-20"},
)


@dataclass(frozen=True, slots=True)
class County:
    """The database with its records: ids of hazards in their order, and the report."""

    database: Database
    forms: Mapping[str, Form]
    hazards: list[str]
    report: Report

    def draft(self, order: Order) -> Draft:
        """Count and word the report."""
        with self.database.reading() as conn:
            ledger = open_ledger(conn, open_catalogue(conn), "419926")
            return draft_edition(ledger, self.report, order, lambda one, name: f"{LEDGER}/editions/{one}/{name}")

    def compile(self, order: Order) -> Edition:
        """A new edition of the report."""
        draft = self.draft(order)
        with self.database.writing() as conn:
            return keep_edition(conn, draft)

    def fix(self, place: int) -> None:
        """Take the hazard at `place` to its end."""
        with self.database.writing() as conn:
            ledger = open_ledger(conn, open_catalogue(conn), "419926")
            occasion = Occasion(actor_of(conn, get_person(conn, "a")), NOW, Door.WEB)
            outcome = revise(ledger, Change(self.hazards[place], {}, occasion, transition="fix"))
        assert isinstance(outcome, Accepted), outcome


@pytest.fixture
def forms(tmp_path: Path) -> Mapping[str, Form]:
    """The two forms of the small county."""
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "visit.yaml").write_text(VISIT, encoding="utf-8")
    (tmp_path / "forms" / "hazard.yaml").write_text(HAZARD, encoding="utf-8")
    folder = load_folder(tmp_path / "forms")
    assert not folder.issues
    return folder.forms


@pytest.fixture
def loaded(tmp_path: Path, forms: Mapping[str, Form]) -> Callable[[str], object]:
    """`loaded(yaml)`: the report that a file weekly.yaml says, or its issues as text."""

    def load(source: str) -> object:
        path = tmp_path / "weekly.yaml"
        path.write_text(source, encoding="utf-8")
        report = load_report(path, forms)
        return [f"{issue.line}: {issue.sentence}" for issue in report] if isinstance(report, list) else report

    return load


@pytest.fixture
def county(database: Database, tmp_path: Path, forms: Mapping[str, Form], loaded: Callable[[str], object]) -> County:
    """Four visits, three hazards of which none is fixed."""
    report = loaded(REPORT)
    assert isinstance(report, Report), report
    with database.writing() as conn:
        save_units(conn, [Unit("O", "县安委办", "office")])
        save_units(conn, [Unit(f"T{n}", f"{name}镇", "town", ("O",), n) for n, name in enumerate("东西南", 1)])
        save_units(conn, [Unit(f"D{n}", f"{name}局", "department", ("O",), 10 + n) for n, name in enumerate("甲乙", 1)])
        save_people(
            conn,
            [
                Person("a", "甲", "O", ("office",), email="a@qingshan.example"),
                Person("l", "丁县长", "O", ("leader",), email="ding@qingshan.example"),
                Person("m", "戊县长", "O", ("leader",)),
                Person("t", "乙", "T1", ("town",), email="t@qingshan.example"),
            ],
        )
        publish(conn, load_folder(tmp_path / "forms"), actor="a", at=NOW)
        ledger = open_ledger(conn, open_catalogue(conn), "419926")
        office = actor_of(conn, get_person(conn, "a"))
        for form, raws in (("visit", VISITS), ("hazard", HAZARDS)):
            moments = [Occasion(office, NOW - timedelta(minutes=9 - place), Door.WEB) for place in range(len(raws))]
            entries = [Entry(raw, f"{form}{at.at:%M}", at) for raw, at in zip(raws, moments, strict=True)]
            outcomes = submit_many(ledger, form, entries)
        hazards = [outcome.submission.id for outcome in outcomes if isinstance(outcome, Accepted)]
    assert len(hazards) == len(HAZARDS)
    return County(database, forms, hazards, report)
