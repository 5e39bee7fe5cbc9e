"""Several answers in one text: 查资料、看现场."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import ClassVar, Final, TypeGuard

from forms.fields.base import plain
from forms.fields.choices import ChoiceField
from forms.values import Kind, Lookup, Raw, Rejected, Value
from kernel.sentences import say

_BETWEEN: Final = re.compile(r"([、，,；;|\n]+)")
#: More words than this in one answer, and than there are to choose from, are something else that was pasted.
_MOST_WORDS: Final = 500


def words_of(raw: Raw, known: Callable[[str], bool], *, longest: int, most: int) -> list[str]:
    """The words of an answer that is a list of words, or one text with signs between them. Raises `Rejected`.

    A word may itself hold what stands between words: the longest piece that is `known` counts.

    longest: of how many pieces a known word may be made. most: how many words there are to choose from.
    """
    if is_list(raw):
        _refuse_many(len(raw), most)
        words = [plain(item) for item in raw]
    else:
        words = _split(plain(raw), known, longest, most)
    return [word for word in words if word]


def is_list(raw: Raw) -> TypeGuard[Sequence[Raw]]:
    """Whether a door handed in several values."""
    return isinstance(raw, Sequence) and not isinstance(raw, str)


def _split(text: str, known: Callable[[str], bool], longest: int, most: int) -> list[str]:
    parts = _BETWEEN.split(text)  # word, separator, word, …
    _refuse_many(len(parts) // 2 + 1, most)
    found = []
    start = 0
    while start < len(parts):
        ends = range(min(len(parts), start + longest), start, -2)
        end = next((end for end in ends if known("".join(parts[start:end]))), start + 1)
        found.append("".join(parts[start:end]).strip())
        start = end + 1
    return found


def _refuse_many(count: int, most: int) -> None:
    if count > max(_MOST_WORDS, most):
        raise Rejected(say("写了 {count} 项，太多了，请只写选项表里有的", count=count))


class SeveralChoices(ChoiceField):
    """A question answered with several choices of a list."""

    kind: ClassVar[Kind] = Kind.LIST

    def read(self, raw: Raw, lookup: Lookup) -> Value:
        """Accept a list of choices, or one text with 、 between them."""
        del lookup
        longest, most = self._sizes
        words = words_of(raw, lambda word: bool(self.find_choices(word)), longest=longest, most=most)
        return self.settled(self.read_choices(words))

    @cached_property
    def _sizes(self) -> tuple[int, int]:
        """Of how many pieces the longest choice is made, and how many pieces all choices have."""
        counted = [len(_BETWEEN.split(spelling)) for spelling in self.choices.spellings]
        return max(counted), sum(counted)

    def show(self, value: Value, lookup: Lookup) -> str:
        """The labels with 、 between them."""
        del lookup
        return "、".join(self.label_of(name) for name in value) if isinstance(value, list) else ""
