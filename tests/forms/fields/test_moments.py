"""Days, hours, and days with an hour."""

from __future__ import annotations

import pytest

from forms.fields.date import Date
from forms.fields.datetime import DateTime
from forms.fields.time import Time
from forms.values import Raw
from tests.forms.asking import OFFICE, made, read, refusal


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "2026年11月22日",
        "2026年11月22号",
        "2026年11月22",
        "20261122",
        "２０２６年１１月２２日",
        "2026 年 11 月 22 日",
        "2026-11-22 00:00:00",
        "2026-11-22T00:00",
        "46348",
        46348,
        46348.0,
    ],
)
def test_days_in_the_spellings_of_people_and_spreadsheets(typed: Raw) -> None:
    assert read(made(Date), typed) == "2026-11-22"


@pytest.mark.parametrize("typed", ["2026-2-29", "2026-13-01", "20261131", "2026年2月30日", "0000-01-01"])
def test_a_day_that_no_calendar_has_is_refused(typed: str) -> None:
    assert refusal(made(Date), typed) == f"没有“{typed}”这一天"


@pytest.mark.parametrize("typed", ["11-22", "22/11/2026", "昨天", "2026", "46348.5", "99999", "2026-11-22 08:30"])
def test_what_may_be_another_day_is_refused(typed: str) -> None:
    assert refusal(made(Date), typed) == "日期请写成 2026-11-22 或 2026年11月22日"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("8:30", "08:30"),
        ("08:30:00", "08:30"),
        ("8：30", "08:30"),
        ("8时30分", "08:30"),
        ("16点", "16:00"),
        ("0:00", "00:00"),
    ],
)
def test_hours_as_people_type_them(typed: str, value: str) -> None:
    assert read(made(Time), typed) == value


@pytest.mark.parametrize("typed", ["24:00", "12:60", "830", "上午", "8.30"])
def test_an_hour_that_no_clock_shows_is_refused(typed: str) -> None:
    assert refusal(made(Time), typed) == "时间请写成 16:00"


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22 8:30",
        "2026-11-22T08:30",
        "2026-11-22T08:30:59.000",
        "2026/11/22 08:30:00",
        "2026年11月22日8时30分",
        "2026年11月22日 8点30",
        "２０２６年１１月２２日　８：３０",
        "20261122 8:30",
        "46348.354166666664",
        46348.354166666664,
    ],
)
def test_moments_in_the_spellings_of_people_and_spreadsheets(typed: Raw) -> None:
    assert read(made(DateTime), typed) == "2026-11-22T08:30"


@pytest.mark.parametrize("typed", ["2026-11-22", "8:30", "46348", "昨天 8:30", "2026-11-22 上午"])
def test_a_moment_has_a_day_and_an_hour(typed: str) -> None:
    assert refusal(made(DateTime), typed)


def test_a_moment_that_never_was_or_is_of_another_zone_is_refused() -> None:
    assert refusal(made(DateTime), "2026-02-30 8:30") == "没有“2026-02-30”这一天"
    assert refusal(made(DateTime), "2026-11-22 24:10") == "时间请写成 16:00"
    assert refusal(made(DateTime), "2026-11-22T08:30:00Z") == "时间请写成 16:00"
    assert made(DateTime).show("2026-11-22T08:30", OFFICE) == "2026-11-22 08:30"
