"""Bars by town, department or choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field as Key

from forms.fields.base import FieldName
from reports.blocks.base import Block, Use
from reports.charts import Series, bars
from reports.figures import Figures
from reports.page.document import Chart, Part


class ChartBlock(Block):
    """Horizontal bars, a group of one to four for each member of the dimension."""

    type: Literal["chart"] = "chart"
    #: What stands over it.
    caption: str
    #: The question whose answers are the groups: a town, a department, a choice.
    by: FieldName
    #: One bar for each, in every group.
    measures: Annotated[tuple[FieldName, ...], Key(min_length=1, max_length=4)]
    #: What groups are sorted by: a measure, with a minus for the largest first; none: the office's order.
    sort: str = ""
    #: At most so many groups; none: all.
    most: int | None = None
    #: What is counted, at the upper right: 处.
    unit: str = ""

    def uses(self) -> Iterator[Use]:
        """Its bars, and what they are sorted by."""
        for index, name in enumerate(self.measures):
            yield Use(("measures", index), name, self.by)
        if self.sort:
            yield Use(("sort",), self.sort.removeprefix("-"), self.by)

    def compose(self, figures: Figures) -> tuple[Part, ...]:
        """The picture."""
        sort = self.sort.removeprefix("-")
        names = (*self.measures, *([sort] if sort and sort not in self.measures else []))
        table = figures.table(self.by, names, sort=self.sort, most=self.most)
        labels = [figures.group_label(self.by, self.measures[0], group) for group in table.groups]
        series = []
        for name in self.measures:
            runs = [figures.run_in(name, self.by, group) for group in table.groups]
            texts = tuple(run if isinstance(run, str) else run.printed for run in runs)
            values = tuple(None if number is None else float(number) for number in table.columns[name])
            series.append(Series(figures.label(name), values, texts))
        return (Chart(self.caption, bars(labels, series, unit=self.unit)),)
