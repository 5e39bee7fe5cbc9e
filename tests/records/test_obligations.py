from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from forms.obligations import Span
from kernel.clock import Period
from records.catalogue import publish
from records.model import Submission
from records.obligations import Owing, Reckoner, Standing, is_on_behalf, may_file_for, owings
from records.people import CalendarDay, Unit, mark_units, save_calendar, save_units
from records.revise import withdraw
from records.spans import NamedSpan, drop_spans, save_spans
from tests.conftest import OFFICE, HandClock
from tests.records.office import UNITS
from tests.records.office import Office as TinyOffice

DAILY = """
id: daily
title: 日报
instance_name: ${day}
fields:
  - {type: unit, name: org, label: 单位, default: user('unit')}
  - {type: date, name: day, label: 日期, default: today()}
  - {type: select_one, name: mode, label: 情况, choices: {safe: 平安, eventful: 有事}, default: "'safe'"}
  - {type: text, name: kind, label: 类型}
  - {type: person, name: chair, label: 主持}
  - {type: record, name: about, form: warning, label: 预警}
one_tap: {mode: safe}
access:
  units: [org]
  roles:
    office: {fill: true, read: all, edit: all, withdraw: all}
    department: {fill: true, read: unit, edit: unit}
    town: {fill: true, read: unit, edit: unit}
    leader: {fill: true, read: all}
obligations:
  daily:
    title: 每日报告
    unit_kinds: [town, department]
    unit: org
    date: day
    every: day
    opens: "08:00"
    at: "16:00"
    late_until: "18:00"
  weekly: {title: 周例会, unit_kinds: [town], every: week, where: "${kind} = 'weekly'"}
  quarterly: {title: 专题会议, roles: [leader, office], person: chair, date: day, every: quarter}
  festive: {title: 节日调度, unit_kinds: [town], unit: org, date: day, every: day, at: "10:00", during: key_period}
  campaign: {title: 专项日报, unit_kinds: [town], unit: org, date: day, every: day, during: fire_2026}
  hourly:
    title: 逐时雨情
    unit_kinds: [town]
    unit: org
    every: hour
    within: {form: warning, where: "${level} != 'blue'", start: issued_at, end: lifted_at, unit: towns}
  word: {title: 首报, after: {form: warning, date: issued_at, hours: 2, link: about, unit: towns}, unit: org}
  word_of_all: {title: 响应, unit_kinds: [department], after: {form: warning, hours: 24}}
"""
WARNING = """
id: warning
title: 预警
instance_name: ${level}
fields:
  - {type: text, name: level, label: 级别}
  - {type: datetime, name: issued_at, label: 发布}
  - {type: datetime, name: lifted_at, label: 解除}
  - {type: units, name: towns, label: 乡镇}
access:
  roles: {office: {fill: true, read: all, edit: all, withdraw: all}, town: {read: all}}
"""
LETTERS = {
    "later": "-",
    "owed": "?",
    "overdue": "!",
    "missing": "X",
    "on_time": "O",
    "late": "L",
    "made_up": "m",
}


@pytest.fixture
def office(office: TinyOffice, now: HandClock) -> TinyOffice:
    """The tiny office, which began with the forms on 1 October 2026."""
    now.set(datetime(2026, 10, 1, tzinfo=OFFICE))
    office.publish(DAILY, WARNING)
    now.set(datetime(2026, 11, 22, 10, tzinfo=OFFICE))
    return office


def named(office: TinyOffice, name: str) -> Owing:
    with office.reading() as ledger:
        return next(one for one in owings([ledger.catalogue["daily"].form]) if one.name == name)


def standing(office: TinyOffice, name: str, first: str, last: str, only: frozenset[str] | None = None) -> Standing:
    days = Period(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}"))
    with office.reading() as ledger:
        forms = {form_id: published.form for form_id, published in ledger.catalogue.newest.items()}
        return Reckoner(ledger.conn, forms, office.now()).standing(named(office, name), days, only=only)


def letters(found: Standing) -> dict[str, str]:
    """By debtor a letter for each time; a blank where nothing is owed."""

    def letter(debtor_id: str, key: str) -> str:
        owed = found.owed.get((debtor_id, key))
        return LETTERS[owed.state] if owed else " "

    return {debtor.id: "".join(letter(debtor.id, slot.key) for slot in found.slots) for debtor in found.debtors}


def at(now: HandClock, text: str) -> None:
    now.set(datetime.fromisoformat(f"2026-{text}"))


def test_every_unit_of_the_kinds_has_a_row_and_every_day_a_column(office: TinyOffice, now: HandClock) -> None:
    at(now, "11-20T15:00")
    office.sent("bei", "daily", {})
    at(now, "11-21T16:30")
    office.sent("bei", "daily", {})
    at(now, "11-22T17:00")
    assert letters(standing(office, "daily", "11-20", "11-23")) == {"D1": "XX!-", "T1": "OL!-", "T2": "XX!-"}


def test_a_record_counts_for_the_unit_that_it_names_and_else_for_the_unit_that_filed_it(office: TinyOffice) -> None:
    office.sent("an", "daily", {"org": "T2", "kind": "weekly"})
    assert letters(standing(office, "daily", "11-22", "11-22"))["T2"] == "O"
    assert letters(standing(office, "weekly", "11-16", "11-22"))["T2"] == "?"
    office.sent("chen", "daily", {"kind": "weekly", "day": "2026-11-21"})
    assert letters(standing(office, "weekly", "11-16", "11-22"))["T2"] == "O"


def test_what_another_unit_filed_is_on_behalf(office: TinyOffice) -> None:
    office.sent("an", "daily", {"org": "T2"})
    office.sent("bei", "daily", {})
    found = standing(office, "daily", "11-22", "11-22")
    assert {debtor: is_on_behalf(found.owing, debtor, owed) for (debtor, _), owed in found.owed.items()} == {
        "D1": False,
        "T1": False,
        "T2": True,
    }
    assert found.owed["T2", "2026-11-22T16:00"].filed[0].by == "an"


def test_what_was_withdrawn_does_not_count(office: TinyOffice) -> None:
    record = office.sent("bei", "daily", {})
    with office.writing() as ledger:
        withdraw(ledger, record.id, office.occasion("an"), "弄错了")
    assert letters(standing(office, "daily", "11-22", "11-22"))["T1"] == "?"


def test_only_records_for_which_the_condition_holds_count(office: TinyOffice) -> None:
    office.sent("bei", "daily", {"kind": "其他"})
    assert letters(standing(office, "weekly", "11-16", "11-22"))["T1"] == "?"
    office.sent("bei", "daily", {"kind": "weekly", "day": "2026-11-20"})
    assert letters(standing(office, "weekly", "11-16", "11-22"))["T1"] == "O"


def test_the_counts_tell_quiet_from_eventful_and_late_from_missing(office: TinyOffice, now: HandClock) -> None:
    office.sent("bei", "daily", {})
    at(now, "11-22T17:00")
    office.sent("an", "daily", {"org": "T2", "mode": "eventful"})
    at(now, "11-22T19:00")
    totals = standing(office, "daily", "11-22", "11-22").totals()
    assert (totals.owed, totals.reported, totals.quiet, totals.eventful) == (3, 2, 1, 1)
    assert (totals.late, totals.missing, totals.on_behalf, totals.awaited) == (1, 1, 1, 0)
    assert totals.rate == Fraction(2, 3)


def test_what_cannot_be_filed_yet_is_not_owed_yet(office: TinyOffice) -> None:
    tomorrow = standing(office, "daily", "11-23", "11-23").totals()
    assert (tomorrow.owed, tomorrow.rate) == (0, None)


def test_nothing_is_owed_from_before_the_office_began_with_the_form(office: TinyOffice, now: HandClock) -> None:
    assert [slot.key for slot in standing(office, "daily", "09-29", "10-02").slots] == [
        "2026-10-01T16:00",
        "2026-10-02T16:00",
    ]


def test_over_records_taken_over_from_before_more_is_owed_from_the_oldest_to_the_newest(
    office: TinyOffice, now: HandClock
) -> None:
    for day in ("09-20T09:00", "09-22T09:00"):
        at(now, day)
        office.sent("bei", "daily", {})
    assert [slot.key[5:10] for slot in standing(office, "daily", "09-18", "10-01").slots] == [
        "09-20",
        "09-21",
        "09-22",
        "10-01",
    ]


def test_a_unit_owes_from_its_first_day_until_it_goes_out_of_use(office: TinyOffice, now: HandClock) -> None:
    at(now, "11-21T12:00")
    with office.database.writing() as conn:
        save_units(conn, [Unit("T3", "新镇", "town", ("O",), 9, since=date(2026, 11, 21))])
        mark_units(conn, ["T2"], now())
    at(now, "11-22T19:00")
    assert letters(standing(office, "daily", "11-20", "11-22")) == {
        "D1": "X" * 3,
        "T1": "X" * 3,
        "T2": "X  ",
        "T3": " XX",
    }


def test_who_looks_for_a_few_sees_those_alone(office: TinyOffice) -> None:
    assert letters(standing(office, "daily", "11-22", "11-22", only=frozenset({"T1", "V1"}))) == {"T1": "?"}


def test_people_of_a_role_owe_by_the_person_question(office: TinyOffice, now: HandClock) -> None:
    office.sent("an", "daily", {"chair": "ling", "day": "2026-11-03"})
    at(now, "11-30T09:00")
    found = standing(office, "quarterly", "10-01", "12-31")
    assert letters(found) == {"an": "?", "ling": "O"}
    assert is_on_behalf(found.owing, "ling", found.owed["ling", "2026-12-31T23:59"])


def test_a_key_period_asks_for_more_on_its_days_and_a_campaign_by_its_id(office: TinyOffice) -> None:
    festival = NamedSpan("national_day", Span.KEY_PERIOD, "国庆", Period(date(2026, 11, 3), date(2026, 11, 4)))
    campaign = NamedSpan("fire_2026", Span.CAMPAIGN, "消防", Period(date(2026, 11, 5), date(2026, 11, 5)))
    with office.database.writing() as conn:
        save_spans(conn, [festival, campaign])
    assert [slot.key[5:10] for slot in standing(office, "festive", "11-01", "11-30").slots] == ["11-03", "11-04"]
    assert [slot.key[5:10] for slot in standing(office, "campaign", "11-01", "11-30").slots] == ["11-05"]
    with office.database.writing() as conn:
        drop_spans(conn, ["national_day"])
    assert standing(office, "festive", "11-01", "11-30").slots == ()


def warn(office: TinyOffice, level: str, start: str, end: str | None, *towns: str) -> Submission:
    lifted = {} if end is None else {"lifted_at": f"2026-{end}"}
    raw = {"level": level, "issued_at": f"2026-{start}", "towns": list(towns), **lifted}
    return office.sent("an", "warning", raw)


def test_while_a_warning_stands_the_units_that_it_names_owe_every_hour(office: TinyOffice) -> None:
    warn(office, "red", "11-22 06:40", "11-22 09:10", "T1")
    warn(office, "red", "11-22 08:40", None, "T2")
    warn(office, "blue", "11-22 01:00", "11-22 05:00", "T1")
    found = standing(office, "hourly", "11-22", "11-22")
    assert [slot.key[11:] for slot in found.slots] == [f"{hour:02}:00" for hour in range(7, 24)]
    assert letters(found) == {"T1": "X" * 3 + " " * 14, "T2": "  X?" + "-" * 13}


def test_after_an_event_the_units_that_it_names_owe_a_word(office: TinyOffice, now: HandClock) -> None:
    first = warn(office, "red", "11-22 07:00", None, "T1", "T2")
    second = warn(office, "blue", "11-22 09:00", None, "T1")
    office.sent("bei", "daily", {"about": second.id})
    found = standing(office, "word", "11-22", "11-22")
    assert [slot.event for slot in found.slots] == [first.id, second.id]
    assert letters(found) == {"T1": "XO", "T2": "X "}
    at(now, "11-22T12:00")
    assert letters(standing(office, "word_of_all", "11-22", "11-23")) == {"D1": "??"}


def test_around_now_is_what_can_be_filed_and_what_fell_due_lately(office: TinyOffice) -> None:
    with office.reading() as ledger:
        forms = {form_id: published.form for form_id, published in ledger.catalogue.newest.items()}
        reckoner = Reckoner(ledger.conn, forms, office.now())
        found = reckoner.around_now(named(office, "daily"), only={"T1"})
        assert [slot.key[5:10] for slot in found.slots] == ["11-19", "11-20", "11-21", "11-22"]
        assert [owed.slot.key for _, owed in found.owing_now(office.now())] == ["2026-11-22T16:00"]
        quarter = reckoner.around_now(named(office, "quarterly"), only={"ling"})
        assert [owed.slot.key for _, owed in quarter.owing_now(office.now())] == ["2026-12-31T23:59"]


def test_a_day_off_is_skipped_by_the_offices_calendar(office: TinyOffice, now: HandClock) -> None:
    with office.database.writing() as conn:
        save_calendar(conn, [CalendarDay(date(2026, 11, 20), "holiday", "节日")])
    office.publish(DAILY.replace('    opens: "08:00"\n', "    shift: skip\n"))
    at(now, "11-23T09:00")
    assert [slot.key[5:10] for slot in standing(office, "daily", "11-19", "11-23").slots] == ["11-19", "11-23"]


def test_who_may_change_everybodys_records_reports_on_behalf_of_all_and_a_unit_for_those_under_it(
    office: TinyOffice,
) -> None:
    form = named(office, "daily").form
    assert may_file_for(form, office.actor("an"), "T2")
    assert may_file_for(form, office.actor("bei"), "V1")
    assert not may_file_for(form, office.actor("bei"), "T2")
    assert not may_file_for(form, office.actor("ling"), "T2")


def test_a_unit_sees_its_rows_and_those_under_it_a_leader_all(office: TinyOffice) -> None:
    daily, quarterly = named(office, "daily"), named(office, "quarterly")
    with office.reading() as ledger:
        reckoner = Reckoner(ledger.conn, {}, office.now())
        assert reckoner.seen_by(daily, office.actor("ling")) is None
        assert reckoner.seen_by(daily, office.actor("bei")) == {"T1"}
        assert reckoner.seen_by(quarterly, office.actor("bei")) == {"bei"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("${kind} = 'weekly'", "substr(${kind}, 1, 2) = 'we'"),
        ("${level} != 'blue'", "substr(${level}, 1) != 'blue'"),
    ],
)
def test_a_condition_that_the_database_cannot_work_out_is_refused_before_anybody_looks(
    office: TinyOffice, old: str, new: str
) -> None:
    office.write(DAILY.replace(old, new))
    with office.database.writing() as conn:
        done = publish(conn, office.folder(), actor="an", at=office.now())
    assert done.versions == {}
    assert ["不能用来查找" in issue.sentence for issue in done.issues] == [True]


def test_the_tiny_offices_units_are_in_their_order(office: TinyOffice) -> None:
    found = standing(office, "daily", "11-22", "11-22")
    assert [debtor.id for debtor in found.debtors] == [unit.id for unit in UNITS if unit.kind in ("town", "department")]
