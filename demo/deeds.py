"""What people of the demo county do: they fill forms, and they take steps with what was filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from forms.values import Raw


@dataclass(frozen=True, slots=True)
class Fill:
    """Somebody fills a form: `raw` is what they type and choose."""

    form: str
    #: The instance id; a row of a repeat that becomes a record has `{key}/{repeat}/{index}`.
    key: str
    actor: str
    at: datetime
    raw: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody takes a step of the workflow with a record, or (no transition) amends it."""

    form: str
    key: str
    actor: str
    at: datetime
    raw: Mapping[str, Raw]
    transition: str | None
    comment: str | None = None


Deed: TypeAlias = Fill | Step
