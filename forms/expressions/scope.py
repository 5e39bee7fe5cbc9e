"""What an expression is evaluated against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


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
    """Of the person who fills: `name`, `unit`, `id`."""
    choice: Mapping[str, Any] | None = None
    """In a choice filter, the attributes of the choice that is being judged."""
