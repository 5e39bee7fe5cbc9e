"""Who owes a record of a form, and when: the daily zero report, the quarterly meeting, the first word of an accident.

What they come to, hour by hour and unit by unit, is worked out in `forms.owing`.
"""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field as Key

from forms.fields.base import Condition, Definition, FieldName
from forms.labels import Label
from kernel.timetable import Mistake, Timetable, parse

#: An hour of the office's clock, in quotes: `"16:00"`.
ClockHour: TypeAlias = Annotated[str, Key(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

#: `every: hour` is every day at each of these.
_EVERY_HOUR = [f"{hour:02}:00" for hour in range(24)]


class Span(StrEnum):
    """A kind of span of days that the office keeps beside its calendar."""

    KEY_PERIOD = "key_period"
    CAMPAIGN = "campaign"


class Which(StrEnum):
    """Which day, week, month … a record that is due on a day is about."""

    PREVIOUS = "previous"
    CURRENT = "current"
    NEXT = "next"


class Within(Definition):
    """Records of another form that open and close a window: a warning, a flood response, a visiting group.

    The hours of `every` are owed only while such a record is open.
    """

    #: The id of the other form.
    form: str
    #: Only records for which this holds, said in the other form's questions.
    where: Condition | None = None
    #: The other form's date or moment that opens the window; none: when it was filed.
    start: FieldName | None = None
    #: The date or moment that closes it, a date counted in; none, or not answered yet: it is still open.
    end: FieldName | None = None
    #: The other form's unit question that says who owes then; none: everybody whom the obligation names.
    unit: FieldName | None = None


class After(Definition):
    """An event that makes a record owed: a record of another form."""

    #: The id of the other form.
    form: str
    #: Only events for which this holds, said in the other form's questions.
    where: Condition | None = None
    #: The other form's date or moment that the time is counted from, a date from its end; none: when it was filed.
    date: FieldName | None = None
    #: How long after it the record is due, in hours.
    hours: Annotated[int, Key(ge=0, le=8784)] = 24
    #: This form's record question that says which event a record answers; none: any record filed since.
    link: FieldName | None = None
    #: The other form's unit question that says who owes; none: everybody whom the obligation names.
    unit: FieldName | None = None


class Obligation(Definition):
    """Units (or people) that owe a record, how often, and by which hour.

    Who: `unit_kinds`, `units` or `roles`. When: `every` with `on`, `at` and `shift`, the words of a report's schedule;
    or `on` alone, a single day; or `after` an event. From that follow the pages: what a unit owes now, the office's
    table of units and periods, the reporting rate, and reminders to those who still owe. Nothing of it is stored: a
    record that is there counts, one that was withdrawn does not.

    A record is **on time** up to the hour, **late** until `late_until`, and afterwards the unit is **missing**; one
    that comes still later is shown as made up for, and does not count as reported. It is **on behalf** when somebody
    of another unit filed it. It is a **zero report** when it answers as `one_tap` does.

    Hours count from the moment the form was first published, and over records that were taken over from before, from
    the oldest to the newest of them.

    | It is said so | and means |
    |---|---|
    | `every: day`, `at: "16:00"`, `opens: "08:00"`, `late_until: "18:00"` | 日报告、零报告 |
    | `every: day`, `at: "17:00"`, `shift: skip` | on workdays only |
    | `every: day`, `at: ["08:30", "14:30", "20:30"]` | 一日三研判 |
    | `every: hour`, `within: {form: warning, start: issued_at, end: lifted_at}` | hourly while a warning stands |
    | `every: week`, `on: thu`, `at: "17:00"`, `which: next`, `date: day`, `times: 7` | next week's duty roster |
    | `every: month`, `where: ${kind} = 'committee'` | a meeting each month |
    | `every: month`, `on: 5`, `at: "17:00"`, `which: previous`, `shift: next_workday` | last month's figures |
    | `every: quarter`, `roles: [leader]`, `person: chair` | each leader's meeting of the quarter |
    | `every: year`, `on: "12-20"` | once a year |
    | `on: 2026-12-31` | by a fixed day, for good; counted from the first of that year |
    | `every: day`, `at: "10:00"`, `during: key_period` | every day around festivals |
    | `after: {form: accident, date: happened_at, hours: 1, unit: town}` | within an hour of an accident |
    """

    #: What people call it.
    title: Label
    #: Every unit of these kinds owes it.
    unit_kinds: tuple[str, ...] = ()
    #: And these units, by id.
    units: tuple[str, ...] = ()
    #: Instead of units, everybody with one of these roles owes it.
    roles: tuple[str, ...] = ()
    #: The unit question that says whose record it is; none: whose people filed it.
    unit: FieldName | None = None
    #: With `roles`, the person question that says whose record it is; none: who filed it.
    person: FieldName | None = None
    #: The date question that says for which day it is; none: the day it was filed.
    date: FieldName | None = None
    #: Only records for which this holds count.
    where: Condition | None = None
    #: `hour`, `day`, `week`, `month`, `quarter`, `year`; none: on one day only, or `after` an event.
    every: str | None = None
    #: On which days of it: `mon`, `15`, `last`, `"03-15"`, or a list of them; none: the last.
    on: str | int | tuple[str | int, ...] | None = None
    #: Whether the record is about the week, month … that the day lies in, the one before, or the one to come.
    which: Which = Which.CURRENT
    #: By which hour it is due; several hours in a list: a record for each (一日三研判).
    at: ClockHour | tuple[ClockHour, ...] = "23:59"
    #: What becomes of a day that is not worked: `next_workday`, `previous_workday`, `skip`; none: nothing.
    shift: str | None = None
    #: From which hour of the day it can be filed; before, the page says so.
    opens: ClockHour | None = None
    #: How many days before the due day that is; none: with the week, month … it lies in.
    opens_days: Annotated[int, Key(ge=0, le=366)] | None = None
    #: Until which hour a late one is counted as late, a list for several hours; none: whenever it comes, of several
    #: hours until half-way to the next.
    late_until: ClockHour | tuple[ClockHour, ...] | None = None
    #: How many days after the due day that is.
    late_days: Annotated[int, Key(ge=0, le=366)] = 0
    #: How many records are owed each time.
    times: Annotated[int, Key(ge=1, le=100)] = 1
    #: Only on days within a span of this kind, `key_period` or `campaign`, or within the one span of this id.
    during: FieldName | None = None
    #: Only while a record of another form is open, such as a warning.
    within: Within | None = None
    #: Owed after an event instead of by the calendar.
    after: After | None = None
    #: The first day on which it is owed, `2026-10-01`; none: since the office began with the form.
    since: str | None = None
    #: The last day on which it is owed; a new hour is a new obligation, and the old one ends the day before.
    until: str | None = None
    #: How many minutes before the hour those who still owe it are reminded.
    remind: tuple[Annotated[int, Key(ge=1, le=43200)], ...] = ()

    @property
    def timetable(self) -> Timetable | Mistake:
        """The hours that the words mean; a mistake names the word. Not to be asked of one `after` an event."""
        return parse(self._words)

    @property
    def hours(self) -> tuple[time, ...]:
        """The hours of a day by which it is due, rising."""
        return tuple(sorted(time.fromisoformat(hour) for hour in self._listed_hours))

    @property
    def late_hours(self) -> tuple[time, ...]:
        """Until when each of `hours` is late, rising; empty: there is no such limit."""
        match self.late_until:
            case None:
                return tuple(time(23, 59) for _ in self.hours) if self.late_days else ()
            case str() as hour:
                return (time.fromisoformat(hour),) * len(self.hours)
            case listed:
                return tuple(sorted(time.fromisoformat(hour) for hour in listed))

    @property
    def _listed_hours(self) -> list[str]:
        if self.every == "hour":
            return _EVERY_HOUR
        return [self.at] if isinstance(self.at, str) else list(self.at)

    @property
    def _words(self) -> dict[str, object]:
        words: dict[str, object] = {"at": self._listed_hours}
        if self.every is not None:
            words["every"] = "day" if self.every == "hour" else self.every
        if self.shift is not None:
            words["shift"] = self.shift
        if self.on is not None:
            words["on"] = list(self.on) if isinstance(self.on, tuple) else self.on
        elif self.every in _LAST:
            words["on"] = _LAST[self.every]
        return words


#: The last day of each, for an `on` that was not written.
_LAST: dict[str | None, str] = {"week": "sun", "month": "last", "quarter": "last", "year": "12-31"}
