"""Questions that stand together on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from forms.fields.base import Field
from forms.values import Kind

if TYPE_CHECKING:
    from forms.definition import AnyField


class Group(Field):
    """A heading with questions under it; the group itself has no answer.

    Example:
        type: group
        name: stopping
        label: 停产停用
        relevant: ${level} = 'major'
        fields:
          - {type: yes_no, name: stopped, label: 是否已停用}
          - {type: date, name: stopped_on, label: 停用日期, relevant: "${stopped} = true()"}
    """

    kind: ClassVar[Kind] = Kind.NOTHING
    widget: ClassVar[str] = "group"

    type: Literal["group"] = "group"
    #: The questions under the heading; a group may hold groups and repeats.
    fields: tuple[AnyField, ...]
