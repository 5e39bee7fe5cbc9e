"""How far days lie apart: in days, in months, in workdays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from forms.expressions.values import NAN, Value, day_and_second, has_day, number_of

MOST_WORKDAYS: Final = 3660
"""More than this many workdays, some fourteen years, are not counted off."""
_WEEKDAYS: Final = 5


def day_of(value: Value) -> date | None:
    """The day of a date, a moment or a count of days since 1970-01-01; None when it is none."""
    if not isinstance(value, float) and not has_day(value):
        return None
    found = day_and_second(number_of(value))
    return found[0] if found else None


def days_between(start: Value, end: Value) -> float:
    """From one day to another; below 0 when the other is earlier."""
    first, last = day_of(start), day_of(end)
    return float((last - first).days) if first and last else NAN


def months_between(start: Value, end: Value) -> float:
    """Whole months from one day to another, as ages are counted; below 0 when the other is earlier."""
    first, last = day_of(start), day_of(end)
    if not first or not last:
        return NAN
    return float(_months(first, last) if first <= last else 0 - _months(last, first))


def workdays_between(start: Value, end: Value, calendar: Mapping[str, bool]) -> float:
    """How many workdays come after one day up to and with another; below 0 when the other is earlier."""
    first, last = day_of(start), day_of(end)
    if not first or not last:
        return NAN
    return float(_workdays(first, last, calendar) if first <= last else 0 - _workdays(last, first, calendar))


def add_workdays(start: Value, count: Value, calendar: Mapping[str, bool]) -> str:
    """The day `count` workdays after (before, when below 0) a day; that day itself for 0, blank beyond reason."""
    day, wanted = day_of(start), number_of(count)
    if not day or not abs(wanted) <= MOST_WORKDAYS:
        return ""
    left, step = int(abs(wanted)), timedelta(days=1 if wanted > 0 else -1)
    try:
        while left:
            day += step
            left -= is_workday(day, calendar)
    except OverflowError:
        return ""
    return day.isoformat()


def is_workday(day: date, calendar: Mapping[str, bool]) -> bool:
    """Whether `day` is worked: the calendar decides, else the week."""
    return calendar.get(day.isoformat(), day.weekday() < _WEEKDAYS)


def _months(first: date, last: date) -> int:
    """Whole months between two days in order."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _workdays(first: date, last: date, calendar: Mapping[str, bool]) -> int:
    """Workdays after `first` up to and with `last`: those of the weeks, set right for the days that differ."""
    count = _week_days(last) - _week_days(first)
    for text, worked in calendar.items():
        if first.isoformat() < text <= last.isoformat():
            count += worked - (date.fromisoformat(text).weekday() < _WEEKDAYS)
    return count


def _week_days(day: date) -> int:
    """How many days from Monday to Friday there are from 0001-01-01, a Monday, up to and with `day`."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * _WEEKDAYS + min(rest, _WEEKDAYS)
