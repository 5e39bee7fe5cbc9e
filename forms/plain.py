"""A form, loaded, back as the mapping that its YAML file says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

from forms.choices import Choice
from forms.definition import Form
from forms.expressions.parsing import Expression
from forms.fields.base import Field
from forms.labels import DEFAULT_LANGUAGE, Label


def plain_form(form: Form) -> dict[str, Any]:
    """What a YAML file would say that loads as `form`: only keys that differ from their defaults.

    Shared choice lists stand written out, as they were when the form was loaded.
    """
    return _model(form)


def plain(value: object) -> Any:  # noqa: ANN401 -- whatever a definition may hold
    """A part of a loaded definition as YAML says it."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, Choice) and (value.attributes or value.is_dated):
        return {**value.written(), "label": plain(Label(value.languages))}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Label):
        return str(value) if set(value.languages) <= {DEFAULT_LANGUAGE} else dict(value.languages)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, BaseModel):
        return _model(value)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def _model(model: BaseModel) -> dict[str, Any]:
    always = {"type"} if isinstance(model, Field) else set[str]()
    return {
        name: plain(value)
        for name, key in type(model).model_fields.items()
        if (value := getattr(model, name)) is not None and (name in always or value != key.get_default())
    }
