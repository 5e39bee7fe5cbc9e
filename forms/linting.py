"""What can be wrong with a form although each of its parts is well-formed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from forms.answers import needs_between
from forms.choice_linting import lint_choices
from forms.definition import Entity, Form
from forms.expressions.checking import check
from forms.expressions.names import seen_from
from forms.expressions.parsing import Expression
from forms.fields.base import Field
from forms.fields.group import Group
from forms.fields.repeat import Repeat
from forms.flow_linting import flow_expressions, lint_flow, unknown
from forms.ordering import in_order_of_need
from forms.owing_linting import lint_obligations, obligation_expressions
from forms.privacy_linting import lint_privacy, row_expressions
from kernel.sentences import Sentence, say
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


def lint(form: Form) -> list[Mistake]:
    """Everything wrong between the parts of `form`: names, circles, expressions, workflow, layout."""
    return [
        *_doubled_names(form),
        *_expressions(form),
        *_circles(form),
        *(Mistake(place, sentence) for place, sentence in lint_choices(form)),
        *(Mistake(place, sentence) for place, sentence in lint_flow(form)),
        *(Mistake(place, sentence) for place, sentence in lint_obligations(form)),
        *(Mistake(place, sentence) for place, sentence in lint_privacy(form)),
        *_names_elsewhere(form),
        *_sheet(form),
    ]


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
                say("{name} 用了 {count} 次，每题的 name 要各不相同", name=field.name, count=count[field.name]),
            )
        if field.name in RESERVED | TAKEN_ON_PAGES:
            yield Mistake((*place, "name"), say("{name} 是系统用的名称，请换一个", name=field.name))


def _expressions(form: Form) -> Iterator[Mistake]:
    kinds = form.kinds
    yield from _conditions(form.fields, ("fields",), kinds)
    yield from _checked(form.instance_name, ("instance_name",), kinds)
    for index, rule in enumerate(form.rules):
        yield from _checked(rule.rule, ("rules", index, "rule"), kinds)
    for index, entity in enumerate(form.entities):
        inside = entity_kinds(form, entity)
        if entity.create_if:
            yield from _checked(entity.create_if, ("entities", index, "create_if"), inside)
        for name, expression in entity.values.items():
            yield from _checked(expression, ("entities", index, "values", name), inside)
    yield from _about_stored_records(form)


def entity_kinds(form: Form, entity: Entity) -> dict[str, str]:
    """What an entity's expressions may name: the row's columns, and at a step what the system knows of the record."""
    kinds = seen_from(entity.repeat, form.kinds) if entity.repeat is not None else form.kinds
    return {**SYSTEM_NAMES, **kinds} if entity.transition is not None else dict(kinds)


def _about_stored_records(form: Form) -> Iterator[Mistake]:
    """What is wrong with the expressions that may name what the system knows of a record."""
    kinds = {**SYSTEM_NAMES, **form.kinds}
    for place, expression in (*flow_expressions(form.workflow), *obligation_expressions(form)):
        yield from _checked(expression, place, kinds)
    for place, expression in row_expressions(form):
        yield from _checked(expression, place, {**SYSTEM_NAMES, **form.kinds})
    if form.sheet and form.sheet.filter:
        yield from _checked(form.sheet.filter, ("sheet", "filter"), kinds)


def _conditions(fields: tuple[Field, ...], place: Place, kinds: Mapping[str, str]) -> Iterator[Mistake]:
    """What is wrong with the expressions of `fields`; a repeat's own see its columns by their bare names."""
    for index, field in enumerate(fields):
        here = (*place, index)
        for key in _CONDITIONS:
            condition = getattr(field, key, None)
            if isinstance(condition, Expression):
                yield from _checked(condition, (*here, key), {**kinds, ".": str(field.stored_kind)})
        if isinstance(field, Group):
            yield from _conditions(field.fields, (*here, "fields"), kinds)
        if isinstance(field, Repeat):
            yield from _conditions(field.fields, (*here, "fields"), seen_from(field.name, kinds))


def _checked(expression: Expression, place: Place, kinds: Mapping[str, str]) -> Iterator[Mistake]:
    early = sorted(expression.references & (SYSTEM_NAMES.keys() - kinds.keys()))
    for name in early:
        yield Mistake(place, say("{name} 要等记录存下才有，只能用在步骤的 guard、sheet 和通报的 filter 里", name=name))
    for sentence in check(expression, {**SYSTEM_NAMES, **kinds} if early else kinds):
        yield Mistake(place, sentence)


def _circles(form: Form) -> Iterator[Mistake]:
    for needs in _needs_of_levels(form.fields, form.kinds):
        circle = in_order_of_need(needs).circle
        if circle:
            place = next(place for place, field in placed_fields(form.fields) if field.name == circle[0])
            yield Mistake(place, say("这些题互相等待，算不出来：{names}", names=" → ".join(circle)))


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
            yield Mistake(("entities", index, "repeat"), say("{name} 不是本表的 repeat 题", name=entity.repeat))
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
        said = say(
            "工作表名应有 1 至 {most} 个字，不能有 {letters}，头尾不能是 '", most=_LONGEST_TAB, letters=_NOT_IN_TABS
        )
        yield Mistake(("sheet", "tab"), said)
    for index, name in enumerate(form.sheet.columns):
        if name in form.sheet.columns[:index]:
            yield Mistake(("sheet", "columns", index), say("{name} 这一列写了两次", name=name))


def _all_known(given: Iterable[str], known: Iterable[str], place: Place) -> Iterator[Mistake]:
    for name in given:
        yield from _known(name, known, place, "题")


def _known(name: str, known: Iterable[str], place: Place, what: str) -> Iterator[Mistake]:
    sentence = unknown(name, known, what)
    if sentence is not None:
        yield Mistake(place, sentence)
