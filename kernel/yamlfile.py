"""Reading the YAML that people write, and saying where they went wrong.

Plainer than YAML itself: `no`, `on`, `12:30`, `2026-11-22` and `0371` stay the words they
look like, a key that is written twice is an issue instead of a riddle, and anchors and tags are refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import yaml

from kernel.flaw import Finding
from kernel.flaws import files as flaws

Place: TypeAlias = tuple[str | int, ...]

#: A definition larger than this is not a definition (bytes).
LARGEST = 1024 * 1024
DEEPEST = 24
#: The longest text and the longest key in a file (characters).
LONGEST_TEXT = 65536
LONGEST_KEY = 200


class Mark(NamedTuple):
    """A character of a file: line and column, both counted from 1."""

    line: int
    column: int


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
    scalars: Mapping[Place, yaml.ScalarNode] = MappingProxyType({})
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
        if scalar is not None and scalar.start_mark.line + 1 == line:
            return Mark(line, scalar.start_mark.column + 1)
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


def _pieces(lines: list[str], scalar: yaml.ScalarNode) -> Iterator[tuple[Mark, str]]:
    """The pieces that a text is written in, a line each, and where they begin; with escapes they are no such pieces."""
    start, end = scalar.start_mark, scalar.end_mark
    if scalar.style in ("|", ">"):
        block = lines[start.line + 1 : end.line + (end.column > 0)]
        while block and not block[-1].strip():
            block.pop()
        indent = len(block[0]) - len(block[0].lstrip(" ")) if block else 0
        yield from (
            (Mark(start.line + 2 + at, indent + 1), line[indent:].rstrip("\r")) for at, line in enumerate(block)
        )
        return
    quote = 1 if scalar.style in ("'", '"') else 0
    for number in range(start.line, end.line + 1):
        first = start.column + quote if number == start.line else len(lines[number]) - len(lines[number].lstrip())
        text = lines[number][first : end.column - quote if number == end.line else None]
        yield Mark(number + 1, first + 1), text if start.line == end.line else text.strip()


class _Refused(yaml.MarkedYAMLError):
    """Something that YAML allows and a definition does not."""

    def __init__(self, finding: Finding, mark: Any) -> None:  # noqa: ANN401 -- libyaml has a Mark of its own
        super().__init__(problem_mark=mark)
        self.finding = finding


class _PlainLoader(yaml.CSafeLoader):
    """YAML 1.2's core scalars, and in settings the `!env` tag; nothing is guessed.

    libyaml's, which composes the shipped forms in a twentieth of the time of PyYAML's own.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -- PyYAML's own name


_SCALARS = (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"[-+]?(0|[1-9][0-9]{0,17})", list("-+0123456789")),  # a longer one is a code, not a count
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", list("-+0123456789")),
)
for _tag, _words, _first in _SCALARS:
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_words})$"), _first)


def _from_environment(loader: _PlainLoader, node: yaml.Node) -> str | None:
    """`!env NAME`: a secret stays out of the file."""
    return os.environ.get(str(loader.construct_scalar(node))) if isinstance(node, yaml.ScalarNode) else None


_PlainLoader.add_constructor("!env", _from_environment)


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
        _refuse_undue(text, secrets=secrets)
        loader = _PlainLoader(text)
        root = loader.get_single_node()
        walk = _walk(path, root)
        data = None if walk.issues or root is None else loader.construct_document(root)
        return YamlFile(data, walk.lines, walk.issues, walk.columns, walk.scalars, text)
    except _Refused as refused:
        return _refused(path, refused.finding, _mark_of(refused, text))
    except yaml.MarkedYAMLError as error:
        return _refused(path, *_told(error, text))
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


def _refuse_undue(text: str, *, secrets: bool) -> None:
    """Refuse anchors, tags, undue depth and length before anything is built of them."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if getattr(event, "anchor", None) is not None:
            raise _Refused(flaws.ALIAS.found(), event.start_mark)
        allowed = (None, "!env") if secrets and isinstance(event, yaml.ScalarEvent) else (None,)
        if getattr(event, "tag", None) not in allowed:
            raise _Refused(flaws.TAG.found(), event.start_mark)
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > LONGEST_TEXT:
            raise _Refused(flaws.LONG_SCALAR.found(count=len(event.value)), event.start_mark)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _Refused(flaws.TOO_DEEP.found(limit=DEEPEST), event.start_mark)


#: What libyaml says, by its beginning, to what a person is told.
_TOLD = (
    ("mapping values are not allowed", flaws.COLON),
    ("could not find expected ':'", flaws.NO_COLON),
    ("did not find expected ',' or", flaws.OPEN_BRACKET),
    ("did not find expected node content", flaws.OPEN_BRACKET),
    ("did not find expected '-' indicator", flaws.INDENT),
    ("did not find expected key", flaws.INDENT),
    ("block sequence entries are not allowed", flaws.INDENT),
    ("found unexpected end of stream", flaws.OPEN_QUOTE),
    ("found unexpected document indicator", flaws.OPEN_QUOTE),
    ("found unknown escape character", flaws.BAD_ESCAPE),
    ("did not find expected hexdecimal number", flaws.BAD_ESCAPE),
    ("but found another document", flaws.SEVERAL_DOCUMENTS),
    ("did not find expected <document start>", flaws.SEVERAL_DOCUMENTS),
)


#: Lines on which YAML sees no key, though whoever wrote them does: `title：隐患`, `title:隐患`.
_WIDE_COLON = re.compile(r"(\s*(?:- +)*[\w-]+)：")
_NO_SPACE = re.compile(r"(\s*(?:- +)*[\w-]+):[^\s:/]")


def _told(error: yaml.MarkedYAMLError, text: str) -> tuple[Finding, Mark]:
    """What libyaml found, in words, and where."""
    problem, mark = str(error.problem), _mark_of(error, text)
    flaw = next((flaw for beginning, flaw in _TOLD if problem.startswith(beginning)), flaws.SYNTAX)
    if "tab character" in problem or "found a tab" in problem:
        flaw = flaws.TAB
    if problem.startswith("found character that cannot start any token"):
        sign = text.splitlines()[mark.line - 1][mark.column - 1 : mark.column]
        return (flaws.TAB.found() if sign == "\t" else flaws.RESERVED_SIGN.found(sign=sign)), mark
    if flaw in (flaws.COLON, flaws.NO_COLON):
        return _no_key(text, mark) or (flaw.found(), mark)
    return (flaw.found(why=problem) if flaw is flaws.SYNTAX else flaw.found()), mark


def _no_key(text: str, mark: Mark) -> tuple[Finding, Mark] | None:
    """The colon, on this line or the one before, that is none to YAML."""
    lines = text.splitlines()
    for number in (mark.line, mark.line - 1):
        line = lines[number - 1] if number else ""
        for pattern, flaw in ((_WIDE_COLON, flaws.WIDE_COLON), (_NO_SPACE, flaws.NO_SPACE)):
            if found := pattern.match(line):
                return flaw.found(), Mark(number, found.end(1) + 1)
    return None


def _mark_of(error: yaml.MarkedYAMLError, text: str) -> Mark:
    """Where a mistake was noticed; libyaml notices a missing bracket only behind the last line."""
    lines = text.splitlines() or [""]
    is_key = str(error.problem).startswith("could not find expected ':'")  # noticed a line late
    mark = error.context_mark if is_key and error.context_mark else error.problem_mark
    if mark is None:
        return Mark(1, 1)
    if mark.line >= len(lines):
        return Mark(len(lines), len(lines[-1]) + 1)
    return Mark(mark.line + 1, mark.column + 1)


def _walk(path: Path, root: yaml.Node | None) -> _Walk:
    """Find every place in the document; note doubled keys."""
    walk = _Walk(path)
    if root is not None:
        walk.visit(root, ())
    return walk


class _Walk:
    """One way through a document's nodes."""

    def __init__(self, path: Path) -> None:
        self.lines: dict[Place, int] = {}
        self.columns: dict[Place, int] = {}
        self.scalars: dict[Place, yaml.ScalarNode] = {}
        self.issues: list[Issue] = []
        self._path = path

    def visit(self, node: yaml.Node, place: Place) -> None:
        """Note where `node` begins and go into what it holds."""
        if place not in self.lines:
            self._note(node, place)
        if isinstance(node, yaml.ScalarNode):
            self.scalars[place] = node
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.visit(item, (*place, index))
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._visit_key(key, value, place)

    def _visit_key(self, key: yaml.Node, value: yaml.Node, place: Place) -> None:
        if not isinstance(key, yaml.ScalarNode):
            self._wrong(key, flaws.STRANGE_KEY.found())
            return
        if len(key.value) > LONGEST_KEY:
            self._wrong(key, flaws.LONG_KEY.found(key=key.value))
            return
        here = (*place, key.value)
        if here in self.lines:
            self._wrong(key, flaws.DOUBLE_KEY.found(key=key.value, line=self.lines[here]))
        self._note(key, here)
        self.visit(value, here)

    def _note(self, node: yaml.Node, place: Place) -> None:
        self.lines[place] = node.start_mark.line + 1
        self.columns[place] = node.start_mark.column + 1

    def _wrong(self, node: yaml.Node, finding: Finding) -> None:
        self.issues.append(Issue(self._path, node.start_mark.line + 1, finding, node.start_mark.column + 1))
