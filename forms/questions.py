"""The questions of a form, made ready once: conditions compiled, put in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from forms.definition import stored_kind
from forms.expressions.evaluation import Scope, compiled, truth
from forms.expressions.names import Column, place_of, seen_from
from forms.expressions.parsing import Expression
from forms.fields.base import Field
from forms.fields.group import Group
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.narrowing import Narrowing, narrowed_by, narrowing_of
from forms.ordering import in_order_of_need
from forms.values import Kind

Evaluate: TypeAlias = Callable[[Scope], Any]


@dataclass(frozen=True, slots=True)
class Pull:
    """Where a question takes its answer from: the link, the form it links to, the question there."""

    link: str
    form: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Question:
    """A field with its conditions compiled."""

    field: Field
    kind: Kind
    relevant: Evaluate | None
    required: Evaluate | bool
    constraint: Evaluate | None
    calculation: Evaluate | None
    default: Evaluate | None
    read_only: Evaluate | bool
    narrowing: Narrowing | None
    pull: Pull | None
    #: How many rows there are, and what each of them asks.
    count: Evaluate | None
    rows: Questions | None

    @property
    def fills_in(self) -> bool:
        """Whether it is worked out only where nobody answered it."""
        return self.calculation is not None and self.default is None and self.field.type != "calculate"


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of a form or of a repeat, by name and in the order in which they need each other."""

    by_name: Mapping[str, Question]
    in_order: Sequence[Question]


def compile_questions(fields: tuple[Field, ...], kinds: Mapping[str, str]) -> Questions:
    """The questions of `fields`, whose expressions see what `kinds` says (`forms.expressions.names`)."""
    pulls = _pulls(fields)
    by_name: dict[str, Question] = {}
    for field, conditions in _with_group_conditions(fields):
        by_name[field.name] = _question(field, conditions, kinds, pulls.get(field.name))
    order = in_order_of_need(needs_between(fields, kinds)).order
    return Questions(by_name, [by_name[name] for name in order])


def _question(
    field: Field, conditions: tuple[Expression, ...], kinds: Mapping[str, str], pull: Pull | None
) -> Question:
    repeat = field if isinstance(field, Repeat) else None
    judged = {**kinds, ".": str(stored_kind(field))}
    return Question(
        field=field,
        kind=stored_kind(field),
        relevant=_all_of([compiled(condition, kinds) for condition in conditions]),
        required=field.required if isinstance(field.required, bool) else compiled(field.required, kinds),
        constraint=compiled(field.constraint, judged) if field.constraint else None,
        calculation=compiled(field.calculation, judged) if field.calculation else None,
        default=compiled(field.default, kinds) if field.default else None,
        read_only=field.read_only if isinstance(field.read_only, bool) else compiled(field.read_only, kinds),
        narrowing=narrowing_of(field, kinds),
        pull=pull,
        count=compiled(repeat.count, kinds) if repeat and repeat.count else None,
        rows=compile_questions(repeat.fields, seen_from(repeat.name, kinds)) if repeat else None,
    )


def _all_of(conditions: list[Evaluate]) -> Evaluate | None:
    if len(conditions) <= 1:
        return conditions[0] if conditions else None
    return lambda scope: all(truth(condition(scope)) for condition in conditions)


def _with_group_conditions(
    fields: tuple[Field, ...], outer: tuple[Expression, ...] = ()
) -> list[tuple[Field, tuple[Expression, ...]]]:
    """Every answered field with its own relevance and that of the groups around it."""
    found: list[tuple[Field, tuple[Expression, ...]]] = []
    for field in fields:
        conditions = (*outer, field.relevant) if field.relevant else outer
        if isinstance(field, Group):
            found += _with_group_conditions(field.fields, conditions)
        elif field.kind is not Kind.NOTHING:
            found.append((field, conditions))
    return found


def _pulls(fields: tuple[Field, ...]) -> dict[str, Pull]:
    """The questions that follow a link beside them."""
    links = [field for field, _ in _with_group_conditions(fields) if isinstance(field, Record)]
    return {ours: Pull(link.name, link.form, theirs) for link in links for ours, theirs in link.pull.items()}


# ---- what needs what -----------------------------------------------------------------------------------------------


def needs_between(fields: tuple[Field, ...], kinds: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """For each question, those to be settled before it is known to be relevant, open, calculated or chosen from."""
    asked = _with_group_conditions(fields)
    pulls = _pulls(fields)
    owners = {inner: field.name for field, _ in asked if isinstance(field, Repeat) for inner in _tables_in(field)}
    found: dict[str, frozenset[str]] = {}
    for field, conditions in asked:
        needed = _needs(field, conditions, kinds)
        if field.name in pulls:
            needed |= {pulls[field.name].link}
        found[field.name] = frozenset(owners.get(name, name) for name in needed)
    return found


def _tables_in(repeat: Repeat) -> Iterator[str]:
    """The repeats inside a repeat, at any depth."""
    for field in repeat.questions.values():
        if isinstance(field, Repeat):
            yield field.name
            yield from _tables_in(field)


def _needs(field: Field, conditions: tuple[Expression, ...], kinds: Mapping[str, str]) -> set[str]:
    count = field.count if isinstance(field, Repeat) else None
    needed = {name for it in (*conditions, field.calculation, count) if it for name in _named(it.references, kinds)}
    needed |= _named(narrowed_by(field), kinds)
    if isinstance(field.read_only, Expression):
        needed |= _named(field.read_only.references, kinds) - {field.name}  # of itself it sees what it was
    if isinstance(field, Repeat):
        inside = needs_between(field.fields, seen_from(field.name, kinds))
        needed |= frozenset[str]().union(*inside.values()) - inside.keys()
    return needed


def _named(references: frozenset[str], kinds: Mapping[str, str]) -> frozenset[str]:
    """The questions that are looked at; a column of a table is the table."""
    places = (place_of(name, kinds) for name in references)
    return frozenset(place.table if isinstance(place, Column) else place.name for place in places)
