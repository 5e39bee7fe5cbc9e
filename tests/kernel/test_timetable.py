from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import Every
from kernel.timetable import (
    Hour,
    IfMissed,
    Mistake,
    Once,
    Regular,
    Shift,
    Timetable,
    Yearly,
    due,
    parse,
    to_run,
    upcoming,
)
from tests.conftest import OFFICE

EIGHT = (time(8),)
#: Around the National Day of 2026: 1 to 7 October off, Saturday the 10th worked.
HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)}
WORKED = {date(2026, 10, 10)}


def is_workday(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in HOLIDAYS)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE)


def table(**words: object) -> Timetable:
    parsed = parse(words)
    assert isinstance(parsed, Timetable)
    return parsed


def hours(timetable: Timetable, since: str, now: str) -> list[str]:
    return [f"{hour.at:%Y-%m-%d %H:%M}" for hour in due(timetable, local(since), local(now), is_workday)]


timetables = st.builds(
    Timetable,
    st.one_of(
        st.builds(
            Regular,
            st.sampled_from([Every.DAY, Every.WEEK, Every.MONTH, Every.QUARTER]),
            st.lists(st.integers(1, 100), min_size=1, max_size=3).map(tuple),
        ),
        st.builds(Yearly, st.integers(1, 12), st.integers(1, 31)),
        st.builds(Once, st.dates(date(2026, 1, 1), date(2027, 12, 31))),
    ),
    st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=3).map(tuple),
    st.sampled_from(Shift),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 30)).map(lambda at: at.replace(tzinfo=OFFICE))  # noqa: DTZ001 -- the zone follows


@given(timetable=timetables, cuts=st.lists(moments, min_size=3, max_size=6).map(sorted))
def test_looking_often_finds_each_hour_once_as_looking_once_does(timetable: Timetable, cuts: list[datetime]) -> None:
    pieces = [hour for since, now in pairwise(cuts) for hour in due(timetable, since.astimezone(UTC), now, is_workday)]
    assert pieces == due(timetable, cuts[0], cuts[-1], is_workday)


@given(timetable=timetables, now=moments)
def test_the_upcoming_hour_is_the_first_that_falls_due(timetable: Timetable, now: datetime) -> None:
    hour = upcoming(timetable, now, is_workday)
    if hour is None:
        assert isinstance(timetable.when, Once) or timetable.shift is Shift.SKIP
        return
    assert [each.at for each in due(timetable, now, hour, is_workday)] == [hour]
    assert due(timetable, now, hour - timedelta(microseconds=1), is_workday) == []


def test_the_start_is_left_out_and_the_end_is_counted_in() -> None:
    daily = table(every="day", at="08:00")
    assert hours(daily, "2026-11-22 08:00", "2026-11-23 08:00") == ["2026-11-23 08:00"]
    assert hours(daily, "2026-11-22 08:00", "2026-11-23 07:59") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"every": "day", "at": ["16:00", "08:00"]}, ["11-22 16:00", "11-23 08:00", "11-23 16:00"]),
        ({"every": "week", "on": ["mon", "thu"], "at": "08:00"}, ["11-23 08:00", "11-26 08:00", "11-30 08:00"]),
        ({"every": "month", "on": "last", "at": "08:00"}, ["11-30 08:00", "12-31 08:00", "01-31 08:00"]),
        ({"every": "month", "on": 30, "at": "08:00"}, ["11-30 08:00", "12-30 08:00", "01-30 08:00", "02-28 08:00"]),
        ({"every": "month", "on": [1, 15], "at": "8:30"}, ["12-01 08:30", "12-15 08:30", "01-01 08:30"]),
        ({"every": "quarter", "on": 1, "at": "08:00"}, ["01-01 08:00", "04-01 08:00", "07-01 08:00"]),
        ({"every": "quarter", "on": "last", "at": "08:00"}, ["12-31 08:00", "03-31 08:00", "06-30 08:00"]),
        ({"every": "year", "on": "02-29", "at": "08:00"}, ["02-28 08:00", "02-29 08:00"]),
        ({"on": "2026-12-24", "at": "09:00"}, ["12-24 09:00"]),
    ],
)
def test_the_words_of_a_definition_mean_their_hours(words: dict[str, object], expected: list[str]) -> None:
    found = due(table(**words), local("2026-11-22 08:00"), local("2028-03-01 00:00"), is_workday)
    assert [f"{hour.at:%m-%d %H:%M}" for hour in found][: len(expected)] == expected


def test_the_hour_is_local_whatever_zone_the_past_is_given_in() -> None:
    since = local("2026-11-22 07:00").astimezone(UTC)
    (hour,) = due(table(every="day", at="08:00"), since, local("2026-11-22 09:00"), is_workday)
    assert hour == Hour(local("2026-11-22 08:00"), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        ("none", ["2026-10-01 08:00", "2026-10-05 08:00"]),
        ("next_workday", ["2026-10-08 08:00"]),
        ("previous_workday", ["2026-09-30 08:00"]),
        ("skip", []),
    ],
)
def test_a_day_that_is_not_worked_is_shifted_as_the_definition_says(shift: str, expected: list[str]) -> None:
    timetable = table(every="month", on=[1, 5], at="08:00", shift=shift)
    assert hours(timetable, "2026-09-20 00:00", "2026-10-20 00:00") == expected


def test_a_worked_saturday_is_a_workday() -> None:
    assert "2026-10-10 08:00" in hours(
        table(every="day", at="08:00", shift="skip"), "2026-10-08 09:00", "2026-10-11 00:00"
    )


def test_where_no_day_is_worked_nothing_is_shifted() -> None:
    timetable = Timetable(Once(date(2026, 10, 1)), EIGHT, Shift.NEXT_WORKDAY)
    found = due(timetable, local("2026-09-30 00:00"), local("2026-10-02 00:00"), lambda _: False)
    assert found == [Hour(local("2026-10-01 08:00"), date(2026, 10, 1))]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"every": "month", "on": 1, "shift": "next_workday"}, [("2026-10-08", "2026-10-01")]),
        ({"every": "month", "on": 1, "shift": "previous_workday"}, [("2026-09-30", "2026-10-01")]),
        ({"every": "month", "on": [3, 5], "shift": "next_workday"}, [("2026-10-08", "2026-10-05")]),
    ],
)
def test_an_hour_remembers_the_day_it_was_moved_from(words: dict[str, object], expected: list[tuple[str, str]]) -> None:
    found = due(table(**words, at="08:00"), local("2026-09-28 00:00"), local("2026-10-20 00:00"), is_workday)
    assert [(f"{hour.at:%Y-%m-%d}", hour.day.isoformat()) for hour in found] == expected


@pytest.mark.parametrize(
    ("if_missed", "now", "expected"),
    [
        (IfMissed.ALL, "2026-11-25 10:00", [23, 24, 25]),
        (IfMissed.LATEST, "2026-11-25 10:00", [25]),
        (IfMissed.SKIP, "2026-11-25 10:00", []),
        (IfMissed.SKIP, "2026-11-25 08:01", [25]),
    ],
)
def test_missed_hours_are_caught_up_as_the_definition_says(if_missed: IfMissed, now: str, expected: list[int]) -> None:
    since = local("2026-11-22 08:00")
    found = to_run(table(every="day", at="08:00"), if_missed, since=since, now=local(now), is_workday=is_workday)
    assert [hour.at.day for hour in found] == expected


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ({"every": "day"}, "at"),
        ({"every": "day", "at": "25:00"}, "at"),
        ({"every": "day", "at": []}, "at"),
        ({"every": "day", "at": "08:00", "on": "mon"}, "on"),
        ({"every": "day", "at": "08:00", "shift": "later"}, "shift"),
        ({"every": "fortnight", "at": "08:00"}, "every"),
        ({"every": "week", "at": "08:00"}, "on"),
        ({"every": "week", "on": 1, "at": "08:00"}, "on"),
        ({"every": "month", "on": 32, "at": "08:00"}, "on"),
        ({"every": "month", "on": True, "at": "08:00"}, "on"),
        ({"every": "month", "on": ["last", 0], "at": "08:00"}, "on"),
        ({"every": "quarter", "on": 93, "at": "08:00"}, "on"),
        ({"every": "year", "on": "02-30", "at": "08:00"}, "on"),
        ({"every": "year", "at": "08:00"}, "on"),
        ({"on": "tomorrow", "at": "08:00"}, "on"),
        ({"at": "08:00"}, "on"),
    ],
)
def test_a_word_that_cannot_be_used_is_named(words: dict[str, object], key: str) -> None:
    mistake = parse(words)
    assert isinstance(mistake, Mistake)
    assert mistake.key == key
