"""What every block of a report's body promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forms.fields.base import Definition
from kernel.yamlfile import Place
from reports.figures import Figures
from reports.page.document import Part
from reports.sentences import Template


@dataclass(frozen=True, slots=True)
class Use:
    """A measure or metric that a block names, at which key.

    by: the dimension it is grouped by there; may_be_words: period and its like will do as well.
    """

    place: Place
    name: str
    by: str | None = None
    may_be_words: bool = False


class Block(Definition):
    """One part of the body; what it says is composed when an edition is compiled."""

    type: Any

    def uses(self) -> Iterator[Use]:
        """Every measure and metric it names, so that a wrong name is found when the file is loaded."""
        return iter(())

    def compose(self, figures: Figures) -> tuple[Part, ...]:
        """What stands on the page."""
        raise NotImplementedError


def uses_of(template: Template, place: Place, by: str | None = None) -> Iterator[Use]:
    """What a sentence names."""
    for name in template.names:
        yield Use(place, name, by, may_be_words=True)
    for name in template.decisive_names:
        yield Use(place, name, by)
