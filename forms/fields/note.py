"""Words on the page that ask nothing."""

from __future__ import annotations

from typing import ClassVar, Literal

from forms.fields.base import Field
from forms.values import Kind


class Note(Field):
    """A notice between questions; shown when `relevant`, never answered.

    Example:
        type: note
        name: major_notice
        label: 重大隐患请同时电话报告县安委办
        relevant: ${level} = 'major'
    """

    kind: ClassVar[Kind] = Kind.NOTHING
    widget: ClassVar[str] = "note"

    type: Literal["note"] = "note"
