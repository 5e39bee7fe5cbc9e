"""Every cadence that the county's papers speak of (J01 to J18), said in the words of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pytest

from forms.obligations import Obligation
from forms.owing import Opening, Slot, only_while, slot_after, slots
from kernel.clock import Period
from tests.conftest import OFFICE

#: The National Day of 2026: 1 to 7 October off; Sunday 20 September and Saturday 10 October are worked.
HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)} | {date(2026, 9, day) for day in (25, 26, 27)}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}


def is_workday(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in HOLIDAYS)


def said(**words: object) -> Obligation:
    who = {} if "roles" in words or "unit_kinds" in words else {"unit_kinds": ["town"]}
    return Obligation.model_validate({"title": "应报", **who, **words})


def times(obligation: Obligation, first: str, last: str) -> list[Slot]:
    days = Period(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}"))
    return slots(obligation, days, OFFICE, is_workday)


def due(found: list[Slot]) -> list[str]:
    return [f"{slot.due_at:%m-%d %H:%M}" for slot in found]


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=OFFICE)


@dataclass(frozen=True)
class Cadence:
    """Words, the days looked at, and the hours that they come to."""

    words: Mapping[str, object]
    first: str
    last: str
    hours: list[str]


def every_day(first: int, last: int, month: int, *hours: str) -> list[str]:
    return [f"{month:02}-{day:02} {hour}" for day in range(first, last + 1) for hour in hours]


CADENCES = {
    "J01 每天 16 点调度": Cadence(
        {"every": "day", "opens": "08:00", "at": "16:00", "late_until": "18:00", "remind": [60, 30, 10]},
        "09-29",
        "10-03",
        ["09-29 16:00", "09-30 16:00", "10-01 16:00", "10-02 16:00", "10-03 16:00"],
    ),
    "J02 每个工作日梳理交办": Cadence(
        {"every": "day", "at": "18:00", "shift": "skip"},
        "09-29",
        "10-12",
        ["09-29 18:00", "09-30 18:00", "10-08 18:00", "10-09 18:00", "10-10 18:00", "10-12 18:00"],
    ),
    "J03 周总结": Cadence(
        {"every": "week", "on": "fri", "at": "17:00", "shift": "previous_workday"},
        "09-14",
        "10-11",
        ["09-18 17:00", "09-24 17:00", "09-30 17:00", "10-09 17:00"],
    ),
    "J03 月通报": Cadence(
        {"every": "month", "on": 5, "at": "17:00", "which": "previous", "shift": "next_workday"},
        "09-01",
        "12-31",
        ["09-07 17:00", "10-08 17:00", "11-05 17:00", "12-07 17:00"],
    ),
    "J04 周例会": Cadence(
        {"every": "week", "on": "mon", "at": "12:00", "where": "${kind} = 'weekly'"},
        "10-01",
        "10-26",
        ["10-05 12:00", "10-12 12:00", "10-19 12:00", "10-26 12:00"],
    ),
    "J05 一日三研判": Cadence(
        {"every": "day", "at": ["08:30", "14:30", "20:30"]},
        "07-01",
        "07-02",
        every_day(1, 2, 7, "08:30", "14:30", "20:30"),
    ),
    "J06 每月通报": Cadence(
        {"every": "month", "on": 10, "which": "previous"},
        "09-01",
        "11-30",
        ["09-10 23:59", "10-10 23:59", "11-10 23:59"],
    ),
    "J06 季度排名": Cadence(
        {"every": "quarter", "on": 15, "which": "previous"},
        "01-01",
        "12-31",
        ["01-15 23:59", "04-15 23:59", "07-15 23:59", "10-15 23:59"],
    ),
    "J06 全年总评": Cadence({"every": "year", "on": "01-20", "which": "previous"}, "01-01", "12-31", ["01-20 23:59"]),
    "J07 党政主要负责同志每季度专题会议": Cadence(
        {"every": "quarter", "roles": ["leader"], "person": "chair", "date": "held_on"},
        "01-01",
        "12-31",
        ["03-31 23:59", "06-30 23:59", "09-30 23:59", "12-31 23:59"],
    ),
    "J08 部门每月研究一次": Cadence(
        {"every": "month", "unit_kinds": ["department"], "where": "${kind} = 'study'"},
        "01-01",
        "03-31",
        ["01-31 23:59", "02-28 23:59", "03-31 23:59"],
    ),
    "J09 每季度专家+执法": Cadence(
        {"every": "quarter", "on": "last", "shift": "previous_workday"},
        "04-01",
        "12-31",
        ["06-30 23:59", "09-30 23:59", "12-31 23:59"],
    ),
    "J10 班组日查": Cadence(
        {"every": "day", "unit_kinds": ["team"], "at": "20:00"}, "10-01", "10-02", every_day(1, 2, 10, "20:00")
    ),
    "J10 车间周查": Cadence(
        {"every": "week", "unit_kinds": ["workshop"]}, "10-01", "10-18", ["10-04 23:59", "10-11 23:59", "10-18 23:59"]
    ),
    "J10 厂矿月查": Cadence(
        {"every": "month", "unit_kinds": ["plant"]}, "10-01", "11-30", ["10-31 23:59", "11-30 23:59"]
    ),
    "J10 集团公司季查": Cadence(
        {"every": "quarter", "roles": ["group"]}, "07-01", "12-31", ["09-30 23:59", "12-31 23:59"]
    ),
    "J11 值班表每周四报下周": Cadence(
        {"every": "week", "on": "thu", "at": "17:00", "which": "next", "date": "day", "shift": "previous_workday"},
        "09-28",
        "10-15",
        ["09-30 17:00", "10-08 17:00", "10-15 17:00"],
    ),
    "J11 24小时值班日志": Cadence(
        {"every": "day", "at": ["08:00", "20:00"]}, "10-01", "10-02", every_day(1, 2, 10, "08:00", "20:00")
    ),
    "J12 晨查夜查": Cadence(
        {"every": "day", "at": ["09:00", "23:00"], "late_until": ["10:00", "23:59"]},
        "10-01",
        "10-01",
        ["10-01 09:00", "10-01 23:00"],
    ),
    "J13 24小时监测": Cadence({"every": "hour"}, "07-01", "07-01", [f"07-01 {hour:02}:00" for hour in range(24)]),
    "J14 年度书面述职": Cadence(
        {"every": "year", "on": "12-20", "roles": ["leader"], "opens_days": 19, "shift": "previous_workday"},
        "01-01",
        "12-31",
        ["12-18 23:59"],
    ),
    "J15 5·12 防灾减灾日": Cadence({"every": "year", "on": "05-12"}, "01-01", "12-31", ["05-12 23:59"]),
    "J15 11·9 消防宣传月": Cadence(
        {"every": "year", "on": "11-30", "opens_days": 29}, "01-01", "12-31", ["11-30 23:59"]
    ),
    "J17 年底前完成": Cadence({"on": "2026-12-31", "at": "18:00"}, "01-01", "12-31", ["12-31 18:00"]),
}


@pytest.mark.parametrize("cadence", CADENCES.values(), ids=CADENCES.keys())
def test_a_cadence_comes_to_its_hours(cadence: Cadence) -> None:
    assert due(times(said(**cadence.words), cadence.first, cadence.last)) == cadence.hours


def test_j05_and_j16_are_owed_while_a_warning_stands_and_by_those_it_is_for() -> None:
    hourly = said(every="hour", within={"form": "warning", "start": "issued_at", "end": "lifted_at", "unit": "town"})
    warnings = [Opening(local("07-01T08:40"), local("07-01T11:20"), "cg"), Opening(local("07-01T10:30"), None, "dh")]
    found = list(only_while(times(hourly, "07-01", "07-01"), warnings))
    assert due(found)[:3] == ["07-01 09:00", "07-01 10:00", "07-01 11:00"]
    assert [sorted(slot.only or ()) for slot in found[:4]] == [["cg"], ["cg"], ["cg", "dh"], ["dh"]]
    thrice = times(said(every="day", at=["08:30", "14:30", "20:30"], within={"form": "warning"}), "07-01", "07-02")
    assert due(list(only_while(thrice, [Opening(local("07-01T12:00"), local("07-02T09:00"))]))) == [
        "07-01 14:30",
        "07-01 20:30",
        "07-02 08:30",
    ]


def test_j15_a_key_period_asks_for_more_on_its_days_alone() -> None:
    daily = times(said(every="day", at="10:00", during="key_period"), "09-28", "10-10")
    national_day = Opening(local("10-01T00:00"), local("10-07T23:59"))
    assert due(list(only_while(daily, [national_day]))) == every_day(1, 7, 10, "10:00")
    assert list(only_while(daily, [])) == []


def test_j16_after_an_accident_the_unit_that_it_names_owes_the_first_word_within_the_hour() -> None:
    first = said(after={"form": "accident", "date": "happened_at", "hours": 1, "unit": "town"})
    assert first.after is not None
    slot = slot_after(first.after, "A1", local("10-03T22:15"), "cg")
    assert (f"{slot.due_at:%m-%d %H:%M}", slot.only, slot.event) == ("10-03 23:15", frozenset({"cg"}), "A1")
    complement = said(after={"form": "accident", "hours": 24 * 30})
    assert complement.after is not None
    assert f"{slot_after(complement.after, 'A1', local('10-03T22:15'), None).due_at:%m-%d %H:%M}" == "11-02 22:15"


def test_j18_a_visiting_group_is_reported_to_every_day_that_it_is_there() -> None:
    daily = times(said(every="day", at="16:00", within={"form": "visit"}), "10-12", "10-26")
    visit = Opening(local("10-14T00:00"), local("10-24T23:59"))
    assert due(list(only_while(daily, [visit]))) == every_day(14, 24, 10, "16:00")


def test_what_a_record_is_about_and_when_it_may_be_filed_follow_from_the_words() -> None:
    def told(obligation: Obligation, first: str, last: str) -> tuple[str, str, str | None]:
        slot = times(obligation, first, last)[0]
        late = slot.late_until
        return str(slot.period), f"{slot.opens_at:%m-%d %H:%M}", f"{late:%m-%d %H:%M}" if late else None

    daily = said(every="day", opens="08:00", at="16:00", late_until="18:00")
    assert told(daily, "11-22", "11-22") == ("2026-11-22..2026-11-22", "11-22 08:00", "11-22 18:00")
    monthly = said(every="month", on=5, which="previous", late_days=3)
    assert told(monthly, "11-01", "11-30") == ("2026-10-01..2026-10-31", "11-01 00:00", "11-08 23:59")
    roster = said(every="week", on="thu", at="17:00", which="next")
    assert told(roster, "11-16", "11-22") == ("2026-11-23..2026-11-29", "11-16 00:00", None)
    twice = said(every="week", on=["mon", "thu"])
    assert [str(slot.period) for slot in times(twice, "11-16", "11-22")] == [
        "2026-11-16..2026-11-16",
        "2026-11-17..2026-11-22",
    ]
    yearly = said(every="year", on="12-20", opens_days=19)
    assert told(yearly, "01-01", "12-31") == ("2026-01-01..2026-12-31", "12-01 00:00", None)
    assert told(said(on="2026-12-31"), "01-01", "12-31")[0] == "2026-01-01..2026-12-31"


def test_several_hours_without_a_limit_are_late_until_half_way_to_the_next() -> None:
    thrice = times(said(every="day", at=["08:30", "14:30", "20:30"]), "07-01", "07-01")
    assert [f"{slot.late_until:%m-%d %H:%M}" for slot in thrice] == ["07-01 11:30", "07-01 17:30", "07-02 02:30"]
    assert [f"{slot.opens_at:%m-%d %H:%M}" for slot in thrice] == ["07-01 02:30", "07-01 11:30", "07-01 17:30"]


def test_nothing_is_owed_before_the_first_day_nor_after_the_last() -> None:
    obligation = said(every="day", since="2026-10-03", until="2026-10-04")
    assert due(times(obligation, "10-01", "10-31")) == ["10-03 23:59", "10-04 23:59"]
