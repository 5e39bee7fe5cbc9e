"""Time: the office's clock, how moments are written down, and periods of whole local days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

#: The present moment, aware, in the office's time zone. Given to whoever needs it; moved by hand in tests.
Clock: TypeAlias = Callable[[], datetime]

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def utc_text(at: datetime) -> str:
    """An aware moment as UTC text of fixed width, which sorts as time does."""
    if at.tzinfo is None:
        message = "a moment without a time zone"
        raise ValueError(message)
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def from_utc_text(text: str) -> datetime:
    """The moment that `utc_text` wrote down, in UTC."""
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)


class Every(StrEnum):
    """How often something comes round."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole local days from `start` to `end`, both counted in."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            message = f"a period that ends before it starts: {self}"
            raise ValueError(message)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.start.isoformat()}..{self.end.isoformat()}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


def period_of(every: Every, day: date) -> Period:
    """The day, ISO week, month, quarter or year that `day` lies in."""
    match every:
        case Every.DAY:
            return Period(day, day)
        case Every.WEEK:
            monday = day - timedelta(days=day.weekday())
            return Period(monday, monday + timedelta(days=6))
        case Every.MONTH:
            return _months(day.year, day.month, 1)
        case Every.QUARTER:
            return _months(day.year, (day.month - 1) // 3 * 3 + 1, 3)
        case Every.YEAR:
            return _months(day.year, 1, 12)


def period_before(every: Every, day: date) -> Period:
    """The last whole period that ended before the one `day` lies in."""
    return period_of(every, period_of(every, day).start - timedelta(days=1))


def _months(year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))
