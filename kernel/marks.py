"""Places in a definition, and characters in its file."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

#: The keys and items that lead to a part of a file: `("fields", 0, "label")`.
Place: TypeAlias = tuple[str | int, ...]


class Mark(NamedTuple):
    """A character of a file: line and column, both counted from 1."""

    line: int
    column: int
