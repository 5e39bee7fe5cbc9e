"""What follows from a record's answers: its title, the records its rows become, which steps are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.answers import Circumstances, Evaluate
from forms.definition import Entity, Form
from forms.expressions.evaluation import Scope, compiled, truth
from forms.expressions.names import seen_from
from forms.linting import SYSTEM_NAMES
from forms.results import as_value
from forms.rows import known_rows, rows_of
from forms.values import Answers, Kind, Raw, Value


@dataclass(frozen=True, slots=True)
class Child:
    """A record that a repeat's row becomes: of which form, from which row, with what to be read."""

    form: str
    repeat: str
    index: int
    raw: Mapping[str, Raw]
    link: str | None
    #: Which questions of this form each answer is made of.
    uses: Mapping[str, frozenset[str]]


class Deriver:
    """Derives from the answers to one version of a form; compiled once."""

    def __init__(self, form: Form) -> None:
        """Compile every expression of `form` that is not about reading."""
        kinds = {**SYSTEM_NAMES, **form.kinds}  # of a stored record; what is only being filled has none of them yet
        self.form = form
        self._title = compiled(form.instance_name, form.kinds)
        self._guards = {
            name: compiled(step.guard.expr, kinds)
            for name, step in (form.workflow.transitions if form.workflow else {}).items()
            if step.guard.expr
        }
        self._entities = [_compile(entity, seen_from(entity.repeat, form.kinds)) for entity in form.entities]
        self._listed = compiled(form.sheet.filter, kinds) if form.sheet and form.sheet.filter else None

    def title(self, answers: Answers, circumstances: Circumstances) -> str:
        """What the record is called: links shown by their names, choices by their labels."""
        shown = {name: self._shown(name, value, circumstances) for name, value in answers.items()}
        return str(as_value(self._title(_scope(shown, circumstances)), Kind.TEXT) or "").strip() or str(self.form.title)

    def children(self, answers: Answers, circumstances: Circumstances, *, after: Answers | None = None) -> list[Child]:
        """The records that rows become; with `after`, only rows added since those answers (`forms.rows`)."""
        found: list[Child] = []
        for entity, condition, values in self._entities:
            rows = rows_of(answers.get(entity.repeat))
            known = known_rows(rows_of((after or {}).get(entity.repeat)), rows)
            for index, row in enumerate(rows):
                scope = _scope(answers, circumstances, row)
                if known[index] is not None or (condition is not None and not truth(condition(scope))):
                    continue
                raw: dict[str, Raw] = {name: _as_raw(value(scope)) for name, value in values.items()}
                uses = {name: value.references for name, value in entity.values.items()}
                found.append(Child(entity.form, entity.repeat, index, raw, entity.link, uses))
        return found

    def guard_holds(self, transition: str, answers: Answers, circumstances: Circumstances) -> bool:
        """Whether the expression of a transition's guard lets it pass."""
        guard = self._guards.get(transition)
        return guard is None or truth(guard(_scope(answers, circumstances)))

    def in_sheet(self, answers: Answers, circumstances: Circumstances) -> bool:
        """Whether the record belongs in the form's shared sheet."""
        return self._listed is None or truth(self._listed(_scope(answers, circumstances)))

    def _shown(self, name: str, value: Value, circumstances: Circumstances) -> Value:
        field = self.form.questions.get(name)
        if field is None or value is None or field.widget not in _BY_NAME:
            return value
        return field.show(value, circumstances.lookup)


#: Widgets whose stored value is not what people call the thing.
_BY_NAME = frozenset({"unit", "person", "record", "select_one", "select_multiple"})


def _compile(entity: Entity, kinds: Mapping[str, str]) -> tuple[Entity, Evaluate | None, dict[str, Evaluate]]:
    condition = compiled(entity.create_if, kinds) if entity.create_if else None
    return entity, condition, {name: compiled(value, kinds) for name, value in entity.values.items()}


def _scope(answers: Answers, circumstances: Circumstances, row: Answers | None = None) -> Scope:
    return Scope(answers=answers, row=row, this=None, now=circumstances.now, user=circumstances.user)


def _as_raw(result: Any) -> Raw:  # noqa: ANN401 -- whatever an expression may give
    if isinstance(result, list):
        return [str(item) for item in result]
    value = as_value(result, Kind.TEXT)
    return value if isinstance(value, str) else None
