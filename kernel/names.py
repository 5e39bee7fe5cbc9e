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

    Each place weighs twice its neighbour in the field of 32 elements, so no two of up to 31 places weigh the same.
    """
    total = 0
    for character in body:
        total = _doubled(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _doubled(element: int) -> int:
    """`element` times x in GF(2)[x] / (x⁵ + x² + 1)."""
    return element << 1 ^ 0b100101 if element & 0b10000 else element << 1


def _base32(number: int, digits: int) -> str:
    characters = []
    for _ in range(digits):
        number, rest = divmod(number, 32)
        characters.append(ALPHABET[rest])
    return "".join(reversed(characters))
