"""Cuts the text of an expression into tokens, whatever keyboard it was typed on.

Outside text literals, full-width and other Chinese punctuation means its ASCII twin. A literal is
delimited by '…', "…", ‘…’ or “…”; inside it every character stands for itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from forms.expressions.mistakes import ExpressionMistake
from forms.flaws import syntax as flaws

Sort: TypeAlias = Literal["reference", "number", "text", "name", "symbol", "end"]
"""The sorts of token; `.`, `..`, `/`, operators made of signs, brackets and commas are symbols."""

MOST_TOKENS: Final = 800
"""Longer expressions are refused: nobody can read them, and their trees grow too deep to walk."""

_ASCII: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | str.maketrans(
    "。“”‘’【】《》−\u3000\u00a0", ".\"\"''[]<>-  "
)
"""Every full-width twin of an ASCII character, and what the keys of a Chinese keyboard give beside them."""
_SIGNS: Final = {"≤": "<=", "≦": "<=", "≥": ">=", "≧": ">=", "≠": "!=", "×": "*", "÷": "div"}
_TWINS: Final = {'"': '"＂“”', "'": "'＇‘’"}
_TOKEN: Final = re.compile(
    r"""(?P<reference>\$\{[^{}]*\})
      | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
      | (?P<name>(?:jr:)?[^\W\d](?:[\w-]*\w)?)
      | (?P<symbol><=|>=|!=|\.\.|[-+*=<>(),./\[\]≤≦≥≧≠×÷])
      | (?P<quote>["'])""",
    re.VERBOSE,
)
_REFERENCE: Final = re.compile(r"[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)?")
_INSTEAD: Final = {"==": "=", "&": "and", "|": "or", "!": "not(…)", "%": "mod"}


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
            raise ExpressionMistake(flaws.TOO_LONG, token.column)


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
    raise ExpressionMistake(flaws.OPEN_QUOTE, start + 1)


def _reference(piece: str, start: int) -> str:
    """The name inside `${…}`."""
    name = piece[2:-1].strip()
    if _REFERENCE.fullmatch(name):
        return name
    raise ExpressionMistake(flaws.BAD_REFERENCE, start + 1, name=name)


def _strange(plain: str, position: int) -> ExpressionMistake:
    """What to say about a character no token begins with."""
    column = position + 1
    sign = "==" if plain.startswith("==", position) else plain[position]
    if plain.startswith("${", position):
        return ExpressionMistake(flaws.OPEN_BRACE, column)
    if sign in _INSTEAD:
        return ExpressionMistake(flaws.WRONG_SIGN, column, sign=sign, right=_INSTEAD[sign])
    return ExpressionMistake(flaws.STRANGE, column, sign=sign)
