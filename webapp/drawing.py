"""What a page needs to draw a form: its controls, and its conditions for the page's own evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import wtforms
from flask import current_app
from flask_babel import gettext

from forms.definition import Form, walk
from forms.expressions.names import seen_from
from forms.expressions.parsing import Expression
from forms.expressions.tree import to_json
from forms.fields.base import Field
from forms.fields.group import Group
from forms.fields.repeat import Repeat
from forms.labels import Label
from forms.values import Kind
from kernel.sentences import translated
from records.catalogue import Published
from records.ledger import Ledger
from records.people import all_units
from webapp import guards
from webapp.guards import site
from webapp.webform import Drawing, form_class
from webapp.wording import language

_CONDITIONS = ("relevant", "required", "calculation", "constraint")


def controls(ledger: Ledger, published: Published) -> type[wtforms.Form]:
    """The controls of a form in the reader's language; made once for a version, a language and a tree of units."""
    made: dict[tuple[str, int, str, int], type[wtforms.Form]] = current_app.extensions.setdefault("controls", {})
    units = all_units(ledger.conn)
    key = (published.form.id, published.version, language(), hash(tuple(units)))
    if key not in made:

        def words(said: object) -> str:
            return said.inside(language()) if isinstance(said, Label) else translated(str(said), gettext)

        def choose(kinds: Sequence[str]) -> Mapping[str, str]:
            return {unit.id: unit.name for unit in units if not kinds or unit.kind in kinds}

        made[key] = form_class(published.form.fields, Drawing(words, choose))
    return made[key]


def page_logic(form: Form, names: Iterable[str]) -> dict[str, Any]:
    """Every condition of the questions drawn, as trees; what is enforced is enforced by the server all the same."""
    drawn = set(names)
    return {
        "zone": site().settings.time_zone,
        "user": dict(guards.actor().facts),
        "kinds": form.kinds,
        "rows": {
            name: seen_from(name, form.kinds) for name, field in form.questions.items() if isinstance(field, Repeat)
        },
        "fields": {
            field.name: _logic(field)
            for field in _everything(form.fields)
            if field.name in drawn or field.kind is Kind.NOTHING or field.name not in form.questions
        },
    }


def _everything(fields: tuple[Field, ...]) -> Iterable[Field]:
    for field in walk(fields):
        yield field
        if isinstance(field, Repeat):
            yield from _everything(field.fields)


def _logic(field: Field) -> dict[str, Any]:
    logic: dict[str, Any] = {"kind": str(field.kind), "group": isinstance(field, Group)}
    for key in _CONDITIONS:
        condition = getattr(field, key)
        if isinstance(condition, Expression):
            logic[key] = to_json(condition.tree)
    return logic
