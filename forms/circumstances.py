"""What reading depends on beside the form and the texts, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TypeAlias

from forms.expressions.scope import Pull, pull_nothing
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
    #: Day (`2026-10-01`) to whether it is worked, for the days that differ from the week.
    calendar: Mapping[str, bool] = field(default_factory=dict)
    #: What other records say, for `pulldata`; asked on behalf of whoever sends.
    pull: Pull = pull_nothing
    #: For `random` and `uuid`; none: they are blank.
    chance: Random | None = None
