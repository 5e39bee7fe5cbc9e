"""What a line of text tells the browser: which keyboard to show, what it may fill in, where a scale ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from forms.fields.base import Field
from forms.fields.decimal import canonical
from forms.fields.range import Range
from forms.fields.text import Format, Text
from forms.values import Kind

_TYPES: Final[Mapping[Kind, str]] = {Kind.DATE: "date", Kind.TIME: "time", Kind.DATETIME: "datetime-local"}
_CODE: Final[Mapping[str, str]] = {"autocapitalize": "characters", "autocomplete": "off", "maxlength": "18"}
_TEXTS: Final[Mapping[Format, Mapping[str, str]]] = {
    Format.MULTILINE: {"rows": "4"},
    Format.PHONE: {"inputmode": "tel", "autocomplete": "off"},
    Format.EMAIL: {"inputmode": "email", "autocomplete": "off"},
    Format.USCC: _CODE,
    Format.CITIZEN_ID: _CODE,
}
_NUMBERS: Final[Mapping[Kind, str]] = {Kind.INTEGER: "numeric", Kind.DECIMAL: "decimal"}


def input_type(field: Field) -> str:
    """The HTML type of the input of a question that is answered in a line."""
    return "number" if isinstance(field, Range) else _TYPES.get(field.kind, "text")


def line_attributes(field: Field) -> dict[str, str]:
    """The other attributes of that input."""
    match field:
        case Range():
            limits = {"min": field.start, "max": field.end, "step": field.step}
            keyboard = _NUMBERS[field.stored_kind]
            return {"inputmode": keyboard, **{name: canonical(limit) for name, limit in limits.items()}}
        case Text():
            rows = {"rows": "4"} if "multiline" in field.appearance.split() else {}
            return {**_TEXTS.get(field.format, {}), **rows}
    if field.type in ("record", "person", "geopoint", "barcode"):
        return {"autocomplete": "off"}
    return {"inputmode": _NUMBERS[field.kind]} if field.kind in _NUMBERS else {}
