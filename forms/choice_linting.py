"""What can be wrong with what decides what can be chosen, and with answers that a link brings along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from forms.definition import Form, walk
from forms.expressions.names import seen_from
from forms.expressions.parsing import Expression
from forms.expressions.tree import Attribute
from forms.expressions.tree import walk as nodes_of
from forms.fields.base import Field
from forms.fields.calculate import Calculate
from forms.fields.choices import ChoiceField
from forms.fields.group import Group
from forms.fields.person import Person
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.fields.unit import Unit
from forms.flaws import choices as choice_flaws
from forms.flaws import links as flaws
from forms.values import Kind
from kernel.nearness import meant_or_known
from kernel.sentences import Sentence
from kernel.yamlfile import Place

#: Something wrong, and at which place of the file.
Found: TypeAlias = tuple[Place, Sentence]

#: What is known of every choice, and of every record, beside its attributes or answers.
_OF_CHOICES: Final = frozenset({"name", "label"})
_OF_RECORDS: Final = frozenset({"state"})


def lint_choices(form: Form) -> Iterator[Found]:
    """Everything wrong with filters, dated lists, people of units and pulled answers, looking at `form` alone."""
    yield from _level(form.fields, ("fields",), form.kinds)


def lint_links(form: Form, others: Mapping[str, Form]) -> Iterator[Found]:
    """Everything wrong with what links of `form` take from other forms; a form that is not there is told elsewhere."""
    for place, field in _placed(form.fields, ("fields",)):
        if not isinstance(field, Record) or field.form not in others:
            continue
        theirs = others[field.form].questions
        for ours, their in field.pull.items():
            if their not in theirs:
                near = meant_or_known(their, theirs)
                said = flaws.NO_QUESTION.found(form=field.form, name=their, near=near)
                yield (*place, "pull", ours), said
        yield from _attributes(field.filter, (*place, "filter"), theirs.keys() | _OF_RECORDS)


def _level(fields: tuple[Field, ...], place: Place, kinds: Mapping[str, str]) -> Iterator[Found]:
    """What is wrong with the questions of a form or of a repeat."""
    beside = {field.name: field for field in walk(fields) if field.kind is not Kind.NOTHING}
    for here, field in _placed(fields, place, into_rows=False):
        match field:
            case ChoiceField():
                yield from _choices(field, here, kinds)
            case Person(of_unit=str() as unit):
                yield from _unit(unit, (*here, "of_unit"), kinds, beside)
            case Record():
                for ours in field.pull:
                    yield from _pulled(ours, (*here, "pull", ours), beside)
            case Repeat():
                yield from _level(field.fields, (*here, "fields"), seen_from(field.name, kinds))
            case _:
                continue


def _choices(field: ChoiceField, place: Place, kinds: Mapping[str, str]) -> Iterator[Found]:
    yield from _attributes(field.choice_filter, (*place, "choice_filter"), field.choices.attributes | _OF_CHOICES)
    if field.as_of is None:
        return
    if kinds.get(field.as_of) not in (Kind.DATE, Kind.DATETIME):
        dates = [name for name, kind in kinds.items() if kind in (Kind.DATE, Kind.DATETIME) and "." not in name]
        near = meant_or_known(field.as_of, dates)
        yield (*place, "as_of"), flaws.NO_DATE.found(name=field.as_of, near=near)
    elif not field.choices.is_dated:
        said = choice_flaws.NOT_DATED.found()
        yield (*place, "as_of"), said


def _unit(name: str, place: Place, kinds: Mapping[str, str], beside: Mapping[str, Field]) -> Iterator[Found]:
    if name not in kinds or (name in beside and not isinstance(beside[name], Unit)):
        units = [other for other, field in beside.items() if isinstance(field, Unit)]
        yield place, flaws.NO_UNIT.found(name=name, near=meant_or_known(name, units))


def _pulled(ours: str, place: Place, beside: Mapping[str, Field]) -> Iterator[Found]:
    field = beside.get(ours)
    if field is None:
        near = meant_or_known(ours, beside)
        yield place, flaws.NOT_BESIDE.found(name=ours, near=near)
    elif isinstance(field, Calculate | Repeat):
        yield place, flaws.NOT_PULLED.found(name=ours)


def _attributes(condition: Expression | None, place: Place, known: Iterable[str]) -> Iterator[Found]:
    """The bare names of a filter that nothing is known by."""
    if condition is None:
        return
    names = sorted(known)
    used = {node.name for node in nodes_of(condition.tree) if isinstance(node, Attribute)}
    for name in sorted(used.difference(names)):
        said = choice_flaws.NO_ATTRIBUTE.found(name=name, near=meant_or_known(name, names[:20]))
        yield place, said


def _placed(fields: tuple[Field, ...], place: Place, *, into_rows: bool = True) -> Iterator[tuple[Place, Field]]:
    for index, field in enumerate(fields):
        here = (*place, index)
        yield here, field
        if isinstance(field, Group) or (into_rows and isinstance(field, Repeat)):
            yield from _placed(field.fields, (*here, "fields"), into_rows=into_rows)
