"""A WTForms form for one `Form`: it draws and it carries what was typed; it never judges.

A page's names are `place`, or `hazards-0-place` inside a repeat (WTForms' own separator);
a refusal's place `hazards.0.place` is the same with points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms.widgets import CheckboxInput, ListWidget, TextArea, TextInput

from forms.definition import Form, walk
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.repeat import Repeat
from forms.fields.text import Format, Text
from forms.fields.unit import Unit
from forms.values import Answers, Kind, Lookup, Raw, Value
from kernel.sentences import say

#: More choices than this are drawn as a drop-down list.
_LONGEST_RADIO = 5
#: Names of a row and of a question in it. No page has more than three digits of rows.
_ROW = re.compile(r"(?P<repeat>[a-z][a-z0-9_]*)-(?P<index>[0-9]{1,3})")
_IN_ROW = re.compile(_ROW.pattern + r"-(?P<inner>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What drawing needs beside the form: words in the reader's language, and the units to choose from."""

    words: Callable[[object], str]
    #: Unit id to name, of the given kinds (none: all).
    units: Callable[[Sequence[str]], Mapping[str, str]]


def form_class(fields: Sequence[Field], drawing: Drawing) -> type[wtforms.Form]:
    """A WTForms class with a control for each question; made once for a form version and language."""
    controls = {field.name: _control(field, drawing) for field in walk(tuple(fields)) if field.kind is not Kind.NOTHING}
    return cast(type[wtforms.Form], type("WebForm", (wtforms.Form,), controls))


def drawn(form: Form, made: type[wtforms.Form], raw: Mapping[str, Raw], refusals: Mapping[str, str]) -> wtforms.Form:
    """The page's form with what was typed in it, and beside each control why it was refused.

    A program may have sent anything under a question's name: what a control cannot hold is left out.
    """
    page = made(data={name: _fitting(field, raw.get(name)) for name, field in form.questions.items()})
    for place, sentence in refusals.items():
        control = _find(page, place.split("."))
        if control is not None:
            control.errors = [sentence]
    return page


def typed(form: Form, posted: MultiDict[str, str]) -> dict[str, Raw]:
    """What a page sent, as the reader takes it; names that are no question stay, so that they are refused."""
    raw: dict[str, Raw] = {}
    rows: dict[str, dict[int, dict[str, Raw]]] = {}
    for name in posted:
        if name.startswith("_") or name == "csrf_token":
            continue
        place = _IN_ROW.fullmatch(name)
        field = form.questions.get(place["repeat"]) if place else None
        if place and isinstance(field, Repeat):
            row = rows.setdefault(field.name, {}).setdefault(int(place["index"]), {})
            row[place["inner"]] = _one(_inner(field, place["inner"]), posted.getlist(name))
        else:
            raw[name] = _one(form.questions.get(name), posted.getlist(name))
    for name, numbered in rows.items():
        raw[name] = [row for _, row in sorted(numbered.items()) if any(row.values())]
    return raw


def as_typed(form: Form, answers: Answers, lookup: Lookup) -> dict[str, Raw]:
    """Stored answers as a page's controls hold them."""
    return {name: _held(field, answers.get(name), lookup) for name, field in form.questions.items()}


def with_rows_changed(
    form: Form, raw: Mapping[str, Raw], posted: Mapping[str, str], blanks: Mapping[str, Mapping[str, Raw]]
) -> dict[str, Raw] | None:
    """What was typed with a row more (`_add_row`) or less (`_remove_row`), as a page without scripts asks.

    None: it did not ask. blanks: an untouched row of each repeat.
    """
    if isinstance(form.questions.get(posted.get("_add_row", "")), Repeat):
        name = posted["_add_row"]
        return {**raw, name: [*_rows(raw.get(name)), blanks.get(name, {})]}
    place = _ROW.fullmatch(posted.get("_remove_row", ""))
    if place and isinstance(form.questions.get(place["repeat"]), Repeat):
        rows = _rows(raw.get(place["repeat"]))
        return {**raw, place["repeat"]: [row for at, row in enumerate(rows) if at != int(place["index"])]}
    return None


def _held(field: Field, value: Value, lookup: Lookup) -> Raw:
    if value is None:
        return [] if field.kind in (Kind.LIST, Kind.TABLE) else ""
    if isinstance(field, Repeat) and isinstance(value, list):
        return [held_row(field, row, lookup) for row in value if isinstance(row, dict)]
    if isinstance(field, ChoiceField | Unit):
        return cast(Raw, value)
    if field.kind is Kind.YES_NO:
        return "true" if value else "false"
    return field.show(value, lookup)


def held_row(field: Repeat, row: Mapping[str, Value], lookup: Lookup) -> dict[str, Raw]:
    """A stored row as a page's controls hold it."""
    return {inner.name: _held(inner, row.get(inner.name), lookup) for inner in field.fields}


def _rows(given: Raw) -> list[Mapping[str, Raw]]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        return []
    return [row for row in given if isinstance(row, Mapping)]


def _fitting(field: Field, given: Raw) -> Raw:
    """As much of what was sent as the question's control can hold."""
    if isinstance(field, Repeat):
        return [{inner.name: _fitting(inner, row.get(inner.name)) for inner in field.fields} for row in _rows(given)]
    if field.kind is Kind.LIST:
        chosen = [given] if isinstance(given, str) else given if isinstance(given, Sequence) else []
        return [str(value) for value in chosen if isinstance(value, str | int | float)]
    return str(given) if isinstance(given, str | int | float) else ""


def _one(field: Field | None, values: list[str]) -> Raw:
    if field is not None and field.kind is Kind.LIST:
        return [value for value in values if value]
    return values[-1] if values else ""


def _inner(field: Repeat, name: str) -> Field | None:
    return next((inner for inner in field.fields if inner.name == name), None)


def _find(page: wtforms.Form, steps: list[str]) -> Any:  # noqa: ANN401 -- WTForms' own classes have no common type
    control: Any = page
    for step in steps:
        if isinstance(control, wtforms.FieldList):
            entries = control.entries
            control = entries[int(step)] if step.isdigit() and int(step) < len(entries) else None
        elif isinstance(control, wtforms.FormField):
            control = control.form._fields.get(step)
        elif isinstance(control, wtforms.Form):
            control = control._fields.get(step)
        if control is None:
            return None
    return None if control is page else control


# ---- controls ------------------------------------------------------------------------------------------------------


def _control(field: Field, drawing: Drawing) -> Any:  # noqa: ANN401 -- an unbound field of WTForms
    label = drawing.words(field.label)
    if isinstance(field, Repeat):
        return wtforms.FieldList(wtforms.FormField(form_class(field.fields, drawing)), label=label)
    if isinstance(field, Unit):
        return _select(label, {"": drawing.words(say("请选择")), **drawing.units(field.unit_kinds)})
    if isinstance(field, ChoiceField):
        return _choices(field, label, drawing)
    if field.kind is Kind.YES_NO:
        return _radio(field, label, {"true": say("是"), "false": say("否")}, drawing)
    return wtforms.StringField(label, widget=_line_widget(field), render_kw=_line_attributes(field))


def _choices(field: ChoiceField, label: str, drawing: Drawing) -> Any:  # noqa: ANN401 -- as above
    if field.kind is Kind.LIST:
        return wtforms.SelectMultipleField(
            label,
            choices={name: drawing.words(words) for name, words in field.choices.items()},
            validate_choice=False,
            widget=_OptionList(),
            option_widget=CheckboxInput(),
        )
    if len(field.choices) <= _LONGEST_RADIO:
        return _radio(field, label, field.choices, drawing)
    choices = {"": say("请选择"), **field.choices}
    return _select(label, {name: drawing.words(words) for name, words in choices.items()})


def _radio(field: Field, label: str, choices: Mapping[str, str], drawing: Drawing) -> Any:  # noqa: ANN401 -- as above
    """Radio buttons; an answer that may be left out can be taken back."""
    offered = dict(choices) if field.required is True else {**choices, "": say("不填")}
    words = {name: drawing.words(said) for name, said in offered.items()}
    return wtforms.RadioField(label, choices=words, validate_choice=False, widget=_OptionList())


def _select(label: str, choices: Mapping[str, str]) -> Any:  # noqa: ANN401 -- as above
    return wtforms.SelectField(label, choices=dict(choices), validate_choice=False)


class _OptionList(ListWidget):
    """Options as a list of labels that a thumb can hit."""

    def __init__(self) -> None:
        super().__init__(prefix_label=False)

    def __call__(self, field: Any, **attributes: Any) -> Any:  # noqa: ANN401 -- WTForms' protocol
        attributes["class"] = "options"
        return super().__call__(field, **attributes)


class _Typed(TextInput):
    """An input of a certain HTML type."""

    def __init__(self, input_type: str) -> None:
        super().__init__(input_type)


def _line_widget(field: Field) -> Any:  # noqa: ANN401 -- as above
    if isinstance(field, Text) and field.format is Format.MULTILINE:
        return TextArea()
    return _Typed({Kind.DATE: "date", Kind.TIME: "time"}.get(field.kind, "text"))


def _line_attributes(field: Field) -> dict[str, str]:
    if isinstance(field, Text):
        return _TEXT_ATTRIBUTES.get(field.format, {})
    if field.type in ("record", "person"):
        return {"autocomplete": "off"}
    return {Kind.INTEGER: {"inputmode": "numeric"}, Kind.DECIMAL: {"inputmode": "decimal"}}.get(field.kind, {})


_TEXT_ATTRIBUTES: dict[Format, dict[str, str]] = {
    Format.MULTILINE: {"rows": "4"},
    Format.PHONE: {"inputmode": "tel", "autocomplete": "off"},
    Format.EMAIL: {"inputmode": "email", "autocomplete": "off"},
    Format.USCC: {"autocapitalize": "characters", "autocomplete": "off", "maxlength": "18"},
    Format.CITIZEN_ID: {"autocapitalize": "characters", "autocomplete": "off", "maxlength": "18"},
}
