"""Functions that cut and change texts."""

from __future__ import annotations

import math

from forms.expressions.values import Value, number_of, text_of, words_of


def substring(value: Value, start: Value, end: Value | None = None) -> str:
    """The characters from `start` up to, not including, `end`; both counted from 0, from the end when below it."""
    text = text_of(value)
    last = len(text) if end is None else _position(end, len(text))
    return text[_position(start, len(text)) : last]


def before(value: Value, part: Value) -> str:
    """What stands before the first `part`; blank when there is none."""
    found, mark, _ = _parted(value, part)
    return found if mark else ""


def after(value: Value, part: Value) -> str:
    """What stands behind the first `part`; blank when there is none."""
    _, mark, found = _parted(value, part)
    return found if mark else text_of(value) if text_of(part) == "" else ""


def single_spaced(value: Value) -> str:
    """The words parted by one space each."""
    return " ".join(words_of(text_of(value)))


def exchanged(value: Value, old: Value, new: Value) -> str:
    """Each character of `old` exchanged for the one at its place in `new`, or taken out where `new` has none."""
    exchange: dict[int, str] = {}
    spare = text_of(new)
    for place, character in enumerate(text_of(old)):
        exchange.setdefault(ord(character), spare[place : place + 1])
    return text_of(value).translate(exchange)


def _parted(value: Value, part: Value) -> tuple[str, str, str]:
    mark = text_of(part)
    return text_of(value).partition(mark) if mark else ("", "", "")


def _position(value: Value, length: int) -> int:
    """A position in a text of `length` characters, from 0; a negative one counts from the end."""
    number = number_of(value)
    if math.isnan(number):
        return 0
    at = int(max(-float(length), min(float(length), number)))
    return at + length if at < 0 else at
