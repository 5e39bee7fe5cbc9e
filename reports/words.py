"""Days and periods in words, as they stand in bulletins."""

from __future__ import annotations

from datetime import date

from kernel.clock import Every, Period

_QUARTERS = "一二三四"


def day_words(day: date) -> str:
    """2026年11月22日."""
    return f"{day.year}年{day.month}月{day.day}日"


def period_words(every: Every | None, period: Period) -> str:
    """2026年11月22日, 2026年11月, 2026年第四季度, 2026年, or the first and the last day."""
    start = period.start
    match every:
        case Every.DAY:
            return day_words(start)
        case Every.MONTH:
            return f"{start.year}年{start.month}月"
        case Every.QUARTER:
            return f"{start.year}年第{_QUARTERS[(start.month - 1) // 3]}季度"
        case Every.YEAR:
            return f"{start.year}年"
        case _:
            return f"{day_words(start)}至{_rest(period)}"


def _rest(period: Period) -> str:
    """The last day, without what it shares with the first."""
    start, end = period.start, period.end
    if start.year != end.year:
        return day_words(end)
    return f"{end.month}月{end.day}日" if start.month != end.month else f"{end.day}日"
