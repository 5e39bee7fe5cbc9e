"""What reading depends on beside the form and the texts, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from forms.values import Linked, Lookup, nothing_linked

#: Place to words (a `Sentence`, or a `Label` of the form's own): `desc`, `hazards.0.desc` inside a repeat,
#: `visits.0.hazards.1.desc` in a repeat inside that, "" for all.
Refusals: TypeAlias = dict[str, str]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What reading depends on beside the form and the texts: the office, the moment, the person."""

    lookup: Lookup
    now: datetime
    user: Mapping[str, str]
    linked: Linked = nothing_linked
