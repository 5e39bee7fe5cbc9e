"""Sentences with numbers in them, as a report's definition writes them. No code: three things and no more.

    {visits}                    the number, in the style of its measure
    {visits:wan1duo}            the number in a style of its own (`reports.numbers.Style`)
    {open?全部整改完毕|剩余{open}处}    the words before | where the number is 0 or there is none, else those behind

Either side of | may be empty, and `|` with nothing behind it may be left out. `{{`, `||` and, outside of
choices, `}}` are the signs themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final, Protocol, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from kernel.sentences import Sentence, say
from reports.numbers import Quantity, Style
from reports.page.document import Run

_PIECE: Final = re.compile(
    r"(?P<sign>\{\{|\|\|)"
    r"|\{(?P<choice>[a-z][a-z0-9_]*)\?"
    r"|\{(?P<name>[a-z][a-z0-9_]*)(?::(?P<style>[^{}|]*))?\}"
    r"|(?P<close>\})|(?P<bar>\|)|(?P<open>\{)"
    r"|(?P<words>[^{}|]+)"
)
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A number, in a style of its own or (None) in that of its measure."""

    name: str
    style: Style | None


@dataclass(frozen=True, slots=True)
class Choice:
    """`zero` where the number is 0 or absent, else `other`."""

    name: str
    zero: tuple[Piece, ...]
    other: tuple[Piece, ...]


Piece: TypeAlias = Words | Printed | Choice


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence that has been read."""

    text: str
    pieces: tuple[Piece, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names it prints, in the order they are first met."""
        return tuple(dict.fromkeys(one.name for one in walk(self.pieces) if isinstance(one, Printed)))

    @property
    def decisive_names(self) -> tuple[str, ...]:
        """The names it asks whether they are zero."""
        return tuple(dict.fromkeys(one.name for one in walk(self.pieces) if isinstance(one, Choice)))


class Speaker(Protocol):
    """Whoever knows the numbers."""

    def quantity(self, name: str) -> Quantity | None:
        """The number called `name`; None: there is none."""
        ...

    def run(self, name: str, style: Style | None) -> Run:
        """What is printed for `name`."""
        ...


class TemplateMistake(ValueError):
    """A sentence that cannot be read; caught by whoever was given the text."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def parse_template(text: str) -> Template:
    """The sentence written in `text`. Raises `TemplateMistake`."""
    reader = _Reader(text)
    pieces = reader.pieces(inside=0)
    return Template(text, pieces)


def walk(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    """Every piece, those inside choices too."""
    for piece in pieces:
        yield piece
        if isinstance(piece, Choice):
            yield from walk(piece.zero)
            yield from walk(piece.other)


def spoken(template: Template, speaker: Speaker) -> tuple[Run, ...]:
    """The sentence with its numbers; words that stand side by side are one run."""
    runs: list[Run] = []
    for run in _spoken(template.pieces, speaker):
        if isinstance(run, str) and runs and isinstance(runs[-1], str):
            runs[-1] += run
        elif run != "":
            runs.append(run)
    return tuple(runs)


def _spoken(pieces: tuple[Piece, ...], speaker: Speaker) -> Iterator[Run]:
    for piece in pieces:
        match piece:
            case Words(text):
                yield text
            case Printed(name, style):
                yield speaker.run(name, style)
            case Choice(name, zero, other):
                yield from _spoken(other if speaker.quantity(name) else zero, speaker)


class _Reader:
    """Reads the pieces of a text from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_PIECE.finditer(text))
        self._at = 0

    def pieces(self, *, inside: int) -> tuple[Piece, ...]:
        """Pieces up to the end of the text, or of the side of the choice that is being read."""
        found: list[Piece] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.lastgroup in ("close", "bar") and inside:
                return tuple(found)
            self._at += 1
            found.append(self._piece(token, inside))
        if inside:
            raise TemplateMistake(say("有一个“{opening}”没有配对的“{closing}”", opening="{", closing="}"))
        return tuple(found)

    def _piece(self, token: re.Match[str], inside: int) -> Piece:
        match token.lastgroup:
            case "words":
                return Words(token[0])
            case "sign":
                return Words(token[0][0])
            case "name" | "style":
                return Printed(token["name"], _style(token["style"]))
            case "choice":
                return self._choice(token["choice"], inside + 1)
            case "close" if self._take_close():
                return Words("}")
            case _:
                raise TemplateMistake(_stray(token))

    def _take_close(self) -> bool:
        """Whether another `}` comes next; if so it is left behind."""
        found = self._at < len(self._tokens) and self._tokens[self._at].lastgroup == "close"
        self._at += found
        return found

    def _choice(self, name: str, inside: int) -> Choice:
        if inside > _DEEPEST:
            raise TemplateMistake(say("条件套得太深，最多 {most} 层", most=_DEEPEST))
        sides = [self.pieces(inside=inside)]
        while self._tokens[self._at].lastgroup == "bar":
            self._at += 1
            sides.append(self.pieces(inside=inside))
        self._at += 1
        if len(sides) > 2:
            raise TemplateMistake(say("{name}? 只能有一个“|”，前面是为零时的话，后面是不为零时的话", name=name))
        return Choice(name, sides[0], sides[1] if len(sides) == 2 else ())


def _style(word: str | None) -> Style | None:
    if word is None:
        return None
    if word not in set(Style):
        raise TemplateMistake(say("没有“{style}”这种数字写法，可用：{known}", style=word, known="、".join(Style)))
    return Style(word)


def _stray(token: re.Match[str]) -> Sentence:
    column = token.start() + 1
    if token.lastgroup == "open":
        return say("第{column}个字的“{{”后面应是指标名，例如 {{visits}}；要印出大括号本身请写两个", column=column)
    return say("第{column}个字的“{sign}”没有配对；要印出它本身请写两个", column=column, sign=token[0])


def _template(given: object) -> Template:
    if isinstance(given, Template):
        return given
    if not isinstance(given, str):
        raise PydanticCustomError("template", "应当是一句话")
    try:
        return parse_template(given)
    except TemplateMistake as mistake:
        raise PydanticCustomError("template", "{sentence}", {"sentence": str(mistake.sentence)}) from mistake


#: A sentence of a definition, read when the file is loaded.
SentenceTemplate: TypeAlias = Annotated[Template, BeforeValidator(_template)]
