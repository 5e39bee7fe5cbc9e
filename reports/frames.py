"""The one file that meets pandas: what was counted becomes one table, a row for each group and one for the total.

Numbers stay as exact as they were counted: whole, or fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from records.measuring import Group
from reports.measures import Metric
from reports.numbers import Quantity

if TYPE_CHECKING:
    import pandas as pd

    Frame = pd.DataFrame
    Column = pd.Series[Any]


@dataclass(frozen=True, slots=True)
class Pivot:
    """Groups from top to bottom, a column for each number; None where there is none, such as a rate of nothing.

    Every column is as long as `groups`. totals: the number of each column over all groups, empty unless given.
    """

    groups: tuple[Group, ...]
    columns: Mapping[str, tuple[Quantity | None, ...]]
    totals: Mapping[str, Quantity | None]


def pivot(
    counted: Mapping[str, Mapping[Group, Quantity]],
    groups: Sequence[Group],
    *,
    totals: Mapping[str, Quantity],
    metrics: Mapping[str, Metric],
    sort: str = "",
    most: int | None = None,
) -> Pivot:
    """The table of `counted` (measure → group → number), with a column for each of `metrics`, in the order of `groups`.

    A measure that counted nothing in a group is 0 there. totals: each measure over all groups, counted by itself,
    for distinct things do not add up; empty: no total is wanted. sort: a column, with a minus for the largest first;
    groups that are equal keep their order, those without a number come last. most: keep only so many groups.
    """
    import pandas as pd  # noqa: PLC0415 -- half a second, which a server that compiles nothing need not wait for

    places = {group: place for place, group in enumerate(groups)}
    frame = pd.DataFrame(
        {
            name: pd.Series({places[group]: number for group, number in numbers.items()}, dtype=object)
            for name, numbers in counted.items()
        },
        index=range(len(groups)),
        dtype=object,
    ).fillna(0)
    total = pd.DataFrame([dict(totals)] if totals else [], columns=list(counted), dtype=object)
    frame, total = _with_metrics(frame, metrics), _with_metrics(total, metrics)
    if column := sort.removeprefix("-"):
        frame = frame.sort_values(
            column, ascending=not sort.startswith("-"), kind="stable", na_position="last", key=_as_floats
        )
    frame = frame.head(len(groups) if most is None else most)
    return Pivot(
        tuple(groups[place] for place in frame.index),
        {str(name): _numbers(frame[name]) for name in frame.columns},
        {str(name): _numbers(total[name])[0] for name in total.columns} if totals else {},
    )


def _with_metrics(frame: Frame, metrics: Mapping[str, Metric]) -> Frame:
    """`frame` with a column for each metric, worked out from those of its measures."""
    return frame.assign(**{name: _worked_out(frame, metric) for name, metric in metrics.items()})


def _worked_out(frame: Frame, metric: Metric) -> Column:
    """Measures added and taken away, or a ratio in percent, which of nothing there is none."""
    if metric.ratio is not None:
        part, whole = (frame[name].map(Fraction) for name in metric.ratio)
        return part * 100 / whole.where(whole != 0)
    added = frame[list(metric.plus)].sum(axis=1)
    return added - frame[list(metric.minus)].sum(axis=1) if metric.minus else added


def _as_floats(column: Column) -> Column:
    return column.astype(float)


def _numbers(column: Column) -> tuple[Quantity | None, ...]:
    return tuple(number if isinstance(number, int | Fraction) else None for number in column)
