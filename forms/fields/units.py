"""Several units of the office's tree."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from forms.fields.base import Field
from forms.fields.several import words_of
from forms.fields.unit import find_unit, read_unit
from forms.values import Kind, Lookup, Raw, Value

#: Of how many pieces and separators a unit's name may be made, and how many units one answer may name.
_LONGEST_NAME: Final = 9
_MOST_UNITS: Final = 500


class Units(Field):
    """Several units: their ids are stored in the order in which they were named, their names are shown.

    Example:
        type: units
        name: co_organisers
        label: 配合单位
        unit_kinds: [department]
    """

    kind: ClassVar[Kind] = Kind.LIST
    widget: ClassVar[str] = "units"

    type: Literal["units"] = "units"
    #: Only units of these kinds; none: any.
    unit_kinds: tuple[str, ...] = ()

    def read(self, raw: Raw, lookup: Lookup) -> Value:
        """Accept the ids or names of units of the right kind, as a list or as one text with 、 between them."""

        def known(word: str) -> bool:
            return find_unit(word, lookup) is not None

        words = words_of(raw, known, longest=_LONGEST_NAME, most=_MOST_UNITS)
        found: list[Value] = [*dict.fromkeys(read_unit(word, self.unit_kinds, lookup) for word in words)]
        return found or None

    def show(self, value: Value, lookup: Lookup) -> str:
        """The names with 、 between them."""
        return "、".join(lookup.unit_name(str(unit)) for unit in value) if isinstance(value, list) else ""
