"""What an expression is evaluated against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Final, TypeAlias

Pull: TypeAlias = Callable[[str, str, str, str], Any]
"""`pull(form, question, key question, value)`: the stored answer to `question` of the record of `form` whose
answer to `key question` is `value`; None when there is none, or when whoever asks may not see it."""


def pull_nothing(form: str, question: str, key: str, value: str) -> None:
    """The `Pull` of somebody who knows no other forms."""
    del form, question, key, value


@dataclass(frozen=True, slots=True)
class Sources:
    """What an expression may look up beside the record; what is not known is blank."""

    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Question to the words of its choices by their names, for `jr:choice-name`."""
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """List to its choices, each a mapping from attribute (`name` and `label` among them), for `instance`."""
    calendar: Mapping[str, bool] = field(default_factory=dict)
    """Day (`2026-10-01`) to whether it is worked, for the days that differ from the week."""
    pull: Pull = pull_nothing
    """For `pulldata`."""
    chance: Random | None = None
    """For `random` and `uuid`; None where nothing is decided yet: they are blank."""


NO_SOURCES: Final = Sources()


@dataclass(frozen=True, slots=True)
class Scope:
    """The answers an expression may look at, and who looks when."""

    answers: Mapping[str, Any]
    """The record as it is stored: field name to JSON value; a table is a list of rows, each a mapping."""
    row: Mapping[str, Any] | None
    """The row of a table now being read; its fields shadow those of the record."""
    this: Any
    """The stored answer that is being judged, `.`."""
    now: datetime
    """The present, aware, in the office's zone."""
    user: Mapping[str, str]
    """Of the person who fills: `id name unit unit_name unit_kind town role`; `role` is several, parted by spaces."""
    choice: Mapping[str, Any] | None = None
    """In a choice filter, the attributes of the choice that is being judged."""
    position: int = 0
    """Of the row in its table, counted from 1; 0 outside tables."""
    sources: Sources = NO_SOURCES
    """What may be looked up beside the record."""

    def judging(self, stored: Any) -> Scope:  # noqa: ANN401 - a stored answer is any JSON value
        """The same, with `stored` as the answer that is being judged."""
        return Scope(self.answers, self.row, stored, self.now, self.user, self.choice, self.position, self.sources)

    def inside(self, row: Mapping[str, Any], position: int) -> Scope:
        """The same, in a row of a table; a row around it is still seen where this one has no such column."""
        seen = row if self.row is None else {**self.row, **row}
        return Scope(self.answers, seen, self.this, self.now, self.user, self.choice, position, self.sources)

    def about(self, choice: Mapping[str, Any]) -> Scope:
        """The same, with `choice` as the choice that is being judged."""
        return Scope(self.answers, self.row, self.this, self.now, self.user, choice, self.position, self.sources)
