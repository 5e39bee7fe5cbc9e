"""The one way an expression can be written wrongly: a sentence and the place."""

from __future__ import annotations

from kernel.sentences import Sentence


class ExpressionMistake(ValueError):
    """An expression that cannot be read; caught by whoever was given the text."""

    def __init__(self, sentence: Sentence, column: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        """What is wrong, where, and what to do."""
        self.column = column
        """Where the mistake begins: the 1-based position of a character of the text."""
