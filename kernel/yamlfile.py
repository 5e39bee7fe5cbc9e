"""Reading the YAML that people write, and saying where they went wrong.

Plainer than YAML itself: `no`, `on`, `12:30`, `2026-11-22` and `0371` stay the words they
look like, a key that is written twice is an issue instead of a riddle, and anchors and tags are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from kernel.flaw import Finding
from kernel.flaws import files as flaws
from kernel.marks import Mark, Place
from kernel.yamlbuilding import DEEPEST, LONGEST_KEY, LONGEST_TEXT, Refused, build
from kernel.yamlerrors import mark_of, told

__all__ = [
    "DEEPEST", "LARGEST", "LONGEST_KEY", "LONGEST_TEXT", "Issue", "Mark", "Place", "YamlFile", "read_yaml",
    "read_yaml_source",
]  # fmt: skip

#: A definition larger than this is not a definition (bytes).
LARGEST = 1024 * 1024
_START = Mark(1, 1)


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with a file, where a person can go and mend it."""

    path: Path
    line: int
    #: What is wrong; a `Finding` also knows its code and what to do.
    sentence: str
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.sentence}"

    @property
    def code(self) -> str:
        """What programs and the reference call this kind of mistake; blank of settings and tables."""
        return self.sentence.flaw.code if isinstance(self.sentence, Finding) else ""

    @property
    def remedy(self) -> str:
        """What to do about it; blank where the sentence says it all."""
        return self.sentence.remedy if isinstance(self.sentence, Finding) else ""


class YamlFile(NamedTuple):
    """What a file says, which line says it, and what is wrong with it so far."""

    data: Any
    lines: dict[Place, int]
    issues: list[Issue]
    #: Where keys and items begin, in their lines.
    columns: Mapping[Place, int] = MappingProxyType({})
    #: The texts and numbers that stand in the file.
    scalars: Mapping[Place, yaml.ScalarEvent] = MappingProxyType({})
    #: The file itself.
    source: str = ""

    def part(self, place: Place) -> Place:
        """The deepest part of `place` that the file really has.

        Pydantic puts the chosen union member into a place; the file has no such step.
        """
        found: Place = ()
        for step in place:
            if (*found, step) in self.lines:
                found = (*found, step)
        return found

    def line(self, place: Place) -> int:
        """The line of the deepest part of `place` that the file really has."""
        return self.lines.get(self.part(place), 1)

    def mark(self, place: Place) -> Mark:
        """Where `place` says what it says: its value where that stands on the line of its key, else the key."""
        part = self.part(place)
        line = self.lines.get(part, 1)
        scalar = self.scalars.get(part)
        if scalar is not None and _span(scalar)[0].line == line:
            return _span(scalar)[0]
        return self.key_mark(place)

    def issue(self, path: Path, place: Place, sentence: str) -> Issue:
        """That `sentence` has to be said of `place`."""
        mark = self.mark(place)
        return Issue(path, mark.line, sentence, mark.column)

    def key_mark(self, place: Place) -> Mark:
        """Where the key or the item begins."""
        part = self.part(place)
        return Mark(self.lines.get(part, 1), self.columns.get(part, 1))

    def mark_within(self, place: Place, offset: int) -> Mark | None:
        """Where a character of the text at `place` stands, counted from 0; None when that cannot be told."""
        scalar = self.scalars.get(place)
        if scalar is None:
            return None
        pieces = list(_pieces(self.source.split("\n"), scalar))
        glue = "\n" if scalar.style == "|" else " "
        if glue.join(text for _, text in pieces) != scalar.value.rstrip("\n"):
            return None
        for mark, text in pieces:
            if offset <= len(text):
                return Mark(mark.line, mark.column + offset)
            offset -= len(text) + 1
        return None


def _pieces(lines: list[str], scalar: yaml.ScalarEvent) -> Iterator[tuple[Mark, str]]:
    """The pieces that a text is written in, a line each, and where they begin; with escapes they are no such pieces."""
    start, end = _span(scalar)
    if scalar.style in ("|", ">"):
        block = lines[start.line : end.line - (end.column == 1)]
        while block and not block[-1].strip():
            block.pop()
        indent = len(block[0]) - len(block[0].lstrip(" ")) if block else 0
        yield from (
            (Mark(start.line + 1 + at, indent + 1), line[indent:].rstrip("\r")) for at, line in enumerate(block)
        )
        return
    quote = 1 if scalar.style in ("'", '"') else 0
    for number, line in enumerate(lines[start.line - 1 : end.line], start.line):
        first = start.column - 1 + quote if number == start.line else len(line) - len(line.lstrip())
        text = line[first : end.column - 1 - quote if number == end.line else None]
        yield Mark(number, first + 1), text if start.line == end.line else text.strip()


def _span(scalar: yaml.ScalarEvent) -> tuple[Mark, Mark]:
    """Where a text begins, and the character behind it."""
    start, end = scalar.start_mark, scalar.end_mark
    assert start is not None
    assert end is not None
    return Mark(start.line + 1, start.column + 1), Mark(end.line + 1, end.column + 1)


def read_yaml(path: Path, *, secrets: bool = False) -> YamlFile:
    """Read one file; what is wrong with it comes back as issues, never as a crash.

    secrets: whether the file may take values from the environment (`!env NAME`); only settings may.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        return _refused(path, flaws.UNREADABLE.found(why=error.strerror))
    return read_yaml_source(source, path, secrets=secrets)


def read_yaml_source(source: bytes, path: Path, *, secrets: bool = False) -> YamlFile:
    """Read `source`; `path` is only its name in what is said about it. secrets: as above."""
    if len(source) > LARGEST:
        return _refused(path, flaws.TOO_LARGE.found(limit=LARGEST // 1024))
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _refused(path, flaws.NOT_UTF8.found(), _end_of(source[: error.start].decode("utf-8-sig")))
    try:
        built = build(text, secrets=secrets)
        issues = [Issue(path, mark.line, finding, mark.column) for finding, mark in built.wrong]
        return YamlFile(None if issues else built.data, built.lines, issues, built.columns, built.scalars, text)
    except Refused as refused:
        return _refused(path, refused.finding, mark_of(refused, text))
    except yaml.MarkedYAMLError as error:
        return _refused(path, *told(error, text))
    except yaml.reader.ReaderError as error:
        mark = _end_of(text.encode()[: error.position].decode())
        return _refused(path, flaws.CONTROL_CHARACTER.found(code=f"U+{error.character:04X}"), mark)
    except yaml.YAMLError as error:
        return _refused(path, flaws.SYNTAX.found(why=error))


def _refused(path: Path, finding: Finding, mark: Mark = _START) -> YamlFile:
    """A file that says nothing but what is wrong with it."""
    return YamlFile(None, {}, [Issue(path, mark.line, finding, mark.column)])


def _end_of(text: str) -> Mark:
    """Where the character after `text` stands."""
    return Mark(text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1)
