"""What a page needs to draw a form: its controls, and its conditions for the page's own evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import wtforms
from flask import current_app, request

from forms.definition import walk
from forms.fields.base import Field
from forms.fields.repeat import Repeat
from forms.values import Kind, Lookup, Raw, Value
from records.catalogue import Published
from records.ledger import Ledger
from records.model import Occasion
from records.people import all_units
from webapp import guards
from webapp.controls.holding import held_row
from webapp.controls.logic import Level, Rule, level_of, rules_of
from webapp.controls.lookups import Lookups, lookups_of
from webapp.controls.making import Drawing, form_class
from webapp.controls.page_words import page_words
from webapp.controls.typing import with_rows_changed, with_rows_counted
from webapp.guards import site
from webapp.wording import language, translate


def controls(ledger: Ledger, published: Published) -> type[wtforms.Form]:
    """The controls of a form in the reader's language; made once for a version, a language and a tree of units."""
    made: dict[tuple[str, int, str, int], type[wtforms.Form]] = current_app.extensions.setdefault("controls", {})
    units = all_units(ledger.conn)
    key = (published.form.id, published.version, language(), hash(tuple(units)))

    def choose(kinds: Sequence[str]) -> Mapping[str, str]:
        return {unit.id: unit.name for unit in units if not kinds or unit.kind in kinds}

    if published.version < 1:  # a definition that is being written: the next one has the same number
        return form_class(published.form.fields, Drawing(translate, choose))
    if key not in made:
        made[key] = form_class(published.form.fields, Drawing(translate, choose))
    return made[key]


def blank_rows(ledger: Ledger, published: Published, occasion: Occasion) -> dict[str, dict[str, Raw]]:
    """An untouched row of each repeat with the defaults that it starts with, and such a row of each repeat in it."""
    repeats = _repeats(published.form.fields)
    if not repeats:
        return {}
    answers = published.reader.read(_one_row_each(published.form.fields), ledger.circumstances(occasion)).answers
    return {field.name: _first_row(field, answers.get(field.name), ledger.lookup) for field in repeats}


def _repeats(fields: Sequence[Field]) -> list[Repeat]:
    return [field for field in walk(tuple(fields)) if isinstance(field, Repeat)]


def _one_row_each(fields: Sequence[Field]) -> dict[str, Raw]:
    return {field.name: [_one_row_each(field.fields)] for field in _repeats(fields)}


def _first_row(field: Repeat, rows: Value, lookup: Lookup) -> dict[str, Raw]:
    first = rows[0] if isinstance(rows, list) and rows else {}
    answered = first if isinstance(first, dict) else {}
    inner = {one.name: [_first_row(one, answered.get(one.name), lookup)] for one in _repeats(field.fields)}
    return {**held_row(field, answered, lookup), **inner}


def blank_entries(made: type[wtforms.Form], blanks: Mapping[str, Mapping[str, Raw]]) -> wtforms.Form:
    """A page with one blank row of each repeat: patterns for the page's “add a row”."""
    return made(data={name: [row] for name, row in blanks.items()})


def rows_asked_for(
    ledger: Ledger, published: Published, raw: Mapping[str, Raw], occasion: Occasion
) -> dict[str, Raw] | None:
    """What was typed with rows more or less, where a page without scripts asks for them; None: it does not."""
    counted = request.form.get("_count_rows", "")
    if counted:
        answers = published.reader.read(raw, ledger.circumstances(occasion)).answers
        return with_rows_counted(published.form, raw, counted, answers)
    return with_rows_changed(published.form, raw, request.form, blank_rows(ledger, published, occasion))


def page_logic(ledger: Ledger, published: Published, names: Iterable[str]) -> dict[str, Any]:
    """Every condition of the questions drawn, as trees; what is enforced is enforced by the server all the same."""
    made: dict[tuple[str, int], tuple[Level, list[Rule], Lookups]] = current_app.extensions.setdefault("trees", {})
    form, key = published.form, (published.form.id, published.version)
    found = made.get(key) if published.version > 0 else None
    if found is None:
        found = made[key] = level_of(form.fields, form.kinds), rules_of(form), lookups_of(form)
    level, rules, lookups = found
    drawn = {field.name for field in walk(form.fields) if field.kind is Kind.NOTHING}.union(names)
    return {
        "form": form.id,
        "zone": site().settings.time_zone,
        "user": dict(guards.actor().facts),
        "sources": lookups.told(ledger.lookup.calendar),
        "words": {name: translate(sentence) for name, sentence in page_words().items()},
        "rules": [rule.told(translate) for rule in rules if drawn.issuperset(rule.uses)],
        **level.told(translate, drawn),
    }
