"""The one way an expression can be unreadable: a finding and the place."""

from __future__ import annotations

from kernel.flaw import Finding, Flaw


class ExpressionMistake(ValueError):
    """An expression that cannot be read; caught by whoever was given the text."""

    def __init__(self, flaw: Flaw, column: int, **values: object) -> None:
        self.sentence: Finding = flaw.found(**values)
        """What is wrong; knows what to do."""
        self.column = column
        """Where the mistake begins: the 1-based position of a character of the text."""
        super().__init__(self.sentence)
