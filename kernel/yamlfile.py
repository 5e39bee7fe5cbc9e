"""Reading the YAML that people write, and saying where they went wrong.

Plainer than YAML itself: `no`, `on`, `12:30`, `2026-11-22` and `0371` stay the words they
look like, a key that is written twice is an issue instead of a riddle, and anchors and tags are refused.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

from kernel.sentences import Sentence, say

Place: TypeAlias = tuple[str | int, ...]

#: A definition larger than this is not a definition (bytes).
LARGEST = 256 * 1024
DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with a file, where a person can go and mend it."""

    path: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


class YamlFile(NamedTuple):
    """What a file says, which line says it, and what is wrong with it so far."""

    data: Any
    lines: dict[Place, int]
    issues: list[Issue]

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


class _Refused(yaml.MarkedYAMLError):
    """Something that YAML allows and a definition does not."""

    def __init__(self, sentence: Sentence, mark: Any) -> None:  # noqa: ANN401 -- libyaml has a Mark of its own
        super().__init__(problem_mark=mark)
        self.sentence = sentence


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
        return YamlFile(None, {}, [Issue(path, 1, say("读不了这个文件：{why}", why=error.strerror))])
    return read_yaml_source(source, path, secrets=secrets)


def read_yaml_source(source: bytes, path: Path, *, secrets: bool = False) -> YamlFile:
    """Read `source`; `path` is only its name in what is said about it. secrets: as above."""
    if len(source) > LARGEST:
        return YamlFile(None, {}, [Issue(path, 1, say("文件超过 {limit} KB", limit=LARGEST // 1024))])
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        return YamlFile(None, {}, [Issue(path, line, say("不是 UTF-8 编码，请另存为 UTF-8"))])
    try:
        _refuse_undue(text, secrets=secrets)
        loader = _PlainLoader(text)
        root = loader.get_single_node()
        lines, issues = _walk(path, root)
        if issues or root is None:
            return YamlFile(None, lines, issues)
        return YamlFile(loader.construct_document(root), lines, issues)
    except _Refused as refused:
        return YamlFile(None, {}, [Issue(path, _line_of(refused, text), refused.sentence)])
    except yaml.MarkedYAMLError as error:
        sentence = say("YAML 写法有误：{why}", why=error.problem)
        return YamlFile(None, {}, [Issue(path, _line_of(error, text), sentence)])
    except yaml.YAMLError as error:
        return YamlFile(None, {}, [Issue(path, 1, say("YAML 写法有误：{why}", why=error))])


def _refuse_undue(text: str, *, secrets: bool) -> None:
    """Refuse anchors, tags and undue depth before anything is built of them."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if getattr(event, "anchor", None) is not None:
            raise _Refused(say("不支持锚点与别名（& 和 *），请写全"), event.start_mark)
        allowed = (None, "!env") if secrets and isinstance(event, yaml.ScalarEvent) else (None,)
        if getattr(event, "tag", None) not in allowed:
            raise _Refused(say("不支持标签（!），请直接写内容"), event.start_mark)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _Refused(say("嵌套超过 {limit} 层", limit=DEEPEST), event.start_mark)


def _line_of(error: yaml.MarkedYAMLError, text: str) -> int:
    """The line a mistake was noticed at; libyaml notices a missing bracket only behind the last line."""
    return min(error.problem_mark.line + 1, len(text.splitlines()) or 1) if error.problem_mark else 1


def _walk(path: Path, root: yaml.Node | None) -> tuple[dict[Place, int], list[Issue]]:
    """Map every place in the document to its line; note doubled keys."""
    walk = _Walk(path)
    if root is not None:
        walk.visit(root, ())
    return walk.lines, walk.issues


class _Walk:
    """One way through a document's nodes."""

    def __init__(self, path: Path) -> None:
        self.lines: dict[Place, int] = {}
        self.issues: list[Issue] = []
        self._path = path

    def visit(self, node: yaml.Node, place: Place) -> None:
        """Note the line of `node` and go into what it holds."""
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.visit(item, (*place, index))
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._visit_key(key, value, place)

    def _visit_key(self, key: yaml.Node, value: yaml.Node, place: Place) -> None:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            self._wrong(line, say("键必须是一个词"))
            return
        here = (*place, key.value)
        if here in self.lines:
            self._wrong(line, say("{key} 写了两次，上一次在第 {line} 行", key=key.value, line=self.lines[here]))
        self.lines[here] = line
        self.visit(value, here)

    def _wrong(self, line: int, sentence: str) -> None:
        self.issues.append(Issue(self._path, line, sentence))
