"""Headings."""

from __future__ import annotations

from typing import Literal

from reports.blocks.base import Block
from reports.figures import Figures
from reports.page.document import Heading, HeadingLevel, Part


class HeadingBlock(Block):
    """A heading with its ordinal as it prints: `一、总体情况` (level 1), `（一）…` (2), `1.…` (3)."""

    type: Literal["heading"] = "heading"
    #: 1 to 4, in the four types of an official page.
    level: HeadingLevel = 1
    #: With its ordinal.
    text: str

    def compose(self, figures: Figures) -> tuple[Part, ...]:
        """The heading."""
        del figures
        return (Heading(self.level, self.text),)
