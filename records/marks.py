"""How far the event log has been dispatched, and which ids before that point were never seen.

On PostgreSQL an event gets its id when it is inserted but is seen when its transaction
commits, so 7 may be seen before 6. A mere “everything up to 7 is done” would lose 6. Ids that
are missing are therefore remembered, and looked for until no transaction can still hold them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from kernel.clock import from_utc_text, utc_text
from records.tables import settings
from records.upserting import insert_new

_NAME = "dispatched"
#: No transaction stays open longer; an id that is missing for so long was rolled back.
LONGEST_TRANSACTION = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """Ids `first` to `last`, both counted in, that were missing at `since`."""

    first: int
    last: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """Every event up to the id `upto` has been seen, but for those in `gaps`."""

    upto: int = 0
    gaps: tuple[Gap, ...] = ()

    def past(self, seen: Iterable[int], now: datetime) -> Mark:
        """The mark after `seen` (ids in rising order, all of them above `upto` or in a gap)."""
        ids = list(seen)
        upto = max(self.upto, *ids) if ids else self.upto
        young = [gap for gap in self.gaps if now - gap.since <= LONGEST_TRANSACTION]
        unseen = [*young, Gap(self.upto + 1, upto, now)]
        return Mark(upto, tuple(rest for gap in unseen for rest in _without(gap, ids)))


def read_mark(conn: Connection) -> Mark:
    """The mark as it stands."""
    return _from_json(conn.execute(select(settings.c.value).where(settings.c.name == _NAME)).scalar())


def locked_mark(conn: Connection) -> Mark:
    """The mark, which nobody else may lock until `conn` commits."""
    row = select(settings.c.value).where(settings.c.name == _NAME).with_for_update()
    value = conn.execute(row).scalar()
    if value is None:
        insert_new(conn, settings, {"name": _NAME, "value": _to_json(Mark())})
        value = conn.execute(row).scalar()
    return _from_json(value)


def write_mark(conn: Connection, mark: Mark) -> None:
    """Remember `mark`; the caller holds it locked."""
    conn.execute(update(settings).where(settings.c.name == _NAME).values(value=_to_json(mark)))


def _without(gap: Gap, ids: list[int]) -> list[Gap]:
    """What is left of `gap` when `ids` (rising) are taken out."""
    left = []
    first = gap.first
    for seen in ids:
        if gap.first <= seen <= gap.last:
            if seen > first:
                left.append(Gap(first, seen - 1, gap.since))
            first = seen + 1
    if first <= gap.last:
        left.append(Gap(first, gap.last, gap.since))
    return left


def _to_json(mark: Mark) -> dict[str, Any]:
    return {"upto": mark.upto, "gaps": [[gap.first, gap.last, utc_text(gap.since)] for gap in mark.gaps]}


def _from_json(value: Any) -> Mark:  # noqa: ANN401 -- whatever the column holds
    if value is None:
        return Mark()
    gaps = (Gap(first, last, from_utc_text(since)) for first, last, since in value["gaps"])
    return Mark(value["upto"], tuple(gaps))
