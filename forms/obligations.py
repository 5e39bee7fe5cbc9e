"""Who owes a record of a form, and when: the daily zero report, the quarterly meeting, the first word of an accident."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field as Key

from forms.fields.base import Condition, Definition, FieldName
from forms.labels import Label

#: An hour of the office's clock, in quotes: `"16:00"`.
ClockHour: TypeAlias = Annotated[str, Key(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Span(StrEnum):
    """A kind of span of days that the office keeps beside its calendar."""

    KEY_PERIOD = "key_period"
    CAMPAIGN = "campaign"


class After(Definition):
    """An event that makes a record owed: a record of another form."""

    #: The id of the other form.
    form: str
    #: Only events for which this holds, said in the other form's questions.
    where: Condition | None = None
    #: The other form's date or moment that the time is counted from; none: when it was filed.
    date: FieldName | None = None
    #: How long after it the record is due, in hours.
    hours: Annotated[int, Key(ge=0, le=24 * 366)] = 24
    #: This form's record question that says which event a record answers; none: any record filed since.
    link: FieldName | None = None


class Obligation(Definition):
    """Units that owe a record, how often, and by which hour.

    The words of `every`, `on`, `at` and `shift` are a timetable's (`kernel.timetable`): the hours by which it is due.
    """

    #: What people call it.
    title: Label
    #: Every unit of these kinds owes it.
    unit_kinds: tuple[str, ...] = ()
    #: And these units, by id.
    units: tuple[str, ...] = ()
    #: The unit question that says whose record it is; none: whose people filed it.
    unit: FieldName | None = None
    #: The date question that says for which day it is; none: the day it was filed.
    date: FieldName | None = None
    #: Only records for which this holds count.
    where: Condition | None = None
    #: `day`, `week`, `month`, `quarter`, `year`; none: on one day only, or `after` an event.
    every: str | None = None
    #: On which days of it: `mon`, `15`, `last`, `"03-15"`, or a list of them; none: the last.
    on: str | int | tuple[str | int, ...] | None = None
    #: By which hour it is due; several hours in a list: a record for each (一日三研判).
    at: ClockHour | tuple[ClockHour, ...] = "23:59"
    #: What becomes of a day that is not worked: `next_workday`, `previous_workday`, `skip`; none: nothing.
    shift: str | None = None
    #: From which hour of the day it can be filed; before, the page says so.
    opens: ClockHour | None = None
    #: Until which hour a late one is counted as late; after that it is missing.
    late_until: ClockHour | None = None
    #: How many records a unit owes each time.
    times: Annotated[int, Key(ge=1, le=100)] = 1
    #: Only on days within a span of this kind, such as the weeks around National Day.
    during: Span | None = None
    #: Owed after an event instead of by the calendar.
    after: After | None = None
    #: How many minutes before the hour those who still owe it are reminded.
    remind: tuple[Annotated[int, Key(ge=1, le=60 * 24 * 30)], ...] = ()
