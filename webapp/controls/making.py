"""Which control asks which question. It draws and it carries what was typed; it never judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import wtforms
from wtforms.widgets import HiddenInput, TextArea

from forms.definition import walk
from forms.fields.acknowledge import Acknowledge
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.rank import Rank
from forms.fields.repeat import Repeat
from forms.fields.text import Format, Text
from forms.fields.unit import Unit
from forms.fields.units import Units
from forms.values import Kind
from kernel.sentences import say
from webapp.controls.attributes import input_type, line_attributes
from webapp.controls.widgets import FilesControl, RankControl, Typed

#: More choices than this are drawn as a drop-down list.
_LONGEST_RADIO: Final = 5
#: More than this are not in the page: they are searched for while one types.
_LONGEST_LIST: Final = 200
#: Appearances (XLSForm) that draw choices beside each other, however many they are.
_SPREAD: Final = ("likert", "columns", "horizontal", "quick", "list-nolabel")


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


def is_searched(field: ChoiceField) -> bool:
    """Whether there are so many choices that they are searched for and not shown."""
    return not isinstance(field, Rank) and len(field.choices) > _LONGEST_LIST


def _control(field: Field, drawing: Drawing) -> Any:  # noqa: ANN401 -- an unbound field of WTForms
    label = drawing.words(field.label)
    if isinstance(field, Repeat):
        return wtforms.FieldList(wtforms.FormField(form_class(field.fields, drawing)), label=label)
    if field.kind is Kind.FILES:
        return FilesControl(label)
    if isinstance(field, Unit):
        return _select(label, {"": drawing.words(say("请选择")), **drawing.units(field.unit_kinds)})
    if isinstance(field, Units):
        return _several(label, drawing.units(field.unit_kinds))
    if isinstance(field, ChoiceField):
        return _choices(field, label, drawing)
    if isinstance(field, Acknowledge):
        return _several(label, {"true": drawing.words(say("是"))})
    if field.kind is Kind.YES_NO:
        return _radio(field, label, {"true": say("是"), "false": say("否")}, drawing)
    return wtforms.StringField(label, widget=_line_widget(field), render_kw=line_attributes(field))


def _choices(field: ChoiceField, label: str, drawing: Drawing) -> Any:  # noqa: ANN401 -- as above
    if is_searched(field):
        return wtforms.StringField(label, widget=Typed("text"), render_kw={"autocomplete": "off"})
    words = {name: drawing.words(said) for name, said in field.choices.items()}
    if isinstance(field, Rank):
        return RankControl(label, choices=words, validate_choice=False)
    if field.kind is Kind.LIST:
        return _several(label, words)
    if "minimal" not in field.appearance and (len(words) <= _LONGEST_RADIO or has_look(field, _SPREAD)):
        return _radio(field, label, field.choices, drawing)
    return _select(label, {"": drawing.words(say("请选择")), **words})


def has_look(field: Field, words: Iterable[str]) -> bool:
    """Whether the appearance of a question has one of some words; `columns-2` has the word `columns`."""
    looks = {part for word in field.appearance.split() for part in (word, word.partition("-")[0])}
    return not looks.isdisjoint(words)


def _several(label: str, choices: Mapping[str, str]) -> Any:  # noqa: ANN401 -- as above
    return wtforms.SelectMultipleField(label, choices=dict(choices), validate_choice=False)


def _radio(field: Field, label: str, choices: Mapping[str, str], drawing: Drawing) -> Any:  # noqa: ANN401 -- as above
    """Radio buttons; an answer that may be left out can be taken back."""
    offered = dict(choices) if field.required is True else {**choices, "": say("不填")}
    words = {name: drawing.words(said) for name, said in offered.items()}
    return wtforms.RadioField(label, choices=words, validate_choice=False)


def _select(label: str, choices: Mapping[str, str]) -> Any:  # noqa: ANN401 -- as above
    return wtforms.SelectField(label, choices=dict(choices), validate_choice=False)


def _line_widget(field: Field) -> Any:  # noqa: ANN401 -- as above
    if field.type == "hidden":
        return HiddenInput()
    if isinstance(field, Text) and (field.format is Format.MULTILINE or "multiline" in field.appearance.split()):
        return TextArea()
    return Typed(input_type(field))
