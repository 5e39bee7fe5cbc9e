"""What can be wrong with a form although each of its parts is well-formed."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from forms.answers import needs_between
from forms.choice_linting import lint_choices
from forms.definition import Entity, Form
from forms.expressions.checking import check
from forms.expressions.names import seen_from
from forms.expressions.parsing import Expression
from forms.expressions.tree import Literal
from forms.expressions.values import text_of
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.group import Group
from forms.fields.repeat import Repeat
from forms.flaws import structure as flaws
from forms.flaws.meaning import TOO_EARLY, UNKNOWN_CHOICE
from forms.flow_linting import flow_expressions, lint_flow, unknown
from forms.ordering import in_order_of_need
from forms.owing_linting import lint_obligations, obligation_expressions
from forms.privacy_linting import lint_privacy, row_expressions
from kernel.nearness import did_you_mean
from kernel.sentences import Sentence
from kernel.yamlfile import Place

_CONDITIONS = (
    *("required", "relevant", "constraint", "read_only", "default", "calculation"),
    *("choice_filter", "filter", "count"),
)
#: What an expression about a stored record may name beside its fields: the guards of a workflow, a sheet's filter
#: and a report's. `created_at` is the office's wall-clock time, `2026-11-22T08:30:00`, and compares with days.
#: `entered_on` is the day it came into its state, `due_on` the day by which it should leave it (a state's `deadline`).
SYSTEM_NAMES = {
    "state": "text",
    "unit_id": "text",
    "created_by": "text",
    "created_at": "date",
    "entered_on": "date",
    "due_on": "date",
}
#: What a question may not be called, for every form's rows have a column of that name.
RESERVED = frozenset({*SYSTEM_NAMES, "id", "title", "changed_at", "withdrawn_at"})
#: What a question may not be called, for a page's form (`wtforms.Form`) has an attribute of that name.
TAKEN_ON_PAGES = frozenset(
    {"data", "errors", "form_errors", "meta", "populate_obj", "post_process", "process", "validate"}
)
#: What the name of a tab may not have in Excel, and how long it may be.
_NOT_IN_TABS = "\\/?*[]:"
_LONGEST_TAB = 31


class Mistake(NamedTuple):
    """Something wrong, and at which place of the file."""

    place: Place
    sentence: Sentence


def lint(form: Form) -> Iterator[Mistake]:
    """Everything wrong between the parts of `form`: names, circles, expressions, workflow, layout."""
    yield from _doubled_names(form)
    yield from _expressions(form)
    yield from _circles(form)
    for found in (lint_choices(form), lint_flow(form), lint_obligations(form), lint_privacy(form)):
        yield from (Mistake(place, sentence) for place, sentence in found)
    yield from _names_elsewhere(form)
    yield from _sheet(form)


def placed_fields(
    fields: tuple[Field, ...], place: Place = ("fields",), *, into_rows: bool = True
) -> Iterator[tuple[Place, Field]]:
    """Every field with its place in the file, groups opened, and (`into_rows`) repeats."""
    for index, field in enumerate(fields):
        here = (*place, index)
        yield here, field
        if isinstance(field, Group) or (into_rows and isinstance(field, Repeat)):
            yield from placed_fields(field.fields, (*here, "fields"), into_rows=into_rows)


def _doubled_names(form: Form) -> Iterator[Mistake]:
    count = Counter(field.name for _, field in placed_fields(form.fields))
    for place, field in placed_fields(form.fields):
        if count[field.name] > 1:
            yield Mistake(
                (*place, "name"),
                flaws.DOUBLE_NAME.found(name=field.name, count=count[field.name]),
            )
        if field.name in RESERVED | TAKEN_ON_PAGES:
            yield Mistake((*place, "name"), flaws.RESERVED_NAME.found(name=field.name))


def _expressions(form: Form) -> Iterator[Mistake]:
    names = _Names(form.kinds, choices_of(form))
    yield from _conditions(form.fields, ("fields",), names)
    yield from _checked(form.instance_name, ("instance_name",), replace(names, choices={}))  # it sees labels
    for index, rule in enumerate(form.rules):
        yield from _checked(rule.rule, ("rules", index, "rule"), names)
    for index, entity in enumerate(form.entities):
        inside = replace(names, kinds=entity_kinds(form, entity))
        if entity.create_if:
            yield from _checked(entity.create_if, ("entities", index, "create_if"), inside)
        for name, expression in entity.values.items():
            yield from _checked(expression, ("entities", index, "values", name), inside)
    yield from _about_stored_records(form, names)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the names in an expression mean (`forms.expressions.names`), and which choices questions have."""

    kinds: Mapping[str, str]
    choices: Mapping[str, Collection[str]]


def choices_of(form: Form) -> dict[str, Collection[str]]:
    """Every question that is answered from a list, and every shared list, to the names of its choices.

    `state` is answered from the workflow's states.
    """
    asked = [field for _, field in placed_fields(form.fields) if isinstance(field, ChoiceField)]
    found: dict[str, Collection[str]] = {field.choices.name: field.choices for field in asked if field.choices.name}
    found |= {field.name: field.choices for field in asked}
    return {**found, "state": form.workflow.states} if form.workflow else found


def entity_kinds(form: Form, entity: Entity) -> dict[str, str]:
    """What an entity's expressions may name: the row's columns, and at a step what the system knows of the record."""
    kinds = seen_from(entity.repeat, form.kinds) if entity.repeat is not None else form.kinds
    return {**SYSTEM_NAMES, **kinds} if entity.transition is not None else dict(kinds)


def _about_stored_records(form: Form, names: _Names) -> Iterator[Mistake]:
    """What is wrong with the expressions that may name what the system knows of a record."""
    stored = replace(names, kinds={**SYSTEM_NAMES, **form.kinds})
    for place, expression in (*flow_expressions(form.workflow), *obligation_expressions(form), *row_expressions(form)):
        yield from _checked(expression, place, stored)
    if form.sheet and form.sheet.filter:
        yield from _checked(form.sheet.filter, ("sheet", "filter"), stored)


def _conditions(fields: tuple[Field, ...], place: Place, names: _Names) -> Iterator[Mistake]:
    """What is wrong with the expressions of `fields`; a repeat's own see its columns by their bare names."""
    for index, field in enumerate(fields):
        here = (*place, index)
        yield from _of_field(field, here, names)
        if isinstance(field, Group):
            yield from _conditions(field.fields, (*here, "fields"), names)
        if isinstance(field, Repeat):
            inside = replace(names, kinds=seen_from(field.name, names.kinds))
            yield from _conditions(field.fields, (*here, "fields"), inside)


def expressions_of(field: Field) -> dict[str, Expression]:
    """The conditions and calculations of a question by their keys."""
    given = vars(field)
    return {key: given[key] for key in _CONDITIONS if isinstance(given.get(key), Expression)}


def _of_field(field: Field, place: Place, names: _Names) -> Iterator[Mistake]:
    expressions = expressions_of(field)
    if not expressions:
        return
    choices = field.choices if isinstance(field, ChoiceField) else None
    judged = _Names(
        ChainMap({".": str(field.stored_kind)}, names.kinds),  # type: ignore[arg-type]  # it is only read
        names.choices if choices is None else ChainMap({".": choices}, names.choices),  # type: ignore[arg-type]  # as above
    )
    for key, expression in expressions.items():
        yield from _checked(expression, (*place, key), judged)
        if key in ("default", "calculation") and choices is not None and isinstance(expression.tree, Literal):
            given = text_of(expression.tree.value)
            if given and given not in choices:
                near = did_you_mean(given, choices)
                yield Mistake((*place, key), UNKNOWN_CHOICE.found(question=field.name, choice=given, near=near))


def _checked(expression: Expression, place: Place, names: _Names) -> Iterator[Mistake]:
    early = [name for name in sorted(expression.references) if name in SYSTEM_NAMES and name not in names.kinds]
    for name in early:
        yield Mistake(place, TOO_EARLY.found(name=name))
    kinds = {**SYSTEM_NAMES, **names.kinds} if early else names.kinds
    for finding in check(expression, kinds, names.choices):
        yield Mistake(place, finding)


def _circles(form: Form) -> Iterator[Mistake]:
    for needs in _needs_of_levels(form.fields, form.kinds):
        circle = in_order_of_need(needs).circle
        if circle:
            place = next(place for place, field in placed_fields(form.fields) if field.name == circle[0])
            yield Mistake(place, flaws.CIRCLE.found(names=" → ".join(circle)))


def _needs_of_levels(fields: tuple[Field, ...], kinds: Mapping[str, str]) -> Iterator[Mapping[str, frozenset[str]]]:
    """What needs what among the questions of a form, and among those of each of its repeats."""
    yield needs_between(fields, kinds)
    for _, field in placed_fields(fields, into_rows=False):
        if isinstance(field, Repeat):
            yield from _needs_of_levels(field.fields, seen_from(field.name, kinds))


def _names_elsewhere(form: Form) -> Iterator[Mistake]:
    names = form.questions
    yield from _all_known(form.access.units, names, ("access", "units"))
    listed = {**names, **SYSTEM_NAMES}
    yield from _all_known(form.listing.columns, listed, ("listing", "columns"))
    yield from _all_known(form.listing.filters, listed, ("listing", "filters"))
    yield from _known(form.listing.sort.lstrip("-"), listed, ("listing", "sort"), "题")
    if form.sheet:
        yield from _all_known(form.sheet.columns, listed, ("sheet", "columns"))
        yield from _all_known(form.sheet.locked, form.sheet.columns, ("sheet", "locked"))
    if form.numbering:
        yield from _known(form.numbering.field, names, ("numbering", "field"), "题")
        if form.numbering.date:
            yield from _known(form.numbering.date, names, ("numbering", "date"), "题")
    for index, entity in enumerate(form.entities):
        if entity.repeat is not None and not isinstance(names.get(entity.repeat), Repeat):
            yield Mistake(("entities", index, "repeat"), flaws.NOT_A_REPEAT.found(name=entity.repeat))
    for index, together in enumerate(form.unique):
        yield from _all_known(together, names, ("unique", index))
    for index, rule in enumerate(form.rules):
        yield from _all_known(rule.fields, names, ("rules", index, "fields"))
    yield from _all_known(form.one_tap, names, ("one_tap",))


def _sheet(form: Form) -> Iterator[Mistake]:
    if form.sheet is None:
        return
    tab = form.sheet.tab
    if (
        not 1 <= len(tab.strip()) <= _LONGEST_TAB
        or any(letter in _NOT_IN_TABS for letter in tab)
        or "'" in (tab[:1], tab[-1:])
    ):
        said = flaws.BAD_TAB.found(most=_LONGEST_TAB, letters=_NOT_IN_TABS)
        yield Mistake(("sheet", "tab"), said)
    for index, name in enumerate(form.sheet.columns):
        if name in form.sheet.columns[:index]:
            yield Mistake(("sheet", "columns", index), flaws.COLUMN_TWICE.found(name=name))


def _all_known(given: Iterable[str], known: Iterable[str], place: Place) -> Iterator[Mistake]:
    for name in given:
        yield from _known(name, known, place, "题")


def _known(name: str, known: Iterable[str], place: Place, what: str) -> Iterator[Mistake]:
    sentence = unknown(name, known, what)
    if sentence is not None:
        yield Mistake(place, sentence)
