"""What questions of an XLSForm are called here: small Latin letters, once in a form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from forms.linting import RESERVED, TAKEN_ON_PAGES

_LONGEST: Final = 63
_LITERAL: Final = re.compile(r"('[^']*'|\"[^\"]*\"|“[^”]*”|‘[^’]*’)")


def our_name(name: str, taken: Collection[str], *, otherwise: str = "q") -> str:
    """`name` as a question may be called here, and no other of `taken` is."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    bare = re.sub(r"[^a-z0-9]+", "_", ascii_name.lower()).strip("_")
    if not re.search("[a-z]", bare):
        bare = f"{otherwise}_{bare}".strip("_") if bare else otherwise
    elif not bare[0].isalpha():
        bare = f"{otherwise}_{bare}"
    if name == name.lower() and re.fullmatch("[a-z][a-z0-9_]*", name):
        bare = name  # with its underscores where they are
    bare = bare[:_LONGEST]
    if bare not in taken and bare not in RESERVED | TAKEN_ON_PAGES and not (bare == "q" and otherwise == "q"):
        return bare
    return next(
        found
        for number in range(1 if bare == otherwise else 2, 100_000)
        if (found := _numbered(bare, number, apart=bare != otherwise)) not in taken
    )


def _numbered(bare: str, number: int, *, apart: bool) -> str:
    ending = f"_{number}" if apart else str(number)
    return bare[: _LONGEST - len(ending)] + ending


def renamed(text: str, names: dict[str, str]) -> str:
    """An expression, or words, in which `${Name}` and `…/Name` mean what they are called here."""
    parts = _LITERAL.split(text)
    return "".join(part if index % 2 else _renamed(part, names) for index, part in enumerate(parts))


def words_renamed(text: str, names: dict[str, str]) -> str:
    """Words that show answers: `${Name}` by what it is called here."""
    return re.sub(r"\$\{\s*([^{}]+?)\s*\}", lambda match: f"${{{names.get(match[1], match[1])}}}", text)


def _renamed(part: str, names: dict[str, str]) -> str:
    part = words_renamed(part, names)
    return re.sub(r"(?<=/)[^\W\d][\w.-]*(?![\w.(-])", lambda match: names.get(match[0], match[0]), part)
