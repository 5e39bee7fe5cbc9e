"""One clause for each department, town or choice, in one paragraph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from forms.fields.base import FieldName
from reports.blocks.base import Block, Use, uses_of
from reports.figures import Figures
from reports.numbers import Quantity, Style
from reports.page.document import Paragraph, Part, Run
from reports.sentences import SentenceTemplate, Template, spoken


class EachBlock(Block):
    """A paragraph: `before`, then `text` for each group with `between` between them, then `after`.

    `{group}` in the text is the group's name. A group in which every number of the text is zero is left out;
    where all are, so is the paragraph.
    """

    type: Literal["each"] = "each"
    #: The question whose answers are the groups: a town, a department, a choice.
    by: FieldName
    #: What is said of each group.
    text: SentenceTemplate
    #: What stands before the first.
    before: SentenceTemplate = Template("", ())
    #: What stands between two.
    between: str = "；"
    #: What stands behind the last.
    after: str = "。"
    #: What groups are sorted by: a measure, with a minus for the largest first; none: the office's order.
    sort: str = ""
    #: At most so many groups; none: all.
    most: int | None = None

    def uses(self) -> Iterator[Use]:
        """What its sentences name."""
        yield from uses_of(self.before, ("before",))
        yield from uses_of(self.text, ("text",), self.by)
        if self.sort:
            yield Use(("sort",), self.sort.removeprefix("-"), self.by)

    def compose(self, figures: Figures) -> tuple[Part, ...]:
        """The paragraph."""
        names = [name for name in self.text.names if not figures.is_words(name)]
        sort = self.sort.removeprefix("-")
        asked = (*names, *([sort] if sort and sort not in names else []))
        table = figures.table(self.by, asked, sort=self.sort)
        telling = [
            group for place, group in enumerate(table.groups) if any(table.columns[name][place] for name in names)
        ]
        clauses: list[Run] = []
        for group in telling[: self.most]:
            label = figures.group_label(self.by, names[0], group)
            clause = spoken(self.text, _InGroup(figures, self.by, group, label))
            clauses += [self.between, *clause] if clauses else clause
        return (Paragraph((*spoken(self.before, figures), *clauses, self.after)),) if clauses else ()


class _InGroup:
    """Speaks of the numbers of one group."""

    def __init__(self, figures: Figures, by: str, group: str | None, label: str) -> None:
        self._figures = figures
        self._by = by
        self._group = group
        self._label = label

    def quantity(self, name: str) -> Quantity | None:
        return self._figures.quantity_in(name, self._by, self._group)

    def run(self, name: str, style: Style | None) -> Run:
        return self._label if name == "group" else self._figures.run_in(name, self._by, self._group, style)
