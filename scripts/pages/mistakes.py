"""docs/reference/mistakes.md: everything a definition file can be refused for."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from kernel.flaw import Flaw

_FLOORS = ("kernel", "forms", "records", "reports")
_ENGLISH = Path(__file__).resolve().parents[2] / "webapp/translations/en/LC_MESSAGES/messages.po"
_HEAD = """\
# Mistakes in definitions

Whatever is wrong with a definition is told as `file:line:column: what is wrong`, and below it what to do. Each
way of being wrong has a code that never changes, by which programs (`check --json`) and people find it here.
In braces stands what the file at hand says. A rule holds for every definition.

<!-- Written by `make reference` from the folders called `flaws`. -->
"""


def page() -> str:
    """A section for each thing that is checked, a row for each flaw, by its code."""
    with _ENGLISH.open("rb") as file:
        english = read_po(file, locale="en")
    found = sorted(all_flaws(), key=lambda flaw: flaw.code)
    sections = [
        f"\n## {area}\n\n| Code | What is wrong | Rule | What to do |\n|---|---|---|---|\n"
        + "".join(_row(flaw, english) for flaw in flaws)
        for area, flaws in groupby(found, key=lambda flaw: flaw.code.partition(".")[0])
    ]
    return _HEAD + "".join(sections)


def all_flaws() -> list[Flaw]:
    """Every flaw that is declared in a folder called `flaws`: the folders are the registry."""
    return list(dict.fromkeys(_declared()))


def _declared() -> Iterator[Flaw]:
    for floor in _FLOORS:
        package = importlib.import_module(f"{floor}.flaws")
        for module in pkgutil.iter_modules(package.__path__, f"{floor}.flaws."):
            names = vars(importlib.import_module(module.name)).values()
            yield from (thing for thing in names if isinstance(thing, Flaw))


def _row(flaw: Flaw, english: Catalog) -> str:
    told = (_both(sentence.template, english) for sentence in (flaw.says, flaw.rule, flaw.remedy))
    return f"| `{flaw.code}` | {' | '.join(told)} |\n"


def _both(template: str, english: Catalog) -> str:
    """The sentence in Chinese and in English, as people read it."""
    message = english.get(template)
    languages = [template, str(message.string)] if message and message.string else [template]
    return "<br>".join(_cell(text) for text in languages)


def _cell(text: str) -> str:
    plain = re.sub(r"\{\{|\}\}", lambda braces: braces[0][0], text)
    return plain.replace("|", "&#124;").replace("<", "&lt;").replace("\n", " ")
