"""What a page needs to draw a form: its controls, and its conditions for the page's own evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import wtforms
from flask import current_app

from forms.definition import Form, walk
from forms.expressions.names import seen_from
from forms.expressions.parsing import Expression
from forms.expressions.tree import to_json
from forms.fields.base import Field
from forms.fields.repeat import Repeat
from forms.values import Kind, Lookup, Raw, Value
from records.catalogue import Published
from records.ledger import Ledger
from records.model import Occasion
from records.people import all_units
from webapp import guards
from webapp.guards import site
from webapp.webform import Drawing, form_class, held_row
from webapp.wording import language, translate

#: What the page works out by itself; constraints are left to the server, which tells every mistake at once.
_CONDITIONS = ("relevant", "required", "calculation")


def controls(ledger: Ledger, published: Published) -> type[wtforms.Form]:
    """The controls of a form in the reader's language; made once for a version, a language and a tree of units."""
    made: dict[tuple[str, int, str, int], type[wtforms.Form]] = current_app.extensions.setdefault("controls", {})
    units = all_units(ledger.conn)
    key = (published.form.id, published.version, language(), hash(tuple(units)))
    if key not in made:

        def choose(kinds: Sequence[str]) -> Mapping[str, str]:
            return {unit.id: unit.name for unit in units if not kinds or unit.kind in kinds}

        made[key] = form_class(published.form.fields, Drawing(translate, choose))
    return made[key]


def blank_rows(ledger: Ledger, published: Published, occasion: Occasion) -> dict[str, dict[str, Raw]]:
    """An untouched row of each repeat, with the defaults that a row starts with."""
    repeats = [field for field in published.form.questions.values() if isinstance(field, Repeat)]
    empty: dict[str, Raw] = {field.name: [{}] for field in repeats}
    answers = published.reader.read(empty, ledger.circumstances(occasion)).answers
    return {field.name: _first_row(field, answers.get(field.name), ledger.lookup) for field in repeats}


def _first_row(field: Repeat, rows: Value, lookup: Lookup) -> dict[str, Raw]:
    first = rows[0] if isinstance(rows, list) and rows else {}
    return held_row(field, first if isinstance(first, dict) else {}, lookup)


def blank_entries(made: type[wtforms.Form], blanks: Mapping[str, Mapping[str, Raw]]) -> dict[str, Any]:
    """The blank rows as controls: patterns for the page's “add a row”."""
    page: Any = made(data={name: [row] for name, row in blanks.items()})
    return {name: page[name].entries[0] for name in blanks}


def page_logic(published: Published, names: Iterable[str]) -> dict[str, Any]:
    """Every condition of the questions drawn, as trees; what is enforced is enforced by the server all the same."""
    made: dict[tuple[str, int], _Trees] = current_app.extensions.setdefault("trees", {})
    form, key = published.form, (published.form.id, published.version)
    if key not in made:
        made[key] = _trees(form)
    notes = {field.name for field in walk(form.fields) if field.kind is Kind.NOTHING}
    drawn = notes.union(names)
    return {
        "zone": site().settings.time_zone,
        "user": dict(guards.actor().facts),
        "kinds": form.kinds,
        "fields": {name: tree for name, tree in made[key].fields.items() if name in drawn},
        "rows": {name: row for name, row in made[key].rows.items() if name in drawn},
    }


@dataclass(frozen=True, slots=True)
class _Trees:
    """The conditions of a version of a form, of its questions and of those in its rows; made once."""

    fields: Mapping[str, Any]
    rows: Mapping[str, Any]


def _trees(form: Form) -> _Trees:
    fields = list(walk(form.fields))
    rows = {
        field.name: {
            "kinds": seen_from(field.name, form.kinds),
            "fields": {inner.name: _logic(inner) for inner in walk(field.fields)},
        }
        for field in fields
        if isinstance(field, Repeat)
    }
    return _Trees({field.name: _logic(field) for field in fields}, rows)


def _logic(field: Field) -> dict[str, Any]:
    conditions = {key: getattr(field, key) for key in _CONDITIONS}
    return {key: to_json(found.tree) for key, found in conditions.items() if isinstance(found, Expression)}
