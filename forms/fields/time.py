"""Times of day."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from forms.fields.base import Field
from forms.values import Kind, Lookup, Rejected, Value
from forms.widths import half_width
from kernel.sentences import say

_SPELLING = re.compile(r"(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*分?(?::\d{2})?")


class Time(Field):
    """A time of day to the minute, stored as HH:MM.

    Example:
        type: time
        name: reported_at
        label: 上报时间
        required: true
    """

    kind: ClassVar[Kind] = Kind.TIME
    widget: ClassVar[str] = "time"

    type: Literal["time"] = "time"

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept 8:30, 08:30:00, 8时30分 and a full-width colon."""
        del lookup
        return read_hour(text)


def read_hour(text: str) -> str:
    """The hour and minute that `text` means as HH:MM, or `Rejected`."""
    match = _SPELLING.fullmatch(half_width(text))
    if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise Rejected(say("时间请写成 16:00"))
    return f"{int(match[1]):02}:{int(match[2] or 0):02}"
