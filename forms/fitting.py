"""Whether a stored answer can be read as an answer of a certain kind.

What a question was answered before its type changed (`retyped:`) stays in the history, and reads as a blank where
it does not fit. The same is said in SQL by `records.rows`.
"""

from __future__ import annotations

import re
from typing import Final

from forms.values import Kind, Value

#: What texts of a kind look like, for kinds that are stored as text of a certain form.
SHAPES: Final = {
    Kind.DECIMAL: r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$",
    Kind.DATE: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    Kind.TIME: r"^[0-9]{2}:[0-9]{2}$",
    Kind.DATETIME: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$",
}


def fits(kind: Kind, value: Value) -> bool:
    """Whether `value` could be the stored answer to a question of `kind`; a blank fits every kind."""
    match value:
        case None:
            return True
        case bool():
            return kind is Kind.YES_NO
        case int():
            return kind in (Kind.INTEGER, Kind.DECIMAL, Kind.TEXT)
        case str():
            return kind is Kind.TEXT or (kind in SHAPES and re.search(SHAPES[kind], value) is not None)
        case list():
            return kind in (Kind.LIST, Kind.TABLE, Kind.FILES) and all(_fits_in_list(kind, item) for item in value)
        case _:
            return False


def _fits_in_list(kind: Kind, item: Value) -> bool:
    return isinstance(item, str) if kind is Kind.LIST else isinstance(item, dict)
