r"""Regular expressions in the subset that RE2 and JavaScript read alike.

A pattern matches the whole text. Allowed are characters, `.` (any but a line feed), `[…]` and `[^…]` with
ranges, `\d \w \s \D \W \S` (ASCII; the last three outside brackets), `\b`, `\n \t \r \f`, `\p{Han}`, escaped
punctuation, `( )`, `(?: )`, `|`, `^`, `$`, and `* + ? {n} {n,} {n,m}` (n, m at most 1000), greedy or lazy.
Lookaround, backreferences, flags and named groups are refused: RE2 has no lookaround or backreferences,
so that no pattern can hang the server.

`plain_pattern` writes what was read in the spelling that both engines take literally the same way
(`.` as `[^\n]`, `\s` as its five characters, `\p{Han}` as ranges, every special character escaped).
"""

from __future__ import annotations

from typing import Final

import re2

from forms.flaws import patterns as flaws
from kernel.flaw import Finding, Flaw

_SPECIAL: Final = frozenset("^$\\.*+?()[]{}|")
_SPECIAL_IN_CLASS: Final = frozenset("\\[]^-")
_HAN: Final = "々〇㐀-䶿一-鿿豈-\ufaff\U00020000-\U000323af"
_CLASSES: Final = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_MOST_REPEATS: Final = 1000
_MOST_NESTING: Final = 20


class PatternMistake(ValueError):
    """A pattern outside the subset; `sentence` knows what to write instead."""

    def __init__(self, flaw: Flaw, **values: object) -> None:
        self.sentence: Finding = flaw.found(**values)
        super().__init__(self.sentence)


def plain_pattern(pattern: str) -> str:
    """`pattern` in the spelling both engines read alike; raises PatternMistake."""
    reader = _Reader(pattern)
    plain = reader.alternatives(nesting=0)
    if not reader.done():
        raise PatternMistake(flaws.EXTRA_BRACKET)
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(plain, options)
    except re2.error as mistake:
        raise PatternMistake(flaws.TOO_LARGE) from mistake
    return plain


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def done(self) -> bool:
        return self._at >= len(self._pattern)

    def alternatives(self, *, nesting: int) -> str:
        """Everything up to the end of the group: branches parted by `|`."""
        if nesting > _MOST_NESTING:
            raise PatternMistake(flaws.TOO_DEEP)
        pieces: list[str] = []
        while not self.done() and self._next() != ")":
            if self._take("|"):
                pieces.append("|")
            elif self._next() in "^$":
                pieces.append(self._pop())
            elif self._take("\\b"):
                pieces.append("\\b")
            else:
                pieces.append(self._atom(nesting) + self._repeats())
        return "".join(pieces)

    def _next(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _pop(self) -> str:
        """The next character, left behind; empty at the end."""
        sign = self._next()
        self._at += 1
        return sign

    def _take(self, piece: str) -> bool:
        """Whether `piece` comes next; if so it is left behind."""
        if not self._pattern.startswith(piece, self._at):
            return False
        self._at += len(piece)
        return True

    def _atom(self, nesting: int) -> str:
        if self._take("(?:"):
            return self._group("(?:", nesting)
        if self._take("(?"):
            raise PatternMistake(flaws.LOOKAROUND, sign=self._next())
        return self._simple_atom(nesting)

    def _simple_atom(self, nesting: int) -> str:
        sign = self._pop()
        if sign == "(":
            return self._group("(", nesting)
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escape()
        if sign == ".":
            return "[^\\n]"
        if sign in "*+?":
            raise PatternMistake(flaws.NOTHING_TO_REPEAT, sign=sign)
        return _escaped(sign, _SPECIAL)

    def _group(self, opening: str, nesting: int) -> str:
        inside = self.alternatives(nesting=nesting + 1)
        if not self._take(")"):
            raise PatternMistake(flaws.OPEN_GROUP)
        return f"{opening}{inside})"

    def _escape(self) -> str:
        """What stands after a backslash, outside brackets."""
        sign = self._pop()
        if sign in _CLASSES:
            return f"[{_CLASSES[sign]}]"
        if sign.lower() in _CLASSES and sign:
            return f"[^{_CLASSES[sign.lower()]}]"
        if sign == "p" and self._take("{Han}"):
            return f"[{_HAN}]"
        return f"\\{sign}" if sign in _CONTROLS else _escaped(_punctuation(sign), _SPECIAL)

    def _class(self) -> str:
        """A bracketed class; its `[` is behind."""
        opening = "[^" if self._take("^") else "["
        items: list[str] = []
        while not self.done() and self._next() != "]":
            items.append(self._class_item())
        if not self._take("]") or not items:
            raise PatternMistake(flaws.OPEN_CLASS)
        return f"{opening}{''.join(items)}]"

    def _class_item(self) -> str:
        """A character, a range, or a ready class inside brackets."""
        if self._take("\\p{Han}"):
            return _HAN
        if self._next() == "\\" and self._pattern[self._at + 1 : self._at + 2] in tuple(_CLASSES):
            self._at += 2
            return _CLASSES[self._pattern[self._at - 1]]
        low = self._class_character()
        if self._next() != "-" or self._pattern[self._at + 1 : self._at + 2] in ("]", ""):
            return _in_class(low)
        self._at += 1
        high = self._class_character()
        if low > high:
            raise PatternMistake(flaws.REVERSED_RANGE, low=low, high=high)
        return f"{_in_class(low)}-{_in_class(high)}"

    def _class_character(self) -> str:
        sign = self._pop()
        if sign != "\\":
            return sign
        sign = self._pop()
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        return _punctuation(sign)

    def _repeats(self) -> str:
        """A quantifier, if one comes next."""
        repeats = self._pop() if self._next() and self._next() in "*+?" else self._counted()
        if repeats and self._take("?"):
            repeats += "?"
        if repeats and self._next() and self._next() in "*+?{":
            raise PatternMistake(flaws.DOUBLE_REPEAT)
        return repeats

    def _counted(self) -> str:
        """`{n}`, `{n,}` or `{n,m}`; empty when no brace comes next."""
        if self._next() != "{":
            return ""
        end = self._pattern.find("}", self._at)
        least, comma, most = self._pattern[self._at + 1 : end].partition(",")
        numbers = [int(number) for number in (least, most) if number.isascii() and number.isdigit()]
        fits = bool(numbers) and max(numbers) <= _MOST_REPEATS and numbers == sorted(numbers)
        if end < 0 or not fits or len(numbers) != 1 + bool(most):
            raise PatternMistake(flaws.BAD_COUNT)
        self._at = end + 1
        return f"{{{numbers[0]}{comma}{numbers[1] if most else ''}}}"


def _escaped(character: str, special: frozenset[str]) -> str:
    return f"\\{character}" if character in special else character


def _in_class(character: str) -> str:
    """`character` as it is written inside brackets."""
    letters = [letter for letter, control in _CONTROLS.items() if control == character]
    return f"\\{letters[0]}" if letters else _escaped(character, _SPECIAL_IN_CLASS)


def _punctuation(sign: str) -> str:
    """The escaped sign, which must be ASCII punctuation."""
    if sign.isascii() and sign.isprintable() and sign and not sign.isalnum():
        return sign
    raise PatternMistake(flaws.BAD_ESCAPE, sign=sign)
