"""The records behind a number, one a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field as Key

from forms.definition import Form
from forms.fields.base import FieldName
from records.ledger import Ledger
from records.model import Submission
from reports.blocks.base import Block, Use
from reports.figures import Figures
from reports.page.document import Note, Part, TableOfNumbers

#: A column of the state that a record is in.
STATE = "state"


class ListingBlock(Block):
    """A table of the records behind the measure `of`, the oldest first; left out where there are none."""

    type: Literal["listing"] = "listing"
    #: What stands over it; none: nothing.
    caption: str = ""
    #: The measure whose records are listed.
    of: FieldName
    #: The questions that are columns; also `state`.
    columns: Annotated[tuple[FieldName, ...], Key(min_length=1)]
    #: At most so many rows; a remark says how many more there are.
    most: Annotated[int, Key(ge=1, le=500)] = 50

    def uses(self) -> Iterator[Use]:
        """The number whose records it lists."""
        yield Use(("of",), self.of)

    def unknown_columns(self, form: Form) -> Iterator[tuple[int, str]]:
        """Columns that the form does not ask, with their places."""
        for index, name in enumerate(self.columns):
            if name not in form.questions and name != STATE:
                yield index, name

    def compose(self, figures: Figures) -> tuple[Part, ...]:
        """The table, and how many more there are."""
        records, total = figures.records(self.of, self.most)
        if not records:
            return ()
        form = figures.form_of(self.of)
        heads = tuple("状态" if name == STATE else str(form.questions[name].label) for name in self.columns)
        rows = tuple(tuple(_shown(form, name, record, figures.ledger) for name in self.columns) for record in records)
        table = TableOfNumbers(self.caption, heads, rows, tuple("left" for _ in self.columns))
        left = total - len(records)
        return (table, Note(f"注：另有{left}条未列出。")) if left else (table,)


def _shown(form: Form, name: str, record: Submission, ledger: Ledger) -> str:
    if name == STATE:
        state = form.workflow.states.get(record.state or "") if form.workflow else None
        return str(state.title) if state else ""
    return form.questions[name].show(record.answers.get(name), ledger.lookup)
