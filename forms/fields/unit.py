"""A unit of the office's tree."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Literal

from forms.fields.base import Field
from forms.values import Kind, Lookup, Rejected, Value
from forms.widths import half_width
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
        return read_unit(text, self.unit_kinds, lookup)

    def show(self, value: Value, lookup: Lookup) -> str:
        """The unit's name."""
        return "" if value is None else lookup.unit_name(str(value))


def find_unit(text: str, lookup: Lookup) -> str | None:
    """The id of the unit that `text` names, in any width; None: there is none."""
    return lookup.find_unit(half_width(text)) or lookup.find_unit(text)


def read_unit(text: str, unit_kinds: Collection[str], lookup: Lookup) -> str:
    """The id of the unit that `text` names, which must be of one of the kinds (none: any), or `Rejected`."""
    unit = find_unit(text, lookup)
    if unit is None:
        raise Rejected(say("没有“{text}”这个单位", text=text))
    if unit_kinds and lookup.unit_kind(unit) not in unit_kinds:
        raise Rejected(say("“{text}”不是这里要填的单位", text=text))
    return unit
