"""Remarks in small type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from reports.blocks.base import Block, Use, uses_of
from reports.figures import Figures
from reports.page.document import Note, Part
from reports.sentences import SentenceTemplate, spoken


class NoteBlock(Block):
    """A remark, such as stands under a table: `注：…`; its numbers do not link."""

    type: Literal["note"] = "note"
    #: What it says.
    text: SentenceTemplate

    def uses(self) -> Iterator[Use]:
        """What its sentence names."""
        return uses_of(self.text, ("text",))

    def compose(self, figures: Figures) -> tuple[Part, ...]:
        """The remark."""
        runs = spoken(self.text, figures)
        return (Note("".join(run if isinstance(run, str) else run.printed for run in runs)),)
