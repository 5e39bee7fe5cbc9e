from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from forms.access import ADMINISTRATOR
from forms.definition import Form
from forms.expressions.parsing import Expression, parse
from forms.folder import load_folder
from forms.values import Raw
from kernel.clock import Period
from records.catalogue import open_catalogue, publish
from records.database import Database
from records.ledger import open_ledger
from records.lookup import DatabaseLookup
from records.measuring import (
    Aggregation,
    Counted,
    Counting,
    count,
    count_by,
    group_name,
    members,
    refusal,
    refusal_of_dimension,
    visible_ids,
)
from records.model import Accepted, Actor, Door, Occasion
from records.people import Person, Unit, actor_of, get_person, save_people, save_units
from records.revise import withdraw
from records.submit import Entry, submit_many

OFFICE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 10, tzinfo=OFFICE)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
READER = Actor("system", "系统", "O", frozenset({ADMINISTRATOR}))

SOURCE = """
id: visit
title: 检查
instance_name: ${firm}
fields:
  - {type: unit, name: town, label: 乡镇, unit_kinds: [town]}
  - {type: text, name: firm, label: 企业}
  - {type: select_one, name: grade, label: 级别, choices: {general: 一般, major: 重大}}
  - {type: select_multiple, name: ways, label: 方式, choices: {a: 甲, b: 乙}}
  - {type: integer, name: people, label: 人数}
  - {type: decimal, name: fine, label: 罚款}
  - {type: date, name: day, label: 日期}
  - {type: repeat, name: moved, label: 移送人员, fields: [{type: text, name: who, label: 姓名}]}
access: {units: [town], roles: {office: {fill: true, read: all, withdraw: all}, town: {fill: true, read: unit}}}
"""

VISITS: tuple[Mapping[str, Raw], ...] = (
    {"town": "T1", "firm": "面粉厂", "grade": "major", "people": "3", "fine": "0.1", "day": "2026-11-01"},
    {"town": "T1", "firm": "面粉厂", "grade": "general", "people": "2", "fine": "0.2", "day": "2026-11-30"},
    {"town": "T2", "firm": "酒店", "grade": "general", "day": "2026-11-15", "moved": [{"who": "甲"}, {"who": "乙"}]},
    {"town": "T2", "firm": "酒店", "grade": "major", "people": "4", "day": "2026-10-31"},
    {"firm": "砖厂", "people": "1", "fine": "12.5", "day": "2026-11-09", "moved": [{"who": "丙"}]},
)


@pytest.fixture
def ids(database: Database, tmp_path: Path) -> list[str]:
    """The ids of the five visits, in their order."""
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "visit.yaml").write_text(SOURCE, encoding="utf-8")
    with database.writing() as conn:
        save_units(conn, [Unit("O", "县安委办", "office")])
        save_units(conn, [Unit(f"T{n}", f"{name}镇", "town", ("O",), n) for n, name in enumerate("东西南", 1)])
        save_people(conn, [Person("a", "甲", "O", ("office",)), Person("t", "乙", "T1", ("town",))])
        publish(conn, load_folder(tmp_path / "definitions"), actor="a", at=NOW)
        ledger = open_ledger(conn, open_catalogue(conn), "419926")
        occasion = Occasion(actor_of(conn, get_person(conn, "a")), NOW, Door.WEB)
        entries = [Entry(visit, f"i{n}", occasion) for n, visit in enumerate(VISITS)]
        outcomes = submit_many(ledger, "visit", entries)
    accepted = [outcome for outcome in outcomes if isinstance(outcome, Accepted)]
    assert len(accepted) == len(VISITS)
    return [outcome.submission.id for outcome in accepted]


def form_of(database: Database) -> Form:
    with database.reading() as conn:
        return open_catalogue(conn)["visit"].form


def counted(database: Database, counting: Counting, *, period: Period = NOVEMBER, actor: Actor = READER) -> Counted:
    with database.reading() as conn:
        return count(conn, counting, actor, period=period, now=NOW)


def counting(database: Database, agg: str, expr: str = "", condition: str = "", time: str | None = "day") -> Counting:
    def parsed(words: str) -> Expression | None:
        return parse(words) if words else None

    return Counting(form_of(database), Aggregation(agg), parsed(expr), parsed(condition), time)


def test_records_of_the_period_are_counted_its_last_day_too(database: Database, ids: list[str]) -> None:
    found = counted(database, counting(database, "count"))
    assert found.value == 4
    assert set(found.record_ids) == {ids[0], ids[1], ids[2], ids[4]}


def test_a_measure_without_a_time_counts_all_records(database: Database, ids: list[str]) -> None:
    assert counted(database, counting(database, "count", time=None)).value == len(ids)


def test_the_time_of_storing_is_read_by_the_office_clock(database: Database, ids: list[str]) -> None:
    stored = counting(database, "count", time="created_at")
    assert counted(database, stored, period=Period(NOW.date(), NOW.date())).value == len(ids)
    assert counted(database, stored, period=Period(date(2026, 11, 21), date(2026, 11, 21))).value == 0


def test_a_condition_chooses_records(database: Database, ids: list[str]) -> None:
    found = counted(database, counting(database, "count", condition="${grade} = 'major'", time=None))
    assert (found.value, set(found.record_ids)) == (2, {ids[0], ids[3]})


def test_the_same_firm_twice_is_one_firm(database: Database, ids: list[str]) -> None:
    assert counted(database, counting(database, "count_distinct", "${firm}")).value == 3


def test_people_are_added_up_and_a_blank_adds_nothing(database: Database, ids: list[str]) -> None:
    found = counted(database, counting(database, "sum", "${people}"))
    assert (found.value, set(found.record_ids)) == (6, {ids[0], ids[1], ids[4]})


def test_money_is_added_up_exactly(database: Database, ids: list[str]) -> None:
    assert counted(database, counting(database, "sum", "${fine}")).value == Fraction(128, 10)


def test_rows_of_a_table_are_added_up(database: Database, ids: list[str]) -> None:
    assert counted(database, counting(database, "sum", "count(${moved})")).value == 3


def test_nothing_adds_up_to_nothing(database: Database, ids: list[str]) -> None:
    empty = counting(database, "sum", "${people}", "${firm} = '没有'")
    assert counted(database, empty) == Counted(0, counted(database, empty).query, ())


def test_groups_are_those_that_occur_the_unanswered_one_too(database: Database, ids: list[str]) -> None:
    with database.reading() as conn:
        groups = count_by(conn, counting(database, "count"), "town", READER, period=NOVEMBER, now=NOW)
    assert {group: found.value for group, found in groups.counted.items()} == {"T1": 2, "T2": 1, None: 1}
    assert groups.of("T1").record_ids == tuple(sorted(ids[:2]))
    assert groups.of("T3") == Counted(0, groups.query, ())


def test_groups_have_the_names_and_the_order_of_the_office(database: Database, ids: list[str]) -> None:
    form = form_of(database)
    with database.reading() as conn:
        assert members(conn, form, "town") == {"T1": "东镇", "T2": "西镇", "T3": "南镇"}
        assert members(conn, form, "grade") == {"general": "一般", "major": "重大"}
        assert members(conn, form, "firm") == {}
        assert group_name(DatabaseLookup(conn), form, "town", "T2") == "西镇"
        assert group_name(DatabaseLookup(conn), form, "town", None) == "未填"


@pytest.mark.parametrize(
    ("agg", "expr", "condition"),
    [
        ("count", "", "${grade} = 'major' or contains(${firm}, '酒店')"),
        ("count", "", "selected(${ways}, 'a') or ${day} < today() or ${people} = ''"),
        ("count", "", "today() - ${day} > 3 and ${created_at} < now()"),
        ("sum", "count(${moved})", "${people} >= 1 or ${people} = ''"),
        ("sum", "${fine}", ""),
        ("count_distinct", "${firm}", ""),
    ],
)
def test_the_printed_sql_gives_the_same_number_when_it_is_typed(
    database: Database, ids: list[str], agg: str, expr: str, condition: str
) -> None:
    found = counted(database, counting(database, agg, expr, condition))
    with database.reading() as conn:
        typed = conn.execute(text(found.query.replace(":", "\\:"))).scalar_one()
    assert found.value == (Fraction(int(typed), 10_000) if expr == "${fine}" else typed)


def test_a_withdrawn_record_counts_no_more(database: Database, ids: list[str]) -> None:
    with database.writing() as conn:
        ledger = open_ledger(conn, open_catalogue(conn), "419926")
        withdraw(ledger, ids[0], Occasion(actor_of(conn, get_person(conn, "a")), NOW, Door.WEB))
    assert counted(database, counting(database, "count")).value == 3


def test_a_person_counts_and_sees_what_they_may_read(database: Database, ids: list[str]) -> None:
    with database.reading() as conn:
        town = actor_of(conn, get_person(conn, "t"))
        assert visible_ids(conn, form_of(database), ids, town) == sorted(ids[:2])
    assert counted(database, counting(database, "count"), actor=town).value == 2


@pytest.mark.parametrize(
    ("agg", "expr", "condition", "time", "words"),
    [
        ("count", "${people}", "", "day", "不用写 expr"),
        ("sum", "", "", "day", "要写 expr"),
        ("sum", "${firm}", "", "day", "expr：文字题"),
        ("count_distinct", "${ways}", "", "day", "区分不同的对象"),
        ("count", "", "regex(${firm}, 'a')", "day", "filter：统计条件里不能用 regex()"),
        ("count", "", "", "firm", "time 应是"),
        ("count", "", "", "nothing", "time 应是"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_reason(
    database: Database, ids: list[str], agg: str, expr: str, condition: str, time: str, words: str
) -> None:
    assert words in str(refusal(counting(database, agg, expr, condition, time)))


def test_records_are_grouped_by_one_answer_only(database: Database, ids: list[str]) -> None:
    form = form_of(database)
    assert refusal_of_dimension(form, "town") is None
    assert "没有 village" in str(refusal_of_dimension(form, "village"))
    assert "几个值" in str(refusal_of_dimension(form, "ways"))
