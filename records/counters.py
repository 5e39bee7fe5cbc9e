"""Numbers that are given once, in order, without a gap that a rolled-back transaction could leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select, update

from records.tables import counters
from records.upserting import insert_new


def take_numbers(conn: Connection, series: str, count: int) -> range:
    """The next `count` numbers of a series. The row stays locked until the transaction ends,

    so two offices never get the same number and a refused transaction gives its numbers back.
    """
    insert_new(conn, counters, {"series": series, "last": 0})
    conn.execute(update(counters).where(counters.c.series == series).values(last=counters.c.last + count))
    last = conn.execute(select(counters.c.last).where(counters.c.series == series)).scalar_one()
    return range(last - count + 1, last + 1)


def series_of(pattern: str, *, area: str, day: date) -> str:
    """What stands before the running number: YH-{area}-{yyyy}-{seq:6} → YH-419926-2026-."""
    head = pattern[: pattern.rindex("{seq")]
    return head.format(area=area, yyyy=f"{day.year:04}", mm=f"{day.month:02}", dd=f"{day.day:02}")


def numbered(pattern: str, series: str, number: int) -> str:
    """The whole printed number: 青安督〔{yyyy}〕{seq:1}号 → 青安督〔2026〕14号."""
    digits, behind = pattern[pattern.rindex("{seq:") + len("{seq:") :].split("}", 1)
    return f"{series}{number:0{digits}}{behind}"


def grouped(series: Sequence[str]) -> dict[str, list[int]]:
    """Places in `series` by the series that stands there."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(series):
        places.setdefault(name, []).append(place)
    return places
