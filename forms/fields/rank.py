"""All choices of a list, put in an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal

from forms.fields.several import SeveralChoices
from forms.values import Lookup, Raw, Rejected, Value
from kernel.sentences import say


class Rank(SeveralChoices):
    """All choices in the order in which they are preferred; the first comes first.

    Example:
        type: rank
        name: priorities
        label: 整治顺序
        choices: [消防通道, 电气线路, 用气安全]
    """

    widget: ClassVar[str] = "rank"

    type: Literal["rank"] = "rank"

    def read(self, raw: Raw, lookup: Lookup) -> Value:
        """Accept every choice once, as a list or as one text with 、 between them."""
        value = super().read(raw, lookup)
        if not self.is_narrowed:
            self.completed(value, self.choices)
        return value

    def settled(self, names: Sequence[str]) -> Value:
        """The names in the order in which they were written."""
        double = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if double is not None:
            raise Rejected(say("“{choice}”写了两次，每项只排一次", choice=self.label_of(double)))
        return list(names) or None

    def completed(self, value: Value, open_choices: Iterable[str]) -> None:
        """Raise `Rejected` when an order lacks one of the choices there are."""
        if not isinstance(value, list):
            return
        lacking = [str(self.label_of(name)) for name in open_choices if name not in value]
        if lacking:
            raise Rejected(say("还没有排“{choices}”，每项都要排上", choices="、".join(lacking[:6])))
