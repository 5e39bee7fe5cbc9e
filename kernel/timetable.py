"""Timetables: at which hours something comes round, such as a report that is sent or a record that is owed.

In a definition:

    every: week            day | week | month | quarter | year; left out for a single day
    on: [mon, thu]         week: mon…sun · month, quarter: 1, 15, last · year: "03-15" · single day: 2026-11-22
    at: "08:00"            one hour, or several in a list
    shift: next_workday    none (left out) | next_workday | previous_workday | skip
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from kernel.clock import Every, Period, period_of
from kernel.flaws import timetables as flaws
from kernel.sentences import Sentence

IsWorkday: TypeAlias = Callable[[date], bool]


class Shift(StrEnum):
    """What happens when the day is not a workday."""

    NONE = "none"
    NEXT_WORKDAY = "next_workday"
    PREVIOUS_WORKDAY = "previous_workday"
    SKIP = "skip"


class IfMissed(StrEnum):
    """What happens to hours that went by while nothing was running."""

    LATEST = "latest"  # only the last one is caught up
    ALL = "all"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Regular:
    """On certain days of every day, week, month or quarter: the n-th (from 1), or the last if it has fewer."""

    every: Every
    days: tuple[int, ...] = (1,)

    def __contains__(self, day: date) -> bool:
        period = period_of(self.every, day)
        ordinal = (day - period.start).days + 1
        return ordinal in self.days or (ordinal == period.days and max(self.days) > ordinal)


@dataclass(frozen=True, slots=True)
class Yearly:
    """Once a year; 29 February is the 28th where there is none."""

    month: int
    day: int

    def __contains__(self, day: date) -> bool:
        return day.month == self.month and day.day == min(self.day, period_of(Every.MONTH, day).days)


@dataclass(frozen=True, slots=True)
class Once:
    """On one day and never again."""

    day: date

    def __contains__(self, day: date) -> bool:
        return day == self.day


When: TypeAlias = Regular | Yearly | Once


@dataclass(frozen=True, slots=True)
class Timetable:
    """On which days, at which local hours, and what becomes of a day that is not worked."""

    when: When
    at: tuple[time, ...]
    shift: Shift = Shift.NONE


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a timetable: when it comes, and the day that the timetable names, before a `shift` moved it."""

    at: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Mistake:
    """A word of a timetable that cannot be used."""

    key: str  # every, on, at, shift
    sentence: Sentence


#: No run of days off is longer; a day that finds no workday so near stays where it is.
_FARTHEST_SHIFT = 31
#: A minute or two late is on time.
_PUNCTUAL = timedelta(minutes=5)
_LAST = 100  # longer than a quarter
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# ---- which hours ---------------------------------------------------------------------------------------------------


def due(timetable: Timetable, since: datetime, now: datetime, is_workday: IsWorkday) -> list[Hour]:
    """Every hour of the timetable in (since, now], rising, in the time zone of `now`.

    Where several days are moved to one, their hours are one hour, that of the last of them.
    """
    days = {
        datetime.combine(shifted, hour, tzinfo=now.tzinfo): day
        for day in _days(since.astimezone(now.tzinfo).date(), now.date())
        if day in timetable.when
        for shifted in _shifted(day, timetable.shift, is_workday)
        for hour in timetable.at
    }
    return [Hour(at, days[at]) for at in sorted(days) if since < at <= now]


def upcoming(timetable: Timetable, now: datetime, is_workday: IsWorkday) -> datetime | None:
    """The first hour after `now`; None: there is none within the next nine years."""
    for days in (40, 800, 3300):  # eight years may lie between two 29 Februaries
        if hours := due(timetable, now, now + timedelta(days=days), is_workday):
            return hours[0].at
    return None


def named_days(timetable: Timetable, within: Period, is_workday: IsWorkday) -> Iterator[tuple[date, date]]:
    """Each day of `within` that the timetable names, rising, and the day that it is moved to; none that are skipped."""
    for ordinal in range(within.start.toordinal(), within.end.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day in timetable.when:
            yield from ((day, shifted) for shifted in _shifted(day, timetable.shift, is_workday))


def to_run(
    timetable: Timetable, if_missed: IfMissed, *, since: datetime, now: datetime, is_workday: IsWorkday
) -> list[Hour]:
    """The hours in (since, now] that are to be run now, as `if_missed` says; a punctual one always is."""
    hours = due(timetable, since, now, is_workday)
    match if_missed:
        case IfMissed.ALL:
            return hours
        case IfMissed.LATEST:
            return hours[-1:]
        case IfMissed.SKIP:
            return [hour for hour in hours if not is_late(hour.at, now)]


def is_late(hour: datetime, now: datetime) -> bool:
    """Whether `hour` went by so long ago that running it now is catching up."""
    return now - hour > _PUNCTUAL


def _days(first: date, last: date) -> Iterator[date]:
    """The days whose hours may fall, shifted, on `first` to `last`."""
    for ordinal in range(first.toordinal() - _FARTHEST_SHIFT, last.toordinal() + _FARTHEST_SHIFT + 1):
        yield date.fromordinal(ordinal)


def _shifted(day: date, shift: Shift, is_workday: IsWorkday) -> tuple[date, ...]:
    """The day that `day` is moved to: one, or none."""
    match shift:
        case Shift.NONE:
            return (day,)
        case Shift.SKIP:
            return (day,) if is_workday(day) else ()
        case Shift.NEXT_WORKDAY:
            return (_nearest_workday(day, 1, is_workday),)
        case Shift.PREVIOUS_WORKDAY:
            return (_nearest_workday(day, -1, is_workday),)


def _nearest_workday(day: date, step: int, is_workday: IsWorkday) -> date:
    candidates = (day + timedelta(days=step * n) for n in range(_FARTHEST_SHIFT + 1))
    return next((candidate for candidate in candidates if is_workday(candidate)), day)


# ---- words of a definition -----------------------------------------------------------------------------------------


def parse(words: Mapping[str, object]) -> Timetable | Mistake:
    """The timetable that the keys `every`, `on`, `at` and `shift` of a definition mean; others are not looked at."""
    at = _hours(words.get("at"))
    if isinstance(at, Mistake):
        return at
    shift = str(words.get("shift", Shift.NONE))
    if shift not in set(Shift):
        return Mistake("shift", flaws.SHIFT.found(choices="、".join(Shift)))
    when = _when(words.get("every"), words.get("on"))
    if isinstance(when, Mistake):
        return when
    return Timetable(when, at, Shift(shift))


def _hours(words: object) -> tuple[time, ...] | Mistake:
    listed = words if isinstance(words, list) and words else [words]
    hours = [_hour(str(word)) for word in listed]
    if any(hour is None for hour in hours):
        return Mistake("at", flaws.AT.found())
    return tuple(sorted({hour for hour in hours if hour is not None}))


def _hour(word: str) -> time | None:
    if not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", word):
        return None
    hour, minute = word.split(":")
    return time(int(hour), int(minute))


def _when(every: object, on: object) -> When | Mistake:
    listed = on if isinstance(on, list) else [] if on is None else [on]
    match every:
        case None:
            return _once(listed)
        case "day":
            return Mistake("on", flaws.DAILY.found()) if listed else Regular(Every.DAY)
        case "week":
            return _regular(Every.WEEK, listed, _weekday, flaws.WEEKLY.found())
        case "month":
            return _regular(Every.MONTH, listed, _day_of_month, flaws.MONTHLY.found())
        case "quarter":
            sentence = flaws.QUARTERLY.found()
            return _regular(Every.QUARTER, listed, _day_of_quarter, sentence)
        case "year":
            return _yearly(listed)
    return Mistake("every", flaws.EVERY.found(choices="、".join(Every)))


def _regular(
    every: Every, listed: list[object], day: Callable[[object], int | None], sentence: Sentence
) -> Regular | Mistake:
    days = [day(word) for word in listed]
    if not days or None in days:
        return Mistake("on", sentence)
    return Regular(every, tuple(sorted({each for each in days if each is not None})))


def _weekday(word: object) -> int | None:
    return _WEEKDAYS.index(str(word)) + 1 if word in _WEEKDAYS else None


def _day_of_month(word: object) -> int | None:
    return _ordinal(word, 31)


def _day_of_quarter(word: object) -> int | None:
    return _ordinal(word, 92)


def _ordinal(word: object, most: int) -> int | None:
    if word == "last":
        return _LAST
    return word if isinstance(word, int) and not isinstance(word, bool) and 1 <= word <= most else None


def _yearly(listed: list[object]) -> Yearly | Mistake:
    word = str(listed[0]) if len(listed) == 1 else ""
    try:
        day = date.fromisoformat(f"2024-{word}")  # a leap year: 02-29 is a day
    except ValueError:
        return Mistake("on", flaws.YEARLY.found())
    return Yearly(day.month, day.day)


def _once(listed: list[object]) -> Once | Mistake:
    try:
        return Once(date.fromisoformat(str(listed[0]) if len(listed) == 1 else ""))
    except ValueError:
        return Mistake("on", flaws.ONCE.found())
