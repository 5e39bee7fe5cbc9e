"""Numbers by town, department or choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field as Key

from forms.fields.base import FieldName
from reports.blocks.base import Block, Use
from reports.figures import Figures
from reports.page.document import Align, Part, TableOfNumbers


class TableBlock(Block):
    """A row for each group, a column for each measure; the total is counted by itself, not added up."""

    type: Literal["table"] = "table"
    #: What stands over it; none: nothing.
    caption: str = ""
    #: The question whose answers are the groups: a town, a department, a choice.
    by: FieldName
    #: What stands over the groups: 乡镇.
    head: str
    #: The columns; measures or metrics.
    measures: Annotated[tuple[FieldName, ...], Key(min_length=1)]
    #: What the last row is called: 合计; none: there is no such row.
    total: str = ""
    #: What groups are sorted by: a measure, with a minus for the largest first; none: the office's order.
    sort: str = ""
    #: At most so many groups; none: all.
    most: int | None = None

    def uses(self) -> Iterator[Use]:
        """Its columns, and what it is sorted by."""
        for index, name in enumerate(self.measures):
            yield Use(("measures", index), name, self.by)
        if self.sort:
            yield Use(("sort",), self.sort.removeprefix("-"), self.by)

    def compose(self, figures: Figures) -> tuple[Part, ...]:
        """The table."""
        first = self.measures[0]
        table = figures.table(self.by, (*self.measures, *self._sorted_by()), sort=self.sort, most=self.most)
        rows = tuple(
            (
                figures.group_label(self.by, first, group),
                *(figures.run_in(name, self.by, group) for name in self.measures),
            )
            for group in table.groups
        )
        total = (self.total, *(figures.run(name) for name in self.measures)) if self.total else ()
        columns = (self.head, *(figures.head(name) for name in self.measures))
        numbers: tuple[Align, ...] = tuple("right" for _ in self.measures)
        return (TableOfNumbers(self.caption, columns, rows, ("center", *numbers), total),)

    def _sorted_by(self) -> tuple[str, ...]:
        name = self.sort.removeprefix("-")
        return (name,) if name and name not in self.measures else ()
