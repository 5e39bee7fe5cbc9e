"""Questions that stand together on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from forms.fields.base import Field
from forms.values import Kind

if TYPE_CHECKING:
    from forms.definition import AnyField


class Group(Field):
    """A heading with questions under it; the group itself has no answer."""

    kind: ClassVar[Kind] = Kind.NOTHING
    widget: ClassVar[str] = "group"

    type: Literal["group"] = "group"
    fields: tuple[AnyField, ...]
