from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import Every, Period, from_utc_text, period_before, period_of, utc_text

MOMENTS = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 -- the zone is drawn beside it
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001 -- as above
    timezones=st.sampled_from([UTC, ZoneInfo("Asia/Shanghai"), timezone(timedelta(hours=-11))]),
)
DAYS = st.dates(date(2, 1, 1), date(9998, 12, 31))


def test_a_moment_is_written_in_utc_with_a_fixed_width() -> None:
    assert utc_text(datetime(2026, 11, 22, 16, tzinfo=ZoneInfo("Asia/Shanghai"))) == "2026-11-22T08:00:00.000000Z"
    assert utc_text(datetime(988, 1, 2, tzinfo=UTC)) == "0988-01-02T00:00:00.000000Z"


def test_a_moment_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="time zone"):
        utc_text(datetime(2026, 11, 22))  # noqa: DTZ001 -- that is the mistake


@given(MOMENTS)
def test_a_moment_is_read_back_as_it_was(at: datetime) -> None:
    assert from_utc_text(utc_text(at)) == at.astimezone(
        UTC
    )  # an hour that comes twice equals no moment of another zone


@given(MOMENTS, MOMENTS)
def test_texts_of_moments_sort_as_time_does(one: datetime, other: datetime) -> None:
    assert (utc_text(one) < utc_text(other)) == (one < other)


@given(st.sampled_from(Every), DAYS)
def test_a_day_lies_in_its_period_and_the_period_before_ends_the_day_before(every: Every, day: date) -> None:
    period = period_of(every, day)
    assert day in period
    assert period_before(every, day).end == period.start - timedelta(days=1)
    assert all(period_of(every, edge) == period for edge in (period.start, period.end))


def test_weeks_begin_on_monday_and_months_and_quarters_end_where_the_calendar_does() -> None:
    sunday = date(2026, 11, 22)
    assert str(period_of(Every.WEEK, sunday)) == "2026-11-16..2026-11-22"
    assert str(period_of(Every.MONTH, date(2028, 2, 3))) == "2028-02-01..2028-02-29"
    assert str(period_of(Every.QUARTER, sunday)) == "2026-10-01..2026-12-31"
    assert period_of(Every.YEAR, sunday).days == 365
    assert period_of(Every.DAY, sunday).days == 1


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Period(date(2026, 11, 22), date(2026, 11, 21))
    assert "2026-11-22" not in Period(date(2026, 11, 22), date(2026, 11, 22))
