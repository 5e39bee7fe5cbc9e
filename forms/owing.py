"""What an obligation comes to: the times at which a record is owed, and how those stand that owe it. Pure.

A `Slot` is one such time: a day's report, a month's meeting, an hour of a warning, the word after an accident.
Records are told apart by what they say they are about (`date`, `link`), else by when they were filed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from forms.obligations import After, Obligation, Which
from kernel.clock import Every, Period, period_before, period_of
from kernel.timetable import IsWorkday, Timetable, named_days

_DAY = timedelta(days=1)


class State(StrEnum):
    """How a unit stands with one record that it owes."""

    LATER = "later"  # it cannot be filed yet
    OWED = "owed"  # it is awaited
    OVERDUE = "overdue"  # the hour has passed, and it still counts as late
    MISSING = "missing"
    ON_TIME = "on_time"
    LATE = "late"
    MADE_UP = "made_up"  # it came when it no longer counted

    @property
    def is_reported(self) -> bool:
        """Whether it counts as reported."""
        return self in (State.ON_TIME, State.LATE)

    @property
    def is_awaited(self) -> bool:
        """Whether a record that comes now still counts."""
        return self in (State.OWED, State.OVERDUE)


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that a record is owed; moments are in the office's zone."""

    #: What an address calls it: 2026-11-22T16:00, or the id of the event.
    key: str
    #: The days that a record of it is about.
    period: Period
    opens_at: datetime
    due_at: datetime
    #: Until when a late one counts; none: whenever it comes.
    late_until: datetime | None
    #: From when a record that does not say what it is about is taken for this one.
    claims_from: datetime
    #: Who owes it; none: everybody whom the obligation names.
    only: frozenset[str] | None = None
    #: The event that it follows: the id of its record.
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A window in which more is owed, and who owes it; no end: still open; no unit: everybody."""

    start: datetime
    end: datetime | None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A record, as far as it matters here."""

    id: str
    #: The unit or person whose record it is.
    debtor: str
    #: The day or moment that it says it is about.
    about: date | datetime | None
    #: When it was filed, by the office's clock.
    at: datetime
    by: str
    #: The unit of whoever filed it.
    unit_id: str
    #: Whether it is a zero report.
    quiet: bool = False
    #: The event that it says it answers.
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One record (or as many as are owed each time) that one unit owes, and how that stands."""

    slot: Slot
    state: State
    #: What was filed for it, the first first.
    filed: tuple[Filed, ...] = ()


# ---- the times ---------------------------------------------------------------------------------------------------


def slots(obligation: Obligation, days: Period, zone: tzinfo, is_workday: IsWorkday) -> list[Slot]:
    """The times of an obligation on the days of `days` that its timetable names, rising by `due_at`.

    Not for one that is owed `after` an event, nor for one whose timetable is a mistake.
    """
    timetable = obligation.timetable
    assert isinstance(timetable, Timetable), "a form's obligations are judged when it is loaded"
    first, last = first_day(obligation), last_day(obligation)
    found = [
        slot
        for day, moved in named_days(timetable, days, is_workday)
        if first <= day <= last
        for slot in _slots_of_day(obligation, day, moved, zone)
    ]
    return sorted(found, key=lambda slot: slot.due_at)


def slot_after(after: After, event: str, at: datetime, unit: str | None) -> Slot:
    """The time by which the record after an event is owed."""
    due = at + timedelta(hours=after.hours)
    only = None if unit is None else frozenset([unit])
    period = Period(at.date(), max(at, due).date())
    return Slot(event, period, at, due, None, at, only, event)


def only_while(times: Iterable[Slot], openings: Sequence[Opening]) -> Iterator[Slot]:
    """Those of `times` that fall due while a window is open, for those whom the windows concern."""
    for slot in times:
        found = [each for each in openings if each.start <= slot.due_at and (not each.end or slot.due_at <= each.end)]
        if any(each.unit is None for each in found):
            yield slot
        elif found:
            yield replace(slot, only=frozenset(each.unit for each in found if each.unit))


def first_day(obligation: Obligation) -> date:
    """Before this day nothing is owed."""
    return date.fromisoformat(obligation.since) if obligation.since else date.min


def last_day(obligation: Obligation) -> date:
    """After this day nothing is owed."""
    return date.fromisoformat(obligation.until) if obligation.until else date.max


def _slots_of_day(obligation: Obligation, day: date, moved: date, zone: tzinfo) -> Iterator[Slot]:
    dues = [datetime.combine(moved, hour, zone) for hour in obligation.hours]
    lates = _lates(obligation, moved, dues, zone)
    begun = min(_current(obligation, day).start, moved)
    opens = _opens(obligation, moved, datetime.combine(begun, time(), zone))
    if len(dues) > 1 and obligation.opens is None and not obligation.late_hours:
        opens = dues[0] - (dues[0] + _DAY - dues[-1]) / 2
    claims = min(opens, datetime.combine(begun, time(), zone)) if len(dues) == 1 else opens
    period = _period(obligation, day)
    for hour, due, late in zip(obligation.hours, dues, lates, strict=True):
        yield Slot(f"{day}T{hour:%H:%M}", period, opens, due, late, claims)
        opens = claims = late or due


def _period(obligation: Obligation, day: date) -> Period:
    """The days that a record which is due on `day` is about."""
    every = _every(obligation)
    match obligation.which:
        case Which.PREVIOUS if every:
            return period_before(every, day)
        case Which.NEXT if every:
            return period_of(every, period_of(every, day).end + _DAY)
        case _:
            return _current(obligation, day)


def _current(obligation: Obligation, day: date) -> Period:
    """The week, month … of `day`, or of a single day the year up to it.

    Where a week (month …) has several days, each stands for those since the one before; the last reaches its end.
    """
    every, timetable = _every(obligation), obligation.timetable
    if every is None:
        return Period(date(day.year, 1, 1), day)
    assert isinstance(timetable, Timetable)
    whole = period_of(every, day)
    named = [each for each, _ in named_days(timetable, whole, lambda _: True)]
    before = max((each for each in named if each < day), default=None)
    return Period(before + _DAY if before else whole.start, day if any(each > day for each in named) else whole.end)


def _every(obligation: Obligation) -> Every | None:
    if obligation.every is None:
        return None
    return Every.DAY if obligation.every == "hour" else Every(obligation.every)


def _opens(obligation: Obligation, moved: date, begun: datetime) -> datetime:
    hour = time.fromisoformat(obligation.opens) if obligation.opens else time()
    if obligation.opens_days is not None:
        return datetime.combine(moved - timedelta(days=obligation.opens_days), hour, begun.tzinfo)
    return datetime.combine(begun.date(), hour, begun.tzinfo)


def _lates(obligation: Obligation, moved: date, dues: Sequence[datetime], zone: tzinfo) -> list[datetime | None]:
    if hours := obligation.late_hours:
        last = moved + timedelta(days=obligation.late_days)
        return [datetime.combine(last, hour, zone) for hour in hours]
    if len(dues) == 1:
        return [None]
    turns = pairwise([*dues, dues[0] + _DAY])  # of several hours each is late until half-way to the next
    return [due + (following - due) / 2 for due, following in turns]


# ---- how it stands -----------------------------------------------------------------------------------------------


class Schedule:
    """The times of one obligation, ready to be held against what was filed."""

    def __init__(self, times: Sequence[Slot], obligation: Obligation) -> None:
        """`times` rising by `due_at`."""
        self._times = sorted(times, key=lambda slot: slot.claims_from)
        self._obligation = obligation
        self._claims = [slot.claims_from for slot in self._times]
        self._limits = [*self._claims[1:], datetime.max.replace(tzinfo=self._claims[-1].tzinfo)] if times else []
        self._is_limited = any(slot.only is not None for slot in self._times)
        self._nothing: tuple[datetime, dict[str, Owed]] | None = None
        self._by_event = {slot.event: slot for slot in self._times if slot.event}
        self._by_day: dict[date, list[Slot]] = {}
        for slot in self._times:
            if slot.event is None:
                for offset in range(slot.period.days):
                    self._by_day.setdefault(slot.period.start + timedelta(days=offset), []).append(slot)

    def judged(self, debtor: str, filed: Sequence[Filed], now: datetime) -> dict[str, Owed]:
        """How `debtor` stands with each of the times that it owes, by `Slot.key`; `filed` rising by `at`."""
        if self._is_limited:
            mine = [slot for slot in self._times if slot.only is None or debtor in slot.only]
            return Schedule([replace(slot, only=None) for slot in mine], self._obligation).judged(debtor, filed, now)
        taken: dict[str, list[Filed]] = {}
        for record in filed:
            slot = self._chosen(record, taken)
            if slot is not None:
                taken.setdefault(slot.key, []).append(record)
        found = dict(self._with_nothing_filed(now))
        for key, records in taken.items():
            found[key] = self._stands(found[key].slot, records, now)
        return found

    def _with_nothing_filed(self, now: datetime) -> dict[str, Owed]:
        """How everybody stands who has filed nothing: worked out once for all of them."""
        if self._nothing is None or self._nothing[0] != now:
            self._nothing = now, {slot.key: Owed(slot, _awaited(slot, now)) for slot in self._times}
        return self._nothing[1]

    def _chosen(self, record: Filed, taken: Mapping[str, Sequence[Filed]]) -> Slot | None:
        """The time that a record is for: what it says, else when it was filed."""
        if record.event is not None:
            return self._by_event.get(record.event)
        if isinstance(record.about, datetime):
            return self._at(record.about, taken)
        if record.about is None:
            return self._at(record.at, taken)
        of_day = self._by_day.get(record.about)
        if of_day is None:
            return None
        if len(of_day) == 1:
            return of_day[0]
        if record.at.astimezone(of_day[0].due_at.tzinfo).date() == record.about:
            return self._at(record.at, taken)
        return next((slot for slot in of_day if self._lacks(slot, taken)), of_day[-1])

    def _at(self, moment: datetime, taken: Mapping[str, Sequence[Filed]]) -> Slot | None:
        """The first that lacks a record and still takes one filed at `moment`, else the one that has begun last."""
        last = bisect_right(self._claims, moment) - 1
        if last < 0:
            return None
        first = last
        while first > 0 and moment <= (self._times[first - 1].late_until or self._limits[first - 1]):
            first -= 1
        return next((slot for slot in self._times[first : last + 1] if self._lacks(slot, taken)), self._times[last])

    def _lacks(self, slot: Slot, taken: Mapping[str, Sequence[Filed]]) -> bool:
        return len(taken.get(slot.key, ())) < self._obligation.times

    def _stands(self, slot: Slot, filed: Sequence[Filed], now: datetime) -> Owed:
        if len(filed) >= self._obligation.times:
            return Owed(slot, _reported(slot, filed[self._obligation.times - 1].at), tuple(filed))
        return Owed(slot, _awaited(slot, now), tuple(filed))


def _reported(slot: Slot, at: datetime) -> State:
    if at <= slot.due_at:
        return State.ON_TIME
    return State.LATE if slot.late_until is None or at <= slot.late_until else State.MADE_UP


def _awaited(slot: Slot, now: datetime) -> State:
    if now <= slot.due_at:
        return State.LATER if now < slot.opens_at else State.OWED
    return State.OVERDUE if slot.late_until is not None and now <= slot.late_until else State.MISSING
