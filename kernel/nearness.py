"""“Did you mean”: what is said behind a word that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from kernel.sentences import Sentence, say

_MOST_TOLD = 40


def did_you_mean(word: str, known: Iterable[str]) -> Sentence | str:
    """`，是不是 X？` with the known word that is nearest; nothing when none is near. Takes about a millisecond."""
    near = get_close_matches(word, list(known), n=1)
    return say("，是不是 {near}？", near=near[0]) if near else ""


def meant_or_known(word: str, known: Iterable[str]) -> Sentence | str:
    """As `did_you_mean`; when no known word is near, all of them, or where there are many, the first of them."""
    words = list(known)
    some = "、".join(words[:_MOST_TOLD]) + ("……" if len(words) > _MOST_TOLD else "")
    return did_you_mean(word, words) or (say("，可用：{known}", known=some) if words else "")
