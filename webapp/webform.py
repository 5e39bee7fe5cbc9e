"""A WTForms form for one `Form`: it draws and it carries what was typed; it never judges.

A page's names are `place`, or `hazards-0-place` inside a repeat (WTForms' own separator);
a refusal's place `hazards.0.place` is the same with points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms.widgets import CheckboxInput, ListWidget, TextArea, TextInput

from forms.definition import Form, walk
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.fields.text import Format, Text
from forms.fields.unit import Unit
from forms.values import Answers, Kind, Lookup, Raw, Value

#: More choices than this are drawn as a drop-down list.
_LONGEST_RADIO = 5


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


def drawn(made: type[wtforms.Form], raw: Mapping[str, Raw], refusals: Mapping[str, str]) -> wtforms.Form:
    """The page's form with what was typed in it, and beside each control why it was refused."""
    page = made(data=dict(raw))
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
        repeat, _, rest = name.partition("-")
        index, _, inner = rest.partition("-")
        field = form.questions.get(repeat)
        if isinstance(field, Repeat) and index.isdigit() and inner:
            values = posted.getlist(name)
            rows.setdefault(repeat, {}).setdefault(int(index), {})[inner] = _one(_inner(field, inner), values)
        else:
            raw[name] = _one(form.questions.get(name), posted.getlist(name))
    for name, numbered in rows.items():
        raw[name] = [row for _, row in sorted(numbered.items()) if any(row.values())]
    return raw


def as_typed(form: Form, answers: Answers, lookup: Lookup) -> dict[str, Raw]:
    """Stored answers as a page's controls hold them."""
    return {name: _held(field, answers.get(name), lookup) for name, field in form.questions.items()}


def place_of(name: str) -> str:
    """A control's name as a refusal's place."""
    return name.replace("-", ".")


def _held(field: Field, value: Value, lookup: Lookup) -> Raw:
    if value is None:
        return [] if field.kind in (Kind.LIST, Kind.TABLE) else ""
    if isinstance(field, Repeat) and isinstance(value, list):
        return [_held_row(field, row, lookup) for row in value if isinstance(row, dict)]
    if isinstance(field, ChoiceField | Unit):
        return cast(Raw, value)
    if field.kind is Kind.YES_NO:
        return "true" if value else "false"
    return field.show(value, lookup)


def _held_row(field: Repeat, row: dict[str, Value], lookup: Lookup) -> dict[str, Raw]:
    return {inner.name: _held(inner, row.get(inner.name), lookup) for inner in field.fields}


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
        return _select(label, {"": "", **drawing.units(field.unit_kinds)})
    if isinstance(field, ChoiceField):
        return _choices(field, label, drawing)
    if field.kind is Kind.YES_NO:
        return _radio(label, {"true": drawing.words("是"), "false": drawing.words("否")})
    return wtforms.StringField(label, widget=_line_widget(field), render_kw=_line_attributes(field))


def _choices(field: ChoiceField, label: str, drawing: Drawing) -> Any:  # noqa: ANN401 -- as above
    choices = {name: drawing.words(words) for name, words in field.choices.items()}
    if field.kind is Kind.LIST:
        return wtforms.SelectMultipleField(
            label,
            choices=choices,
            validate_choice=False,
            widget=_OptionList(),
            option_widget=CheckboxInput(),
        )
    return _radio(label, choices) if len(choices) <= _LONGEST_RADIO else _select(label, {"": "", **choices})


def _radio(label: str, choices: Mapping[str, str]) -> Any:  # noqa: ANN401 -- as above
    return wtforms.RadioField(label, choices=dict(choices), validate_choice=False, widget=_OptionList())


def _select(label: str, choices: Mapping[str, str]) -> Any:  # noqa: ANN401 -- as above
    return wtforms.SelectField(label, choices=dict(choices), validate_choice=False)


class _OptionList(ListWidget):
    """Options as a list of labels that a thumb can hit."""

    def __call__(self, field: Any, **attributes: Any) -> Any:  # noqa: ANN401 -- WTForms' protocol
        attributes["class"] = "options"
        attributes.setdefault("role", "radiogroup" if isinstance(field, wtforms.RadioField) else "group")
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
    if isinstance(field, Record):
        return {"data-find": field.form, "autocomplete": "off", "list": f"find-{field.name}"}
    if field.type == "person":
        return {"list": "people", "autocomplete": "off"}
    return {Kind.INTEGER: {"inputmode": "numeric"}, Kind.DECIMAL: {"inputmode": "decimal"}}.get(field.kind, {})


_TEXT_ATTRIBUTES: dict[Format, dict[str, str]] = {
    Format.MULTILINE: {"rows": "4"},
    Format.PHONE: {"inputmode": "tel", "autocomplete": "off"},
    Format.EMAIL: {"inputmode": "email", "autocomplete": "off"},
    Format.USCC: {"autocapitalize": "characters", "autocomplete": "off", "maxlength": "18"},
    Format.CITIZEN_ID: {"autocapitalize": "characters", "autocomplete": "off", "maxlength": "18"},
}
