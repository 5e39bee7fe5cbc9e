"""Workflow as a definition gives it; the words are DCWorkflow's.

A state lists the transitions that lead out of it; a transition has a guard whose parts are
all required (roles AND units AND expression) and asks for the answers it needs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Tag

from forms.fields.base import Condition, Definition, FieldName
from forms.labels import Label

Everything: TypeAlias = Literal["all"]


def _written_as(given: object) -> str:
    return "all" if isinstance(given, str) else "fields"


Editable: TypeAlias = Annotated[
    Annotated[tuple[FieldName, ...], Tag("fields")] | Annotated[Everything, Tag("all")], Discriminator(_written_as)
]


class Comment(StrEnum):
    """Whether a transition takes a comment."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Tone(StrEnum):
    """How a state is coloured in lists."""

    PLAIN = "plain"
    WAITING = "waiting"
    ALARM = "alarm"
    DONE = "done"


class State(Definition):
    """A stage of a record's life."""

    #: What people call it.
    title: Label
    #: How it is coloured in lists.
    tone: Tone = Tone.PLAIN
    #: The steps that lead out of it, by name; none: a record stays here.
    transitions: tuple[str, ...] = ()
    #: Role to the fields it may change in this state, or `all`; a role that is not named changes nothing here.
    edit: Mapping[str, Editable] = {}


class Guard(Definition):
    """Who may take a transition, and when; every part that is given must hold."""

    #: Who has one of these roles; none: anybody who may see the record.
    roles: tuple[str, ...] = ()
    #: `concerned`: only people of a unit that the record concerns; a field's name: only of the unit in that field.
    units: FieldName | None = None
    #: What must hold for the record.
    expr: Condition | None = None
    #: Said to whoever may not pass because of `expr`.
    message: Label = Label("")


class Transition(Definition):
    """A step from one state to another."""

    #: What its button says.
    title: Label
    #: Where it leads.
    new_state: str
    #: Who may take it, and when; none: whoever may see the record.
    guard: Guard = Guard()
    #: Questions shown on the step's page.
    fields: tuple[FieldName, ...] = ()
    #: Those of them that must be answered for this step.
    required: tuple[FieldName, ...] = ()
    #: Whether whoever takes it may, or must, say why.
    comment: Comment = Comment.OPTIONAL
    #: Whether whoever made the record's last step may also take this one.
    self_approval: bool = True


class Workflow(Definition):
    """The states of a form's records and the steps between them."""

    #: Where a new record begins.
    initial_state: str
    #: Every state by its name.
    states: Mapping[str, State]
    #: Every step by its name.
    transitions: Mapping[str, Transition]

    def leads_out(self, state: str | None) -> dict[str, Transition]:
        """The transitions that lead out of `state`, in the order written."""
        found = self.states.get(state or "")
        return {name: self.transitions[name] for name in found.transitions} if found else {}

    def is_final(self, state: str) -> bool:
        """Whether nothing leads out of `state`."""
        return not self.states[state].transitions

    def editable(self, state: str | None, roles: Collection[str]) -> frozenset[str] | None:
        """The fields that any of `roles` may change in `state`; None: all of them."""
        names: set[str] = set()
        found = self.states.get(state or "")
        for role, fields in (found.edit if found else {}).items():
            if role not in roles:
                continue
            if fields == "all":
                return None
            names.update(fields)
        return frozenset(names)
