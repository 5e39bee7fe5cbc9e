"""Names that people write in definitions, and opaque ids that the system gives."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

#: Crockford's base 32: no I, L, O, U, so that an id read aloud or typed again stays itself.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID_LENGTH = 18
_TIME_DIGITS = 9  # milliseconds since 1970 until the year 3084

#: What a form, field, state, role, measure or report may be called in a definition.
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def new_id(at: datetime) -> str:
    """An opaque id of 18 characters: sorts by the time `at`, ends in a check character."""
    body = _base32(int(at.timestamp() * 1000), _TIME_DIGITS) + _base32(secrets.randbits(40), 8)
    return body + check_character(body)


def is_id(text: str) -> bool:
    """Whether `text` is a whole, undamaged id of this system."""
    return (
        len(text) == _ID_LENGTH
        and all(character in ALPHABET for character in text)
        and check_character(text[:-1]) == text[-1]
    )


def check_character(body: str) -> str:
    """The character that makes one wrong or two swapped characters in `body` noticeable.

    A weighted sum modulo 31 with weights that are powers of 3 (as in GB 32100-2015).
    """
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return ALPHABET[(31 - total) % 31]


def _base32(number: int, digits: int) -> str:
    characters = []
    for _ in range(digits):
        number, rest = divmod(number, 32)
        characters.append(ALPHABET[rest])
    return "".join(reversed(characters))
