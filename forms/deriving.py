"""What follows from a record's answers: its title, the records it becomes, which steps are open, what timers find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms.answers import Circumstances, Evaluate
from forms.definition import Entity, Form
from forms.expressions.evaluation import Scope, compiled, truth
from forms.expressions.parsing import Expression
from forms.linting import SYSTEM_NAMES, entity_kinds
from forms.results import as_value
from forms.rows import known_rows, rows_of
from forms.sources import FormLists
from forms.values import Answers, Kind, Raw, Value
from forms.workflow import TimedEntity, Workflow


@dataclass(frozen=True, slots=True)
class Child:
    """A record that this one, or a row of it, becomes: of which form, with what to be read."""

    form: str
    #: The repeat whose row it is; none: it comes of the record itself, and of each name only once.
    repeat: str | None
    index: int
    raw: Mapping[str, Raw]
    link: str | None
    #: Which questions of this form each answer is made of.
    uses: Mapping[str, frozenset[str]]
    #: Tells it from the record's other ones: `hazards/0`; of the record itself `upgrade/major_case`.
    name: str


@dataclass(frozen=True, slots=True)
class _Made:
    """An entity with its expressions compiled."""

    of: Entity | TimedEntity
    condition: Evaluate | None
    values: Mapping[str, Evaluate]

    def child(self, scope: Scope, *, repeat: str | None, index: int, name: str) -> Child:
        raw: dict[str, Raw] = {question: _as_raw(value(scope)) for question, value in self.values.items()}
        uses = {question: value.references for question, value in self.of.values.items()}
        return Child(self.of.form, repeat, index, raw, self.of.link, uses, name)


class Deriver:
    """Derives from the answers to one version of a form; compiled once."""

    def __init__(self, form: Form) -> None:
        """Compile every expression of `form` that is not about reading."""
        kinds = {**SYSTEM_NAMES, **form.kinds}  # of a stored record; what is only being filled has none of them yet
        self.form = form
        self._lists = FormLists(form)
        self._title = compiled(form.instance_name, form.kinds)
        self._guards = {place: compiled(guard, kinds) for place, guard in _guards(form.workflow)}
        self._entities = [(entity, _compile(entity, entity_kinds(form, entity))) for entity in form.entities]
        timers = form.workflow.timers if form.workflow else {}
        self._timers = {name: compiled(timer.expr, kinds) for name, timer in timers.items() if timer.expr}
        self._filed = {name: _compile(timer.entity, kinds) for name, timer in timers.items() if timer.entity}
        self._listed = compiled(form.sheet.filter, kinds) if form.sheet and form.sheet.filter else None

    def title(self, answers: Answers, circumstances: Circumstances) -> str:
        """What the record is called: links shown by their names, choices by their labels."""
        shown = {name: self._shown(name, value, circumstances) for name, value in answers.items()}
        found = as_value(self._title(self._scope(shown, circumstances)), Kind.TEXT)
        return str(found or "").strip() or str(self.form.title)

    def children(
        self,
        answers: Answers,
        circumstances: Circumstances,
        *,
        after: Answers | None = None,
        transition: str | None = None,
    ) -> list[Child]:
        """The records that rows, or the record itself, become at a `transition`; None: as soon as they are stored.

        With `after`, only rows added since those answers (`forms.rows`).
        """
        found: list[Child] = []
        for entity, made in self._entities:
            if entity.transition != transition:
                continue
            if entity.repeat is not None:
                found += self._rows(entity.repeat, made, answers, circumstances, after)
                continue
            scope = self._scope(answers, circumstances, decided=True)
            if transition is not None and _holds(made.condition, scope):
                found.append(made.child(scope, repeat=None, index=0, name=f"{transition}/{entity.form}"))
        return found

    def _rows(
        self, repeat: str, made: _Made, answers: Answers, circumstances: Circumstances, after: Answers | None
    ) -> Iterator[Child]:
        rows = rows_of(answers.get(repeat))
        known = known_rows(rows_of((after or {}).get(repeat)), rows)
        whole = self._scope(answers, circumstances, decided=True)
        for index, row in enumerate(rows):
            scope = replace(whole, row=row, position=index + 1)
            if known[index] is None and _holds(made.condition, scope):
                yield made.child(scope, repeat=repeat, index=index, name=f"{repeat}/{index}")

    def guard_holds(
        self, transition: str, answers: Answers, circumstances: Circumstances, *, sign_off: str | None = None
    ) -> bool:
        """Whether the expression of a transition's guard, or of an office's that signs it, lets it pass."""
        return _holds(self._guards.get((transition, sign_off)), self._scope(answers, circumstances))

    def timer_holds(self, timer: str, answers: Answers, circumstances: Circumstances) -> bool:
        """Whether a timer's expression lets it act on the record."""
        return _holds(self._timers.get(timer), self._scope(answers, circumstances))

    def filed_by(self, timer: str, day: str, answers: Answers, circumstances: Circumstances) -> Child | None:
        """The record that a timer files for the day it counts from."""
        made = self._filed.get(timer)
        if made is None:
            return None
        scope = self._scope(answers, circumstances, decided=True)
        return made.child(scope, repeat=None, index=0, name=f"{timer}/{day}")

    def in_sheet(self, answers: Answers, circumstances: Circumstances) -> bool:
        """Whether the record belongs in the form's shared sheet."""
        return _holds(self._listed, self._scope(answers, circumstances))

    def _scope(self, answers: Answers, circumstances: Circumstances, *, decided: bool = False) -> Scope:
        """What an expression may look at; chance speaks only where what is `decided` is stored once and for all."""
        sources = self._lists.sources(circumstances, decided=decided)
        return Scope(
            answers=answers, row=None, this=None, now=circumstances.now, user=circumstances.user, sources=sources
        )

    def _shown(self, name: str, value: Value, circumstances: Circumstances) -> Value:
        field = self.form.questions.get(name)
        if field is None or value is None or field.widget not in _BY_NAME:
            return value
        return field.show(value, circumstances.lookup)


#: Widgets whose stored value is not what people call the thing.
_BY_NAME = frozenset({"unit", "person", "record", "select_one", "select_multiple"})


def _guards(workflow: Workflow | None) -> Iterator[tuple[tuple[str, str | None], Expression]]:
    """Every guard's expression by the transition's name, and the office's where one signs."""
    for name, step in (workflow.transitions if workflow else {}).items():
        if step.guard.expr:
            yield (name, None), step.guard.expr
        for office, sign_off in step.sign_offs.items():
            if sign_off.guard.expr:
                yield (name, office), sign_off.guard.expr


def _compile(entity: Entity | TimedEntity, kinds: Mapping[str, str]) -> _Made:
    create_if = entity.create_if if isinstance(entity, Entity) else None
    condition = compiled(create_if, kinds) if create_if else None
    return _Made(entity, condition, {name: compiled(value, kinds) for name, value in entity.values.items()})


def _holds(condition: Evaluate | None, scope: Scope) -> bool:
    return condition is None or truth(condition(scope))


def _as_raw(result: Any) -> Raw:  # noqa: ANN401 -- whatever an expression may give
    if isinstance(result, list):
        return [str(item) for item in result]
    value = as_value(result, Kind.TEXT)
    return value if isinstance(value, str) else None
