"""A bulletin as one HTML document: the same text for the screen and for the PDF."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, assert_never

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.page.document import Bulletin, Chart, Heading, Note, Paragraph, Part, TableOfNumbers

_HERE = Path(__file__).parent


def write_html(bulletin: Bulletin, *, edition: str, made_at: datetime, stylesheet_url: str = "") -> str:
    """`bulletin` as HTML; the same arguments give the same text, byte for byte.

    edition: the name of this edition, kept in the document's metadata.
    made_at: an aware time, written as the date of creation.
    stylesheet_url: where a browser finds `document.STYLESHEET`; a PDF needs none.
    """
    environment = _environment()
    macros = environment.get_template("parts.html.j2").module
    return environment.get_template("bulletin.html.j2").render(
        bulletin=bulletin,
        parts=[_written(part, macros, place) for place, part in enumerate(bulletin.parts)],
        edition=edition,
        made_at=made_at.isoformat(timespec="seconds"),
        stylesheet_url=stylesheet_url,
    )


@cache
def _environment() -> Environment:
    """The templates, read once in a process."""
    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _printable(value: object) -> object:
    """Text without control characters and broken surrogates, which come along when people paste; markup as it is."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "".join(one for one in value if one in "\t\n" or unicodedata.category(one) not in ("Cc", "Cs"))


def _written(part: Part, macros: Any, place: int) -> Markup:  # noqa: ANN401 - Jinja gives a template's macros no type
    match part:
        case Heading():
            drawn = macros.heading(part)
        case Paragraph():
            drawn = macros.paragraph(part)
        case TableOfNumbers():
            drawn = macros.table(part)
        case Chart():
            drawn = macros.chart(part, place)
        case Note():
            drawn = macros.note(part)
        case _:
            assert_never(part)
    return Markup(drawn)  # noqa: S704 - what an autoescaping macro returned is markup already
