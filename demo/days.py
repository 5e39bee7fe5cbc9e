"""Days and hours of the demo county: when people work, and what comes after what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from kernel.clock import Period
from records.people import CalendarDay, is_workday

#: Where the county lies.
ZONE = ZoneInfo("Asia/Shanghai")
#: How much is done on a day off, and in the week before a holiday, beside a usual day.
_OFF, _BEFORE_HOLIDAY = 0.15, 1.6


def moment(day: date, hour: float, random: Random) -> datetime:
    """Some minute of `day` within the hour that begins at `hour` (8.5: half past eight)."""
    seconds = int(hour * 3600) + random.randrange(3600)
    return datetime.combine(day, time(), tzinfo=ZONE) + timedelta(seconds=seconds)


def weighted_days(period: Period, calendar: Mapping[date, CalendarDay]) -> dict[date, float]:
    """Every day of `period` with how much is done on it."""
    days = [period.start + timedelta(days=offset) for offset in range(period.days)]
    return {day: _weight(day, calendar) for day in days}


def workday_from(day: date, calendar: Mapping[date, CalendarDay]) -> date:
    """`day`, or the next day that is worked."""
    while not is_workday(day, calendar):
        day += timedelta(days=1)
    return day


def _weight(day: date, calendar: Mapping[date, CalendarDay]) -> float:
    if not is_workday(day, calendar):
        return _OFF
    week = [day + timedelta(days=offset) for offset in range(1, 8)]
    near = any(calendar[each].kind == "holiday" for each in week if each in calendar)
    return _BEFORE_HOLIDAY if near else 1.0
