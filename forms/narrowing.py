"""What can be chosen depends: on other answers (`choice_filter`, `filter`, `of_unit`) and on the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from forms.circumstances import Circumstances
from forms.expressions.evaluation import Evaluate, Scope, compiled, truth
from forms.expressions.parsing import Expression, parse
from forms.expressions.values import has_day, text_of
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.person import Person
from forms.fields.record import Record

#: Whether something (a choice's name, a record's or a person's id) may be chosen, as far as that is known.
Allows: TypeAlias = Callable[[str, Scope, Circumstances], bool]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a question lets be chosen, and the questions that this depends on."""

    allows: Allows
    references: frozenset[str]


def narrowing_of(field: Field, kinds: Mapping[str, str]) -> Narrowing | None:
    """The narrowing of a question; None: everything it knows may be chosen always."""
    match field:
        case ChoiceField() if field.is_narrowed:
            return Narrowing(_of_choices(field, kinds), narrowed_by(field))
        case Record(filter=Expression() as condition):
            return Narrowing(_of_records(field, compiled(condition, kinds)), narrowed_by(field))
        case Person(of_unit=str() as unit):
            return Narrowing(_of_people(compiled(_reference(unit), kinds)), narrowed_by(field))
        case _:
            return None


def narrowed_by(field: Field) -> frozenset[str]:
    """The questions on whose answers it depends what can be chosen, as they are written."""
    match field:
        case ChoiceField():
            filtered = field.choice_filter.references if field.choice_filter else frozenset()
            return filtered | {field.as_of} if field.as_of else filtered
        case Record(filter=Expression() as condition):
            return condition.references
        case Person(of_unit=str() as unit):
            return frozenset({unit})
        case _:
            return frozenset()


def _of_choices(field: ChoiceField, kinds: Mapping[str, str]) -> Allows:
    holds = compiled(field.choice_filter, kinds) if field.choice_filter else None
    day = compiled(_reference(field.as_of), kinds) if field.as_of else None

    def allows(name: str, scope: Scope, circumstances: Circumstances) -> bool:
        del circumstances
        choice = field.choices.get(name)
        if choice is None:
            return True  # of an older version of the list: whoever takes it says so
        if choice.is_dated and not choice.is_valid_on(_day(day, scope)):
            return False
        said = {**choice.attributes, "name": name, "label": str(choice)}
        return holds is None or truth(holds(scope.about(said)))

    return allows


def _day(day: Evaluate | None, scope: Scope) -> str:
    """The day (ISO) that dated choices are judged by: an answer, else the day of filling."""
    answer = day(scope) if day else ""
    return text_of(answer)[: len("2026-11-22")] if has_day(answer) else scope.now.date().isoformat()


def _of_records(field: Record, holds: Evaluate) -> Allows:
    def allows(record_id: str, scope: Scope, circumstances: Circumstances) -> bool:
        said = circumstances.linked(field.form, [record_id]).get(record_id)
        return said is None or truth(holds(scope.about(said)))  # what may not be seen is refused elsewhere

    return allows


def _of_people(unit: Evaluate) -> Allows:
    def allows(person: str, scope: Scope, circumstances: Circumstances) -> bool:
        named = text_of(unit(scope))
        return not named or circumstances.lookup.works_in(person, named)

    return allows


def _reference(name: str) -> Expression:
    return parse(f"${{{name}}}")
