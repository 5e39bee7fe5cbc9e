"""A definition written as the text of a YAML file, as a person would lay it out, with comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import yaml

from kernel.yamlfile import Place

#: What is said above the line of a place in the file; at the empty place: at the head of the file.
Comments: TypeAlias = Mapping[Place, Sequence[str]]

#: A mapping or a list that fits is written on one line.
_WIDTH = 108


class _Dumper(yaml.CSafeDumper):
    """Quotes more than `kernel.yamlfile` needs, never less."""


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    double = not text.isprintable() or text.startswith("'")  # "'general'" is easier to read than '''general'''
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if double else None)


_Dumper.add_representer(str, _text)


def definition_text(definition: Mapping[str, Any], comments: Comments) -> str:
    """`definition` as the text of a file that reads as it."""
    lines = [*_remarks(comments.get((), ()), ""), *_Writer(comments).mapping(definition, (), "")]
    return "\n".join(lines) + "\n"


def flow(value: object) -> str:
    """`value` on one line."""
    text = yaml.dump(value, Dumper=_Dumper, default_flow_style=True, allow_unicode=True, sort_keys=False, width=2**30)
    return text.removesuffix("\n").removesuffix("\n...")


class _Writer:
    """Writes the lines of one definition."""

    def __init__(self, comments: Comments) -> None:
        self._comments = comments
        self._above = {place[:depth] for place in comments for depth in range(len(place))}

    def mapping(self, value: Mapping[str, Any], place: Place, pad: str) -> Iterator[str]:
        """The lines of a mapping, each key on its own."""
        for key, item in value.items():
            here = (*place, key)
            yield from _remarks(self._comments.get(here, ()), pad)
            yield from self._under(f"{pad}{flow(key)}:", item, here, f"{pad}  ")

    def _under(self, head: str, item: object, place: Place, pad: str) -> Iterator[str]:
        """What stands behind `head`: on the same line where it fits, else below."""
        line = f"{head} {flow(item)}"
        if not isinstance(item, Mapping | list) or not item or self._fits(line, place, item):
            yield line
        elif isinstance(item, Mapping):
            yield head
            yield from self.mapping(item, place, pad)
        else:
            yield head
            for index, one in enumerate(item):
                yield from self._item(one, (*place, index), pad)

    def _item(self, item: object, place: Place, pad: str) -> Iterator[str]:
        """One item of a list behind its dash."""
        yield from _remarks(self._comments.get(place, ()), pad)
        line = f"{pad}- {flow(item)}"
        if not isinstance(item, Mapping) or not item or self._fits(line, place, item):
            yield line
            return
        below = list(self.mapping(item, place, f"{pad}  "))
        first = next(number for number, text in enumerate(below) if not text.lstrip().startswith("#"))
        yield from below[:first]
        yield f"{pad}- {below[first].lstrip()}"
        yield from below[first + 1 :]

    def _fits(self, line: str, place: Place, item: object) -> bool:
        """Whether a line is short enough, and nothing in it has to be said by a comment or is a list of questions."""
        holds_questions = isinstance(item, Mapping) and "fields" in item and "type" in item
        return len(line) <= _WIDTH and place not in self._above and not holds_questions


def _remarks(remarks: Sequence[str], pad: str) -> list[str]:
    return [f"{pad}# {_visible(line)}".rstrip() for remark in remarks for line in remark.splitlines()]


def _visible(line: str) -> str:
    """A comment cannot escape what is not seen, as a quoted text can."""
    return "".join(letter if letter.isprintable() else "�" for letter in line)
