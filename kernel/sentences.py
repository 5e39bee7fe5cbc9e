"""Sentences for people: Chinese in place, ready to be said in another language at the door.

A lower floor says what is the matter in Chinese; only the door knows who listens.
`say` returns the Chinese sentence as an ordinary string that remembers what it was made
from, so a page can look its template up in a catalogue and fill it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self


class Sentence(str):
    """A Chinese sentence that can still be translated: `template` with `values` filled in."""

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: dict[str, object] | None = None) -> Self:
        """Fill `template` (str.format names) with `values`."""
        filled = values or {}
        self = super().__new__(cls, template.format(**filled) if filled else template)
        self.template = template
        self.values = filled
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Sentence, (self.template, self.values))


def say(template: str, **values: object) -> Sentence:
    """A sentence for people; `template` is Chinese and is the key of the translation catalogue."""
    return Sentence(template, values)


def translated(sentence: str, gettext: Callable[[str], str]) -> str:
    """`sentence` in the language of `gettext`; a plain string is looked up whole."""
    if not isinstance(sentence, Sentence):
        return gettext(sentence) if sentence else ""
    values = {
        name: translated(value, gettext) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    template = gettext(sentence.template)
    return template.format(**values) if values else template


def sentence_json(sentence: str) -> dict[str, Any]:
    """A sentence as JSON, so that what is stored today can be read in another language tomorrow."""
    if isinstance(sentence, Sentence):
        values = {
            name: sentence_json(value) if isinstance(value, Sentence) else str(value)
            for name, value in sentence.values.items()
        }
        return {"template": sentence.template, "values": values}
    return {"template": str(sentence), "values": {}}


def sentence_from_json(stored: dict[str, Any]) -> Sentence:
    """The sentence that `sentence_json` wrote down."""
    values = {
        name: sentence_from_json(value) if isinstance(value, dict) else value
        for name, value in stored["values"].items()
    }
    return Sentence(stored["template"], values)
