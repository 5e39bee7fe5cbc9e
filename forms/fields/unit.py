"""A unit of the office's tree."""

from __future__ import annotations

from typing import ClassVar, Literal

from forms.fields.base import Field, half_width
from forms.values import Kind, Lookup, Rejected, Value
from kernel.sentences import say


class Unit(Field):
    """A unit: its id is stored, its name is shown.

    Example:
        type: unit
        name: town
        label: 属地乡镇
        unit_kinds: [town]
        default: user('unit')
    """

    kind: ClassVar[Kind] = Kind.TEXT
    widget: ClassVar[str] = "unit"

    type: Literal["unit"] = "unit"
    #: Only units of these kinds; none: any.
    unit_kinds: tuple[str, ...] = ()

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept the id or the name of a unit of the right kind."""
        unit = lookup.find_unit(half_width(text)) or lookup.find_unit(text)
        if unit is None:
            raise Rejected(say("没有“{text}”这个单位", text=text))
        if self.unit_kinds and lookup.unit_kind(unit) not in self.unit_kinds:
            raise Rejected(say("“{text}”不是这里要填的单位", text=text))
        return unit

    def show(self, value: Value, lookup: Lookup) -> str:
        """The unit's name."""
        return "" if value is None else lookup.unit_name(str(value))
