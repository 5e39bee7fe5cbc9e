"""Several choices from a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from forms.fields.several import SeveralChoices
from forms.values import Value


class SelectMultiple(SeveralChoices):
    """Several choices; their names are stored in the order of the list.

    Example:
        type: select_multiple
        name: methods
        label: 检查方式
        choices: [查资料, 看现场, 问职工, 拉演练]
    """

    widget: ClassVar[str] = "select_multiple"

    type: Literal["select_multiple"] = "select_multiple"

    def settled(self, names: Sequence[str]) -> Value:
        """The names in the order of the list, each once."""
        chosen = set(names)
        ordered: list[Value] = [name for name in self.choices if name in chosen] if chosen else []
        return ordered or None
