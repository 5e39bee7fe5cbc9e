"""Workflow as a definition gives it; the words are DCWorkflow's.

A state lists the transitions that lead out of it; a transition has a guard whose parts are
all required (roles AND units AND expression) and asks for the answers it needs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Tag
from pydantic import Field as Key

from forms.fields.base import Condition, Definition, FieldName
from forms.labels import Label

Everything: TypeAlias = Literal["all"]

#: The units that a record concerns: what a guard or a notice may say instead of a question's name.
CONCERNED = "concerned"
#: The unit of whoever filled the record.
FILLER = "filler"
#: The days that a timer may count from beside date questions: of coming into the state, and of having to leave it.
ENTERED_ON = "entered_on"
DUE_ON = "due_on"


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


class Trigger(StrEnum):
    """What sets a transition going."""

    USER = "user"
    #: By itself, right after another transition, as soon as its guard's expression holds.
    AUTOMATIC = "automatic"
    #: By one of the workflow's timers, and by nobody else.
    TIMER = "timer"


class Deadline(Definition):
    """By when a record has to leave a state: counted from the day it came in, in days or workdays."""

    #: Calendar days.
    days: Annotated[int, Key(ge=0, le=3650)] | None = None
    #: Days that are worked, by the office's calendar.
    workdays: Annotated[int, Key(ge=0, le=1000)] | None = None
    #: A date question that says it instead.
    date: FieldName | None = None


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
    #: Role to the fields it does not get to see in this state.
    hide: Mapping[str, tuple[FieldName, ...]] = {}
    #: By when the record should have left this state (`due_on` in expressions and lists); none: whenever.
    deadline: Deadline | None = None


class Guard(Definition):
    """Who may take a transition, and when; every part that is given must hold."""

    #: Who has one of these roles; none: anybody who may see the record.
    roles: tuple[str, ...] = ()
    #: `concerned`: only people of a unit that the record concerns; `filler`: only of the unit that filled it; a
    #: field's name: only of the unit in that field. People above a unit count as of it.
    units: FieldName | None = None
    #: What must hold for the record.
    expr: Condition | None = None
    #: Said to whoever may not pass because of `expr`.
    message: Label = Label("")


class SignOff(Definition):
    """One office's signature under a step (会签)."""

    #: What people call it.
    title: Label
    #: Who signs for it: the parts of a guard.
    guard: Guard


class TimedEntity(Definition):
    """A record of another form that a timer files."""

    #: The id of the other form.
    form: str
    #: The other form's field to an expression over the record.
    values: Mapping[FieldName, Condition] = {}
    #: The other form's field that links back to this record.
    link: FieldName | None = None


class Notice(Definition):
    """Who is told of something, on the page and by mail."""

    #: Everybody who has one of these roles and may see the record; with `units`, only of those units.
    roles: tuple[str, ...] = ()
    #: `concerned`: people of the units that the record concerns; `filler`: of the unit that filled it; a field's
    #: name: of the unit in that field. People above a unit count as of it.
    units: FieldName | None = None
    #: Person questions whose answers are told.
    persons: tuple[FieldName, ...] = ()


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
    #: What sets it going.
    trigger: Trigger = Trigger.USER
    #: Offices that must each sign (会签) before the record moves; none: the guard alone says who takes it.
    sign_offs: Mapping[str, SignOff] = {}
    #: Who is told when it was taken; whoever took it is not. None: nobody.
    notify: Notice | None = None
    #: What they are told; none: the step's title.
    message: Label = Label("")


class Timer(Definition):
    """What happens to a record when time passes: T−3 a reminder, T+1 another, T+15 a step or a new record."""

    #: The states it looks at.
    states: tuple[str, ...]
    #: The day it counts from: a date question, `entered_on` (the day the record came into its state) or `due_on`.
    date: FieldName
    #: How many days after that day; negative: before.
    days: Annotated[int, Key(ge=-3650, le=3650)] = 0
    #: Whether `days` counts only days that are worked.
    workdays: bool = False
    #: From which hour of that day.
    at: Annotated[str, Key(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "08:00"
    #: What must hold for the record besides.
    expr: Condition | None = None
    #: Who is told, and what.
    notify: Notice | None = None
    #: What they are told; none: the timer's title.
    message: Label = Label("")
    #: What people call it: in the record's history and in what is sent.
    title: Label
    #: The transition it takes (its trigger is `timer`).
    transition: str | None = None
    #: A record of another form that it files, as `entities` do.
    entity: TimedEntity | None = None


class Workflow(Definition):
    """The states of a form's records and the steps between them."""

    #: Where a new record begins.
    initial_state: str
    #: Every state by its name.
    states: Mapping[str, State]
    #: Every step by its name.
    transitions: Mapping[str, Transition]
    #: What happens as time passes, by name.
    timers: Mapping[str, Timer] = {}

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
