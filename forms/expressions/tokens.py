"""Cuts the text of an expression into tokens, whatever keyboard it was typed on.

Outside text literals, full-width and other Chinese punctuation means its ASCII twin. A literal is
delimited by '…', "…", ‘…’ or “…”; inside it every character stands for itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from forms.expressions.mistakes import ExpressionMistake
from kernel.sentences import say

Sort: TypeAlias = Literal["reference", "number", "text", "name", "symbol", "end"]
"""The sorts of token; `.`, operators made of signs, brackets and commas are symbols."""

MOST_TOKENS: Final = 800
"""Longer expressions are refused: nobody can read them, and their trees grow too deep to walk."""

_ASCII: Final = str.maketrans("（），＝＞＜！＋－＊｛｝＄．。“”‘’＂＇\u3000\u00a0", "(),=><!+-*{}$..\"\"''\"'  ")
_SIGNS: Final = {"≤": "<=", "≥": ">=", "≠": "!="}
_TWINS: Final = {'"': '"＂“”', "'": "'＇‘’"}
_TOKEN: Final = re.compile(
    r"""(?P<reference>\$\{[^{}]*\})
      | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
      | (?P<name>[^\W\d](?:[\w-]*\w)?)
      | (?P<symbol><=|>=|!=|[-+*=<>(),.≤≥≠])
      | (?P<quote>["'])""",
    re.VERBOSE,
)
_REFERENCE: Final = re.compile(r"[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)?")
_INSTEAD: Final = {"==": "=", "&": "and", "|": "or", "!": "not(…)", "/": "div", "%": "mod"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression."""

    sort: Sort
    value: str
    """The name in `${…}`, the text inside the quotes, else the piece itself in ASCII punctuation."""
    column: int
    """1-based position of its first character."""


def tokens(text: str) -> list[Token]:
    """`text` in pieces, the last of them of sort `end`; raises ExpressionMistake."""
    plain = text.translate(_ASCII)
    found: list[Token] = []
    position = 0
    while True:
        while position < len(plain) and plain[position].isspace():
            position += 1
        if position == len(plain):
            return [*found, Token("end", "", position + 1)]
        token, position = _token_at(text, plain, position)
        found.append(token)
        if len(found) > MOST_TOKENS:
            raise ExpressionMistake(say("表达式太长，请拆成几个计算字段。"), token.column)


def _token_at(text: str, plain: str, start: int) -> tuple[Token, int]:
    """The token that begins at `start`, and where the next may begin."""
    match = _TOKEN.match(plain, start)
    if match is None:
        raise _strange(plain, start)
    piece, end = match.group(), match.end()
    if match.lastgroup == "quote":
        return _literal(text, piece, start)
    if match.lastgroup == "reference":
        return Token("reference", _reference(piece, start), start + 1), end
    if match.lastgroup == "number":
        return Token("number", piece, start + 1), end
    if match.lastgroup == "name":
        return Token("name", piece, start + 1), end
    if piece == "=" and plain.startswith("=", end):
        raise _strange(plain, start)
    return Token("symbol", _SIGNS.get(piece, piece), start + 1), end


def _literal(text: str, quote: str, start: int) -> tuple[Token, int]:
    """The text literal opened at `start`: closed by the same ASCII quote, or by any twin of a curly one."""
    opening = text[start]
    closers = quote if opening == quote and quote in text[start + 1 :] else _TWINS[quote]
    for end in range(start + 1, len(text)):
        if text[end] in closers:
            return Token("text", text[start + 1 : end], start + 1), end + 1
    sentence = say("第{column}个字的引号没有配对，请在文字末尾补上引号。", column=start + 1)
    raise ExpressionMistake(sentence, start + 1)


def _reference(piece: str, start: int) -> str:
    """The name inside `${…}`."""
    name = piece[2:-1].strip()
    if _REFERENCE.fullmatch(name):
        return name
    sentence = say("第{column}个字：${{…}}里要写一个字段名，现在是“{name}”。", column=start + 1, name=name)
    raise ExpressionMistake(sentence, start + 1)


def _strange(plain: str, position: int) -> ExpressionMistake:
    """What to say about a character no token begins with."""
    column = position + 1
    sign = "==" if plain.startswith("==", position) else plain[position]
    if plain.startswith("${", position):
        return ExpressionMistake(say("第{column}个字的“${{”没有配对的“}}”。", column=column), column)
    if sign in _INSTEAD:
        sentence = say("第{column}个字：不用“{sign}”，请写 {right}。", column=column, sign=sign, right=_INSTEAD[sign])
        return ExpressionMistake(sentence, column)
    return ExpressionMistake(say("第{column}个字：看不懂“{sign}”，请改写或删去。", column=column, sign=sign), column)
