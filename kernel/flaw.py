"""What a definition file can be refused for: each way of being wrong is declared once, as a `Flaw`.

The declarations lie in the folders called `flaws` (`kernel/flaws/`, `forms/flaws/`, `reports/flaws/` …), one
module for each thing that is checked; `docs/reference/mistakes.md` is written from them, and a test asks that
every one of them is triggered by an example. Whoever finds a flaw says so with `FLAW.found(name=…)`, which is a
sentence like any other and goes wherever a sentence goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

from kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Flaw:
    """A way in which a definition can be wrong."""

    code: str
    """Dotted and stable: programs and people look it up by this. It begins with what is checked: `yaml.tab`."""
    says: Sentence
    """What is wrong, to be filled with the values of a finding."""
    rule: Sentence
    """What holds for every definition; names no values."""
    remedy: Sentence
    """What to do about it; may name the values that `says` names."""

    def found(self, **values: object) -> Finding:
        """What is told of one place where the flaw was found."""
        return Finding(self, values)


class Finding(Sentence):
    """A sentence that knows which flaw it tells of."""

    __slots__ = ("flaw",)

    flaw: Flaw

    def __new__(cls, flaw: Flaw, values: dict[str, object]) -> Self:
        """Fill what `flaw` says with `values`; of a very long text among them the beginning is told."""
        short = {name: _shortened(value) for name, value in values.items()}
        self = super().__new__(cls, flaw.says.template, short)
        self.flaw = flaw
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Finding, (self.flaw, self.values))

    @property
    def remedy(self) -> Sentence:
        """What to do about it here."""
        return Sentence(self.flaw.remedy.template, self.values)


_LONGEST: Final = 80


def _shortened(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Sentence) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}…"
    return value
