"""Answers that the system works out."""

from __future__ import annotations

from typing import ClassVar, Literal

from forms.fields.base import Condition, Field
from forms.values import Kind


class Calculate(Field):
    """An answer worked out by `calculation` whenever the others change; nobody types it.

    Example:
        type: calculate
        name: late_days
        label: 超期天数
        calculation: if(${fixed_at} > ${deadline}, ${fixed_at} - ${deadline}, 0)
        result: integer
    """

    kind: ClassVar[Kind] = Kind.TEXT
    widget: ClassVar[str] = "calculated"

    type: Literal["calculate"] = "calculate"
    #: How it is worked out.
    calculation: Condition
    #: What comes out, so that it can be counted and compared.
    result: Literal["text", "integer", "decimal", "date", "time", "datetime", "yes_no"] = "text"
    #: Only worked out and stored, not shown.
    hidden: bool = False

    @property
    def stored_kind(self) -> Kind:
        """The kind that the result is stored as."""
        return Kind(self.result)
