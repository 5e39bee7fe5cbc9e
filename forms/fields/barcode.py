"""What a scanner reads: bar codes and QR codes."""

from __future__ import annotations

from typing import ClassVar, Literal

from forms.fields.base import Field
from forms.fields.text import refuse_long
from forms.values import Kind, Lookup, Value
from forms.widths import half_width


class Barcode(Field):
    """The text of a bar code or QR code, scanned with the camera or typed.

    Example:
        type: barcode
        name: extinguisher
        label: 灭火器编码
    """

    kind: ClassVar[Kind] = Kind.TEXT
    widget: ClassVar[str] = "barcode"

    type: Literal["barcode"] = "barcode"

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept words in one line; what a scanner typed through a Chinese keyboard becomes half-width."""
        del lookup
        return refuse_long(" ".join(half_width(text).split()))
