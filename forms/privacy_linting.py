"""What can be wrong with who sees what: names, and ways on which a private answer would reach everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from forms.access import ADMINISTRATOR, Reach
from forms.definition import Form
from forms.expressions.parsing import Expression
from forms.expressions.tree import Call, Literal
from forms.expressions.tree import walk as nodes
from forms.fields.base import Field
from forms.fields.group import Group
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.flaws import privacy as flaws
from forms.flow_linting import unknown
from forms.privacy import private_questions
from forms.workflow import Guard
from kernel.sentences import Sentence
from kernel.yamlfile import Place

#: Something wrong, and at which place of the file.
Found: TypeAlias = tuple[Place, Sentence]

#: What a role's `where` may not name: what changes by the hour, or each time it is asked.
_TIMES = ("created_at", "due_on", "entered_on")
_OF_TIME = frozenset({"now", "today", "random", "uuid", "once"})


def lint_privacy(form: Form) -> Iterator[Found]:
    """Everything wrong with who sees what in `form` that can be seen without other forms."""
    yield from _names(form)
    yield from _rows(form)
    if private_questions(form):
        yield from _told_to_all(form)
        yield from _derived(form)
        yield from _changed_unseen(form)
        yield from _steps(form)


def row_expressions(form: Form) -> Iterator[tuple[Place, Expression]]:
    """The conditions that say which records a role reaches."""
    for role, may in form.access.roles.items():
        if may.where is not None:
            yield ("access", "roles", role, "where"), may.where


def lint_carried(form: Form, forms: Mapping[str, Form]) -> Iterator[Found]:
    """Private answers that are carried into questions of other forms, or from them, where everybody sees them."""
    private = private_questions(form)
    for index, entity in enumerate(form.entities):
        yield from _carried(private, entity.values, forms.get(entity.form), ("entities", index, "values"))
    for name, timer in (form.workflow.timers if form.workflow else {}).items():
        if timer.entity:
            place: Place = ("workflow", "timers", name, "entity", "values")
            yield from _carried(private, timer.entity.values, forms.get(timer.entity.form), place)
    for place, field in _placed(form.fields, ("fields",)):
        if isinstance(field, Record) and field.form in forms:
            theirs = private_questions(forms[field.form])
            for ours, pulled in field.pull.items():
                if pulled in theirs and ours not in private:
                    yield (*place, "pull", ours), _also(ours, pulled)
        if field.name not in private:
            yield from _looked_up(field, forms, place)


def _looked_up(field: Field, forms: Mapping[str, Form], place: Place) -> Iterator[Found]:
    """What `pulldata` brings from private questions of other forms."""
    for key in ("calculation", "default"):
        expression = getattr(field, key)
        for node in nodes(expression.tree) if isinstance(expression, Expression) else ():
            match node:
                case Call("pulldata", (Literal(str() as other), Literal(str() as asked), *_)) if other in forms:
                    if asked in private_questions(forms[other]):
                        yield (*place, key), _also(field.name, asked)


def blind(form: Form, name: str) -> frozenset[str]:
    """The roles that see records of `form` and not always the whole answer to `name`."""
    rule = form.access.fields.get(name)
    kept = set() if rule is None else form.access.roles.keys() - set(rule.read) - {ADMINISTRATOR}
    for state in form.workflow.states.values() if form.workflow else ():
        kept |= {role for role, names in state.hide.items() if name in names}
    return frozenset(kept)


# ---- names ---------------------------------------------------------------------------------------------------------


def _names(form: Form) -> Iterator[Found]:
    asked = {field.name for _, field in _placed(form.fields, ("fields",)) if not isinstance(field, Group)}
    roles = {*form.access.roles, ADMINISTRATOR}
    for name, rule in form.access.fields.items():
        yield from _known(name, asked, ("access", "fields", name), "题")
        for role in rule.read:
            yield from _known(role, roles, ("access", "fields", name, "read"), "角色")
    for title, state in (form.workflow.states if form.workflow else {}).items():
        for role, names in state.hide.items():
            here: Place = ("workflow", "states", title, "hide", role)
            yield from _known(role, form.access.roles, here, "角色")
            for name in names:
                yield from _known(name, asked, here, "题")
    if form.sheet and form.sheet.role is not None:
        place = ("sheet", "role")
        yield from _known(form.sheet.role, form.access.roles, place, "角色")
        may = form.access.roles.get(form.sheet.role)
        if may is not None and may.read is Reach.NONE:
            yield place, flaws.BLIND_SHEET.found(role=form.sheet.role)


def _rows(form: Form) -> Iterator[Found]:
    for place, expression in row_expressions(form):
        for name in sorted(expression.references.intersection(_TIMES)):
            yield place, flaws.TIME_NAME.found(name=name)
        for node in nodes(expression.tree):
            if isinstance(node, Call) and node.name in _OF_TIME:
                said = flaws.TIME_FUNCTION.found(name=node.name)
                yield place, said


# ---- ways out ------------------------------------------------------------------------------------------------------


def _told_to_all(form: Form) -> Iterator[Found]:
    """What everybody reads or can find out by trying: titles, the order of lists, what must be unique."""
    private = private_questions(form)
    for name in sorted(form.instance_name.references & private):
        yield ("instance_name",), flaws.IN_TITLE.found(name=name)
    sort = form.listing.sort.lstrip("-")
    if sort in private:
        yield ("listing", "sort"), flaws.IN_SORT.found(name=sort)
    fillers = {role for role, may in form.access.roles.items() if may.fill}
    for index, together in enumerate(form.unique):
        for name in together:
            if roles := sorted(fillers & blind(form, name)):
                said = flaws.IN_UNIQUE.found(
                    roles="、".join(roles),
                    name=name,
                )
                yield ("unique", index), said


def _derived(form: Form) -> Iterator[Found]:
    """Answers that are worked out of private ones are as private."""
    private = private_questions(form)
    for place, field in _placed(form.fields, ("fields",)):
        for key in ("calculation", "default"):
            expression = getattr(field, key)
            for name in sorted(expression.references & private) if isinstance(expression, Expression) else ():
                seeing = blind(form, name) - blind(form, field.name)
                if seeing and name != field.name:
                    yield (*place, key), _also(field.name, name)


def _carried(
    private: frozenset[str], values: Mapping[str, Expression], other: Form | None, place: Place
) -> Iterator[Found]:
    kept = private_questions(other) if other else frozenset()
    for target, expression in values.items():
        for name in sorted(expression.references & private):
            if other is not None and target not in kept:
                yield (*place, target), _also(target, name)


def _also(target: str, source: str) -> Sentence:
    return flaws.DERIVED.found(target=target, source=source)


# ---- changes -------------------------------------------------------------------------------------------------------


def _changed_unseen(form: Form) -> Iterator[Found]:
    """Roles that a state lets change what they do not see there."""
    for title, state in (form.workflow.states if form.workflow else {}).items():
        for role, names in state.edit.items():
            unseen = [] if isinstance(names, str) else [name for name in names if _is_unseen(form, title, role, name)]
            for name in unseen:
                said = flaws.CHANGED_UNSEEN.found(role=role, name=name)
                yield ("workflow", "states", title, "edit", role), said


def _steps(form: Form) -> Iterator[Found]:
    """Steps that ask somebody for what they do not see."""
    if form.workflow is None:
        return
    for state, found in form.workflow.states.items():
        for step in found.transitions:
            transition = form.workflow.transitions.get(step)
            if transition is None:
                continue
            for role in _taking(form, transition.guard):
                for name in dict.fromkeys((*transition.fields, *transition.required)):
                    if _is_unseen(form, state, role, name):
                        said = flaws.ASKED_UNSEEN.found(role=role, name=name)
                        yield ("workflow", "transitions", step, "fields"), said


def _taking(form: Form, guard: Guard) -> Iterable[str]:
    return [role for role in guard.roles if role in form.access.roles]


def _is_unseen(form: Form, state: str, role: str, name: str) -> bool:
    rule = form.access.fields.get(name)
    hides = form.workflow.states[state].hide if form.workflow else {}
    return (rule is not None and role not in rule.read) or name in hides.get(role, ())


def _placed(fields: tuple[Field, ...], place: Place) -> Iterator[tuple[Place, Field]]:
    for index, field in enumerate(fields):
        here = (*place, index)
        yield here, field
        if isinstance(field, Group | Repeat):
            yield from _placed(field.fields, (*here, "fields"))


def _known(name: str, known: Iterable[str], place: Place, what: str) -> Iterator[Found]:
    sentence = unknown(name, known, what)
    if sentence is not None:
        yield place, sentence
