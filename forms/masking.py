"""How an answer looks to those who need not see it whole: 138****5678, 4199**********123X, 张**.

What is left helps a person to tell two records apart who knows the answer already; it never gives back
the answer. Every masked text has two stars beside each other, and nothing that people answer has.
"""

from __future__ import annotations

import re
import unicodedata

from forms.fields.base import Field
from forms.fields.person import Person
from forms.fields.text import Format, Text

#: What stands for an answer of which nothing may be told, not even how long it is.
STARS = "****"

_MOBILE = re.compile(r"(?P<before>(\+?86[- ]?)?)(?P<number>1[0-9]{10})")
_LANDLINE = re.compile(r"(?P<before>(0[0-9]{2,3}[- ]?)?)(?P<number>[0-9]{7,8})")
_CITIZEN_ID = re.compile(r"[0-9]{17}[0-9Xx]")
_BANK_NUMBER = re.compile(r"[0-9]{12,19}")
_EMAIL = re.compile(r"(?P<first>[^@\s*])[^@\s]*(?P<domain>@[^@\s*]+)")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,6}")
#: The first words of a Chinese address, down to the town or street office: those are of many people.
_AREA = re.compile(r"[\u3400-\u9fff]{1,6}?[省州盟市县区旗镇乡]")
_ADDRESS = re.compile(rf"(?P<area>({_AREA.pattern}){{1,5}})(?P<rest>.{{2,}})", re.DOTALL)
_MASKED = re.compile(r"\*{2}")


def masked(field: Field, text: str) -> str:
    """`text`, which a question's answer shows, with its telling part as stars; a blank stays a blank."""
    if not text:
        return ""
    if not isinstance(field, Text | Person):
        return STARS
    plain = unicodedata.normalize("NFKC", text).strip()
    if isinstance(field, Text) and field.format is Format.EMAIL:
        return _email(plain)
    if isinstance(field, Text) and field.format in (Format.MULTILINE, Format.USCC):
        return STARS
    return _by_look(plain)


def is_masked(text: object) -> bool:
    """Whether `text` is what `masked` leaves: somebody sends back what they were shown."""
    return isinstance(text, str) and _MASKED.search(unicodedata.normalize("NFKC", text)) is not None


def _by_look(text: str) -> str:
    """A line is a phone, an id, a bank number, a name or an address by its look, whatever the question is called."""
    bare = re.sub(r"[ -]", "", text)
    if _CITIZEN_ID.fullmatch(text):
        return _middle(text, 4, 4)
    if phone := _MOBILE.fullmatch(text):
        return phone["before"] + _middle(phone["number"], 3, 4)
    if phone := _LANDLINE.fullmatch(text):
        return phone["before"] + _middle(phone["number"], 0, 4)
    if _BANK_NUMBER.fullmatch(bare):
        return _middle(bare, 0, 4)
    if _EMAIL.fullmatch(text):
        return _email(text)
    if _NAME.fullmatch(text) and not _AREA.match(text):
        return f"{text[0]}**"  # always two stars: how long a name is, tells too
    if address := _ADDRESS.fullmatch(text):
        return address["area"] + STARS
    return STARS


def _middle(text: str, first: int, last: int) -> str:
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


def _email(text: str) -> str:
    found = _EMAIL.fullmatch(text)
    return f"{found['first']}***{found['domain']}" if found else STARS
