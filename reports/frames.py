"""The one file that meets pandas: counted cells become a table, in the office's order or sorted by a column."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from records.measuring import Group
from reports.numbers import Quantity


def ordered_groups(
    cells: Sequence[tuple[Group, str, Quantity | None]],
    groups: Sequence[Group],
    *,
    sort: str = "",
    most: int | None = None,
) -> list[Group]:
    """`groups` in the order of a column of the table that `cells` (group, column, number) make.

    sort: a column, with a minus for the largest first; groups that are equal keep their order. Empty: as given.
    most: keep only so many.
    """
    column = sort.removeprefix("-")
    if not column:
        return list(groups)[:most]
    places = {group: place for place, group in enumerate(groups)}
    rows = [(places[group], name, float("nan") if number is None else float(number)) for group, name, number in cells]
    frame = pd.DataFrame(rows, columns=["place", "column", "number"])
    table = frame.pivot(index="place", columns="column", values="number")  # noqa: PD010 -- each cell is met once
    table = table.reindex(index=range(len(groups)))
    table = table.sort_values(by=column, ascending=not sort.startswith("-"), kind="stable", na_position="last")
    return [groups[int(place)] for place in table.index][:most]
