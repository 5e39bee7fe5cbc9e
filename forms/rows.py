"""Which row of a repeat is which: rows have no names of their own, so they are known by what they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from forms.values import Value

Row: TypeAlias = Mapping[str, Value]


def rows_of(value: Value) -> list[dict[str, Value]]:
    """The rows that a repeat's answer has."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def known_rows(former: Sequence[Row], fresh: Sequence[Row]) -> list[int | None]:
    """For each fresh row the place of the former row that it is; None: it is new.

    A row with just the answers of a former one is that row, wherever it stands. What is left between two such
    rows is compared with what was left between them before: the former row that agrees most is the same one, edited,
    if at least half of the answers agree. A fresh row need not have every answer; only those it has are compared.
    """
    known = _unchanged(former, fresh)
    taken = set(known)
    for place, row in enumerate(fresh):
        if known[place] is None:
            before = next((other for other in reversed(known[:place]) if other is not None), -1)
            behind = next((other for other in known[place + 1 :] if other is not None), len(former))
            shares = {other: _share(former[other], row) for other in range(before + 1, behind) if other not in taken}
            best = max(shares, key=shares.__getitem__, default=None)
            if best is not None and shares[best] >= _ENOUGH:
                known[place] = best
                taken.add(best)
    return known


_ENOUGH = 0.5


def _unchanged(former: Sequence[Row], fresh: Sequence[Row]) -> list[int | None]:
    """The rows that are as they were, first those in their old places."""
    known: list[int | None] = [
        place if place < len(former) and _share(former[place], row) == 1 else None for place, row in enumerate(fresh)
    ]
    left = sorted(set(range(len(former))) - set(known))
    for place, row in enumerate(fresh):
        if known[place] is None:
            known[place] = next((other for other in left if _share(former[other], row) == 1), None)
            left = [other for other in left if other != known[place]]
    return known


def _share(former: Row, fresh: Row) -> float:
    """How many of the answers agree, from 0 to 1; what neither answers does not count."""
    pairs = [(former.get(name), value) for name, value in fresh.items() if (former.get(name), value) != (None, None)]
    return sum(before == now for before, now in pairs) / len(pairs) if pairs else 1.0
