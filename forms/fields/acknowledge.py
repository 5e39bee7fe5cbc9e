"""A tick that must be set: read, known, promised."""

from __future__ import annotations

from typing import ClassVar, Literal

from forms.fields.base import Field, Switch
from forms.fields.yes_no import read_truth
from forms.labels import Label
from forms.values import Kind, Lookup, Value


class Acknowledge(Field):
    """A box that must be ticked; ticked is stored as a truth, not ticked is no answer.

    Example:
        type: acknowledge
        name: told
        label: 已当场告知企业负责人
    """

    kind: ClassVar[Kind] = Kind.YES_NO
    widget: ClassVar[str] = "acknowledge"

    type: Literal["acknowledge"] = "acknowledge"
    #: Whether it must be ticked, where it is shown at all.
    required: Switch = True
    #: Said when it must be ticked and is not.
    required_message: Label = Label({"zh": "请勾选", "en": "Please tick"})

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept what a `yes_no` accepts, and OK (XLSForm); 否 is not ticked."""
        del lookup
        if text.casefold() == "ok":
            return True
        return read_truth(text) or None

    def show(self, value: Value, lookup: Lookup) -> str:
        """是 where it is ticked."""
        del lookup
        return "是" if value else ""
