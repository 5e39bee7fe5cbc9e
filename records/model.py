"""The nouns of this floor: who acts, what is stored, what its history says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from forms.values import Answers


class Door(StrEnum):
    """Through which door something came in."""

    WEB = "web"
    API = "api"
    SHEET = "sheet"
    IMPORT = "import"
    DEMO = "demo"
    #: Nobody came: a workflow's timer acted.
    TIMER = "timer"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: a person with roles in a unit, or the system itself."""

    id: str
    name: str
    unit_id: str
    roles: frozenset[str]
    #: The actor's unit and every unit under it.
    units: frozenset[str] = frozenset()
    unit_name: str = ""
    unit_kind: str = ""
    #: The town that the actor's unit is, or lies in; empty when it lies in none.
    town: str = ""

    @property
    def facts(self) -> Mapping[str, str]:
        """What expressions may know of the person: `user('unit')`, `has-role('office')`."""
        return {
            "id": self.id,
            "name": self.name,
            "role": " ".join(sorted(self.roles)),
            "unit": self.unit_id,
            "unit_name": self.unit_name,
            "unit_kind": self.unit_kind,
            "town": self.town,
        }


@dataclass(frozen=True, slots=True)
class Author:
    """Who most likely typed a cell of a shared sheet, how we know, and how sure that is.

    `source`: lock file, document property, or sheet; `certainty`: likely, possible, unknown.
    """

    name: str
    source: str
    certainty: str

    def as_json(self) -> dict[str, str]:
        """For the database."""
        return {"name": self.name, "source": self.source, "certainty": self.certainty}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who writes, when, through which door."""

    actor: Actor
    at: datetime
    door: Door
    author: Author | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """One filled form as it is now. People call it a record (记录)."""

    id: str
    form_id: str
    form_version: int
    revision: int
    state: str | None
    title: str
    answers: Answers
    unit_id: str
    created_by: str
    created_at: datetime
    changed_at: datetime
    withdrawn_at: datetime | None
    parent_id: str | None
    instance_id: str
    body_digest: str
    #: Every unit it concerns; only filled where access is judged.
    concerns: frozenset[str] = frozenset()
    #: When it came into its state; none: it was stored before that was kept.
    entered_at: datetime | None = None
    #: The day (ISO) by which it should leave its state; none: whenever.
    due_on: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One step in a submission's history."""

    revision: int
    form_version: int
    state: str | None
    answers: Answers
    action: str
    transition: str | None
    comment: str | None
    door: Door
    actor: str
    author: Author | None
    at: datetime
    #: Which office signed, where a step takes several signatures.
    sign_off: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The submission as it is stored now."""

    submission: Submission
    #: The same thing had been sent before and nothing was written.
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was stored: place to words (see `forms.answers.Refusals`)."""

    refusals: dict[str, str] = field(default_factory=dict)


Outcome = Accepted | Refused
