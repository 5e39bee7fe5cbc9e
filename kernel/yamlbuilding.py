"""From YAML to what it says and where it says it, in one way over libyaml's events.

Nothing is built of what is refused: an alias, a tag, undue depth or length end the way at once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from kernel.flaw import Finding
from kernel.flaws import files as flaws
from kernel.marks import Mark, Place

DEEPEST: Final = 24
#: The longest text and the longest key in a file (characters).
LONGEST_TEXT: Final = 65536
LONGEST_KEY: Final = 200

#: YAML 1.2's core scalars; a longer whole number is a code, not a count.
_WHOLE: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+")
_WORDS: Final[dict[str, bool | None]] = {"": None, "~": None, "null": None, "true": True, "false": False}
_OF_NUMBERS: Final = frozenset("-+0123456789")


class Refused(yaml.MarkedYAMLError):
    """Something that YAML allows and a definition does not."""

    def __init__(self, finding: Finding, mark: Any) -> None:  # noqa: ANN401 -- libyaml has a Mark of its own
        super().__init__(problem_mark=mark)
        self.finding = finding


@dataclass(slots=True)
class Built:
    """What a file says, where, and the keys that cannot be."""

    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    columns: dict[Place, int] = field(default_factory=dict)
    scalars: dict[Place, yaml.ScalarEvent] = field(default_factory=dict)
    wrong: list[tuple[Finding, Mark]] = field(default_factory=list)


def build(text: str, *, secrets: bool) -> Built:
    """What `text` says. Raises `Refused` and what libyaml raises.

    secrets: whether values may be taken from the environment (`!env NAME`).
    """
    builder = _Builder(yaml.parse(text, Loader=yaml.CSafeLoader), secrets=secrets)
    builder.document()
    return builder.built


class _Builder:
    """Goes over the events of one document."""

    def __init__(self, events: Iterator[Any], *, secrets: bool) -> None:
        self.built = Built()
        self._events = events
        self._secrets = secrets

    def document(self) -> None:
        """Take the one document there is; an empty file says nothing."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return
        self.built.data = self._value(next(self._events), (), 0)
        next(self._events)
        behind = next(self._events)
        if not isinstance(behind, yaml.StreamEndEvent):
            raise Refused(flaws.SEVERAL_DOCUMENTS.found(), behind.start_mark)

    def _value(self, event: Any, place: Place, depth: int) -> Any:  # noqa: ANN401 -- events in, YAML's values out
        """What begins with `event`."""
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise Refused(flaws.ALIAS.found(), event.start_mark)
        if place not in self.built.lines:
            self._note(event, place)
        if isinstance(event, yaml.ScalarEvent):
            self.built.scalars[place] = event
            return self._scalar(event)
        if event.tag is not None:
            raise Refused(flaws.TAG.found(), event.start_mark)
        if depth == DEEPEST:
            raise Refused(flaws.TOO_DEEP.found(limit=DEEPEST), event.start_mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place, depth + 1)
        return self._mapping(place, depth + 1)

    def _sequence(self, place: Place, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*place, len(items)), depth))
        return items

    def _mapping(self, place: Place, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            if isinstance(key, yaml.ScalarEvent) and key.anchor is None:
                here = (*place, key.value)
                self._check_key(key, here)
                self._note(key, here)
                found[self._scalar(key)] = self._value(next(self._events), here, depth)
            else:
                self._skip_pair(key, place, depth)
        return found

    def _skip_pair(self, key: Any, place: Place, depth: int) -> None:  # noqa: ANN401 -- an event
        """A key that is no word, and its value."""
        self._wrong(key, flaws.STRANGE_KEY.found())
        self._value(key, (*place, ""), depth)
        self._value(next(self._events), (*place, ""), depth)

    def _check_key(self, key: yaml.ScalarEvent, here: Place) -> None:
        if len(key.value) > LONGEST_KEY:
            self._wrong(key, flaws.LONG_KEY.found(key=key.value))
        elif here in self.built.lines:
            self._wrong(key, flaws.DOUBLE_KEY.found(key=key.value, line=self.built.lines[here]))

    def _scalar(self, event: yaml.ScalarEvent) -> Any:  # noqa: ANN401 -- any value
        value: str = event.value
        if event.tag is not None:
            if event.tag == "!env" and self._secrets:
                return os.environ.get(value)
            raise Refused(flaws.TAG.found(), event.start_mark)
        if len(value) > LONGEST_TEXT:
            raise Refused(flaws.LONG_SCALAR.found(count=len(value)), event.start_mark)
        return value if event.style else _plain(value)

    def _note(self, event: Any, place: Place) -> None:  # noqa: ANN401 -- an event
        self.built.lines[place] = event.start_mark.line + 1
        self.built.columns[place] = event.start_mark.column + 1

    def _wrong(self, event: Any, finding: Finding) -> None:  # noqa: ANN401 -- an event
        self.built.wrong.append((finding, Mark(event.start_mark.line + 1, event.start_mark.column + 1)))


def _plain(value: str) -> str | int | float | bool | None:
    """What a word without quotes is."""
    if value in _WORDS:
        return _WORDS[value]
    if value[0] not in _OF_NUMBERS:
        return value
    if _WHOLE.fullmatch(value):
        return int(value)
    return float(value) if _DECIMAL.fullmatch(value) else value
