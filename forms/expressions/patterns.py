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

from kernel.sentences import Sentence, say

_SPECIAL: Final = frozenset("^$\\.*+?()[]{}|")
_SPECIAL_IN_CLASS: Final = frozenset("\\[]^-")
_HAN: Final = "々〇㐀-䶿一-鿿豈-\ufaff\U00020000-\U000323af"
_CLASSES: Final = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_MOST_REPEATS: Final = 1000
_MOST_NESTING: Final = 20


class PatternMistake(ValueError):
    """A pattern outside the subset; `sentence` says what to write instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def plain_pattern(pattern: str) -> str:
    """`pattern` in the spelling both engines read alike; raises PatternMistake."""
    reader = _Reader(pattern)
    plain = reader.alternatives(nesting=0)
    if not reader.done():
        raise PatternMistake(say("正则式里多了一个“)”，请删去或写成“\\)”。"))
    try:
        re2.compile(plain)
    except re2.error as mistake:
        raise PatternMistake(say("正则式太大，请写得简单些。")) from mistake
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
            raise PatternMistake(say("正则式的括号套得太深，请写得简单些。"))
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
            raise PatternMistake(say("正则式不能用“(?{sign}”（前后查看、命名组、标志），请改写。", sign=self._next()))
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
            raise PatternMistake(say("正则式里的“{sign}”前面没有可重复的字，请改写。", sign=sign))
        return _escaped(sign, _SPECIAL)

    def _group(self, opening: str, nesting: int) -> str:
        inside = self.alternatives(nesting=nesting + 1)
        if not self._take(")"):
            raise PatternMistake(say("正则式里的“(”没有配对的“)”，请补上。"))
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
            raise PatternMistake(say("正则式里的“[”没有配对的“]”，或里面是空的，请补上。"))
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
            raise PatternMistake(say("正则式的范围“{low}-{high}”前后颠倒了。", low=low, high=high))
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
            raise PatternMistake(say("正则式里连写了两个重复符号，请删去一个。"))
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
            raise PatternMistake(say("正则式的次数要写成 {{n}}、{{n,}} 或 {{n,m}}，不超过{most}。", most=_MOST_REPEATS))
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
    raise PatternMistake(say("正则式不能用“\\{sign}”（反向引用、字符类），请改写。", sign=sign))
