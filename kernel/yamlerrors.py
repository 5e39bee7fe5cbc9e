"""What libyaml finds wrong with a file, in words, and where whoever wrote it would look."""

from __future__ import annotations

import re

import yaml

from kernel.flaw import Finding
from kernel.flaws import files as flaws
from kernel.marks import Mark

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


def told(error: yaml.MarkedYAMLError, text: str) -> tuple[Finding, Mark]:
    """What libyaml found, in words, and where."""
    problem, mark = str(error.problem), mark_of(error, text)
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


def mark_of(error: yaml.MarkedYAMLError, text: str) -> Mark:
    """Where a mistake was noticed; libyaml notices a missing bracket only behind the last line."""
    lines = text.splitlines() or [""]
    is_key = str(error.problem).startswith("could not find expected ':'")  # noticed a line late
    mark = error.context_mark if is_key and error.context_mark else error.problem_mark
    if mark is None:
        return Mark(1, 1)
    if mark.line >= len(lines):
        return Mark(len(lines), len(lines[-1]) + 1)
    return Mark(mark.line + 1, mark.column + 1)
