"""What a page's controls hold: stored answers as they are typed, and of what was sent as much as a control can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from forms.choices import told_apart
from forms.definition import Form
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.repeat import Repeat
from forms.fields.unit import Unit
from forms.values import Answers, Kind, Lookup, Raw, Value
from webapp.controls.making import is_searched
from webapp.controls.typing import rows_in


def as_typed(form: Form, answers: Answers, lookup: Lookup) -> dict[str, Raw]:
    """Stored answers as a page's controls hold them."""
    return {name: held(field, answers.get(name), lookup) for name, field in form.questions.items()}


def held_row(field: Repeat, row: Mapping[str, Value], lookup: Lookup) -> dict[str, Raw]:
    """A stored row as a page's controls hold it."""
    return {name: held(inner, row.get(name), lookup) for name, inner in field.questions.items()}


def fitting(field: Field, given: Raw) -> Raw:
    """As much of what was sent as the question's control can hold; a program may have sent anything."""
    if isinstance(field, Repeat):
        return [
            {name: fitting(inner, row.get(name)) for name, inner in field.questions.items()} for row in rows_in(given)
        ]
    if field.kind is Kind.FILES:
        return cast(Raw, [file for one in _listed(given) if (file := _file(one))])
    if (field.kind is Kind.LIST and not _is_searched(field)) or field.type == "acknowledge":
        return [str(value) for value in _listed(given) if isinstance(value, str | int | float)]
    return str(given) if isinstance(given, str | int | float) else ""


def held(field: Field, value: Value, lookup: Lookup) -> Raw:
    """A stored answer as the question's control holds it."""
    if value is None:
        return [] if field.kind in (Kind.LIST, Kind.TABLE, Kind.FILES) else ""
    if isinstance(field, Repeat) and isinstance(value, list):
        return [held_row(field, row, lookup) for row in value if isinstance(row, dict)]
    if isinstance(field, ChoiceField) and is_searched(field):
        chosen = value if isinstance(value, list) else [value]
        return "、".join(_as_typed_choice(field, str(name)) for name in chosen)
    if isinstance(field, ChoiceField | Unit) or field.kind in (Kind.LIST, Kind.FILES, Kind.DATETIME):
        return cast(Raw, value)
    if field.kind is Kind.YES_NO:
        said = "true" if value else "false"
        return [said] if field.type == "acknowledge" else said
    return field.show(value, lookup)


def _is_searched(field: Field) -> bool:
    return isinstance(field, ChoiceField) and is_searched(field)


def _as_typed_choice(field: ChoiceField, name: str) -> str:
    return told_apart(name, field.label_of(name)) if name in field.choices.alike else str(field.label_of(name))


def _listed(given: Raw) -> Sequence[Raw]:
    if isinstance(given, Sequence) and not isinstance(given, str):
        return given
    return [] if given is None else [given]


def _file(given: Raw) -> dict[str, Raw] | None:
    """A file as its control holds it; its digest stands for a name that was not sent."""
    digest, name = (given.get("digest"), given.get("name")) if isinstance(given, Mapping) else (given, None)
    if not isinstance(digest, str) or not digest:
        return None
    return {"digest": digest, "name": name if isinstance(name, str) and name else digest[:12]}
