"""Which day is meant: by when a record should leave its state, and from which days on a timer acts. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from forms.values import Answers
from forms.workflow import Deadline, Timer
from kernel.timetable import IsWorkday


def due_day(deadline: Deadline, entered_on: date, answers: Answers, is_workday: IsWorkday) -> date | None:
    """By when a record that came into its state on `entered_on` should leave it; None: its date is not answered."""
    if deadline.date is not None:
        answer = answers.get(deadline.date)
        return date.fromisoformat(answer) if isinstance(answer, str) else None
    if deadline.workdays is not None:
        return shifted(entered_on, deadline.workdays, is_workday)
    return shifted(entered_on, deadline.days or 0, None)


def shifted(day: date, days: int, is_workday: IsWorkday | None) -> date:
    """The day that lies `days` after `day` (before, where negative); with `is_workday` only workdays are counted."""
    if is_workday is None:
        return day + timedelta(days=days)
    step, left = (1, days) if days > 0 else (-1, -days)
    while left:
        day += timedelta(days=step)
        left -= is_workday(day)
    return day


def acts_at(timer: Timer, counted_from: date, zone: tzinfo, is_workday: IsWorkday) -> datetime:
    """When a timer acts on a record whose day, the one it counts from, is `counted_from`."""
    day = shifted(counted_from, timer.days, is_workday if timer.workdays else None)
    return datetime.combine(day, time.fromisoformat(timer.at), tzinfo=zone)


def latest_day(timer: Timer, now: datetime, is_workday: IsWorkday) -> date:
    """The last day to count from at which a timer acts by `now`, by the clock of the zone of `now`."""
    passed = now.time() >= time.fromisoformat(timer.at)
    today = now.date() if passed else now.date() - timedelta(days=1)
    counted = is_workday if timer.workdays else None
    day = today - timedelta(days=timer.days)
    while shifted(day, timer.days, counted) > today:
        day -= timedelta(days=1)
    while shifted(day + timedelta(days=1), timer.days, counted) <= today:
        day += timedelta(days=1)
    return day
