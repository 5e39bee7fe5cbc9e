"""What a question of a form may be answered with, looked for while typing; and what a linked record says of others.

The page asks where there is too much to choose from to stand in it, or where that depends on other answers, which
come along as `_name`. Whatever is chosen, the server judges again when the form is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from forms.definition import Form
from forms.expressions.names import seen_from
from forms.expressions.scope import Scope
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.person import Person
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.narrowing import narrowing_of
from forms.values import Rejected, Value
from kernel.problems import NotFound
from kernel.sentences import say
from records.access import NotAllowed
from records.ledger import Ledger
from records.model import Door
from webapp import guards
from webapp.controls.holding import held
from webapp.finding import Allows, Found, anything, find_choices, find_people, find_records
from webapp.guards import site
from webapp.showing import shown_value

views = Blueprint("choices", __name__)


class NoSuchQuestion(NotFound):
    """The form has no question of this name that is answered by choosing."""

    code = "question.unknown"

    def __init__(self, name: str) -> None:
        super().__init__(say("没有“{name}”这一题", name=name))


@views.get("/f/<form_id>/choices/<name>")
def get_choices(form_id: str, name: str) -> Response:
    """The choices, records or people whose words contain what was typed (`q`) and that may be chosen now."""
    with site().reading() as ledger:
        form = _fillable(ledger, form_id)
        field, kinds = _question(form, name)
        return jsonify([asdict(one) for one in _found(ledger, field, _allowing(ledger, field, kinds))])


@views.get("/f/<form_id>/pull/<name>")
def get_pulled(form_id: str, name: str) -> Response:
    """What the record in `value` says of the questions that follow this link, as far as the person may see it."""
    with site().reading() as ledger:
        form = _fillable(ledger, form_id)
        link, _ = _question(form, name)
        if not isinstance(link, Record):
            raise NoSuchQuestion(name)
        ids = ledger.lookup.find_records(link.form, request.args.get("value", ""))
        linked = ledger.circumstances(site().occasion(guards.actor(), Door.WEB)).linked
        said = linked(link.form, ids).get(ids[0], {}) if len(ids) == 1 else {}
        told = {ours: _told(ledger, _question(form, ours)[0], said.get(theirs)) for ours, theirs in link.pull.items()}
        return jsonify({ours: one for ours, one in told.items() if one})


def _fillable(ledger: Ledger, form_id: str) -> Form:
    actor = guards.actor()
    form = ledger.catalogue[form_id].form
    if not form.access.may_fill(actor.roles):
        raise NotAllowed(form, "fill")
    return form


def _question(form: Form, name: str) -> tuple[Field, Mapping[str, str]]:
    """The question of that name, also in rows, and the kinds that its expressions see."""
    found = _among(form.questions, form.kinds, name)
    if found is None:
        raise NoSuchQuestion(name)
    return found


def _among(
    questions: Mapping[str, Field], kinds: Mapping[str, str], name: str
) -> tuple[Field, Mapping[str, str]] | None:
    if name in questions:
        return questions[name], kinds
    repeats = [field for field in questions.values() if isinstance(field, Repeat)]
    inside = (_among(one.questions, seen_from(one.name, kinds), name) for one in repeats)
    return next((found for found in inside if found), None)


def _allowing(ledger: Ledger, field: Field, kinds: Mapping[str, str]) -> Allows:
    """What may be chosen by the answers that came along."""
    narrowing = narrowing_of(field, kinds)
    if narrowing is None:
        return anything
    circumstances = ledger.circumstances(site().occasion(guards.actor(), Door.WEB))
    answers: dict[str, Value] = {**dict.fromkeys(kinds), **{k[1:]: v for k, v in request.args.items() if k[0] == "_"}}
    scope = Scope(answers=answers, row=None, this=None, now=circumstances.now, user=circumstances.user)
    return lambda name: narrowing.allows(name, scope, circumstances)


def _found(ledger: Ledger, field: Field, allows: Allows) -> list[Found]:
    words, actor = request.args.get("q", "").strip(), guards.actor()
    match field:
        case ChoiceField():
            return find_choices(field.choices, words, allows)
        case Record():
            return find_records(ledger, ledger.catalogue[field.form].form, actor, words, allows)
        case Person():

            def fits(person: str) -> bool:
                return allows(person) and (
                    not field.roles or not ledger.lookup.person_roles(person).isdisjoint(field.roles)
                )

            return find_people(ledger, actor, words, fits)
        case _:
            raise NoSuchQuestion(field.name)


def _told(ledger: Ledger, field: Field, answer: Value) -> dict[str, Any] | None:
    """Another form's answer as this question's control holds it and as people read it; what it cannot be is none."""
    try:
        value = field.read(answer, ledger.lookup)
    except Rejected:
        return None
    if value is None:
        return None
    return {"typed": held(field, value, ledger.lookup), "words": shown_value(ledger, field, value)}
