"""Running text with numbers in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from reports.blocks.base import Block, Use, uses_of
from reports.figures import Figures
from reports.page.document import Paragraph, Part
from reports.sentences import SentenceTemplate, spoken


class ParagraphBlock(Block):
    """A paragraph; `lead` is a sentence before it in another type. A text that comes out empty is left out."""

    type: Literal["paragraph"] = "paragraph"
    #: What it says.
    text: SentenceTemplate
    #: A sentence before it in 楷体: （一）高位部署推动。
    lead: str = ""

    def uses(self) -> Iterator[Use]:
        """What its sentence names."""
        return uses_of(self.text, ("text",))

    def compose(self, figures: Figures) -> tuple[Part, ...]:
        """The sentence with its numbers."""
        runs = spoken(self.text, figures)
        return (Paragraph(runs, self.lead),) if runs else ()
