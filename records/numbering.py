"""Printed numbers, given in the transaction of the record they are for: what is refused has taken none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from forms.definition import Numbering
from forms.values import Answers
from records.counters import grouped, numbered, series_of, take_numbers
from records.ledger import Ledger, day_of_number
from records.model import Occasion


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """Answers that are to have a printed number put into them."""

    numbering: Numbering
    answers: Answers
    occasion: Occasion


def give_numbers(ledger: Ledger, waiting: Sequence[Unnumbered]) -> None:
    """Give printed numbers in order, a whole block of each series at once.

    Called when nothing can be refused any more, for a number that is given and not used would be a hole.
    """
    series = [_series(ledger, each) for each in waiting]
    for name, places in sorted(grouped(series).items()):  # in one order, so that two writers never wait in a circle
        for place, number in zip(places, take_numbers(ledger.conn, name, len(places)), strict=True):
            numbering = waiting[place].numbering
            waiting[place].answers[numbering.field] = numbered(numbering.format, name, number)


def _series(ledger: Ledger, unnumbered: Unnumbered) -> str:
    numbering = unnumbered.numbering
    day = date.fromisoformat(day_of_number(numbering, unnumbered.answers, unnumbered.occasion))
    return series_of(numbering.format, area=ledger.area, day=day)
