"""What a question may be answered with, looked for while typing where there is too much to stand in the page."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from forms.choices import ChoiceList, folded, told_apart
from forms.fields.choices import ChoiceField
from kernel.problems import NotFound
from kernel.sentences import say
from records.access import NotAllowed
from webapp import guards
from webapp.guards import site
from webapp.templating import every_question
from webapp.wording import translate

views = Blueprint("choices", __name__)

_MOST = 20


class NoSuchQuestion(NotFound):
    """The form has no question of this name that is answered from a list."""

    code = "question.unknown"

    def __init__(self, name: str) -> None:
        super().__init__(say("没有“{name}”这一题", name=name))


@views.get("/f/<form_id>/choices/<name>")
def get_choices(form_id: str, name: str) -> Response:
    """The choices whose words contain what was typed (`q`); `value` is what the question takes."""
    words = folded(request.args.get("q", ""))
    with site().reading() as ledger:
        form = ledger.catalogue[form_id].form
        if not form.access.may_fill(guards.actor().roles):
            raise NotAllowed(form, "fill")
        field = next((one for one in every_question(form.fields) if one.name == name), None)
    if not isinstance(field, ChoiceField):
        raise NoSuchQuestion(name)
    return jsonify(_found(field.choices, words))


def _found(choices: ChoiceList, words: str) -> list[dict[str, str]]:
    """Choices that begin with the words before those that contain them."""
    fitting = [name for name, choice in choices.items() if words in folded(choice) or words in folded(name)]
    fitting.sort(key=lambda name: not folded(choices[name]).startswith(words))
    return [
        {
            "id": name,
            "value": told_apart(name, choices[name]) if name in choices.alike else str(choices[name]),
            "label": translate(choices[name]),
        }
        for name in fitting[:_MOST]
    ]
