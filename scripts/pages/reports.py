"""docs/reference/reports.md: the keys of a report's YAML file, its blocks, sentences and number styles."""

from __future__ import annotations

import inspect

from kernel import timetable
from reports import numbers, sentences
from reports.blocks.base import Block
from reports.definition import Report, block_classes
from reports.figures import WORDS
from reports.numbers import Style, printed
from scripts.pages.keys import Part, key_table, paragraphs, parts_of

_HEAD = """\
# Reports

A report is one file `reports/definitions/NAME.yaml`, called like its `id`: what a bulletin counts, what it says,
when it goes to whom. `python -m webapp check` says what is wrong with it and in which line.
[How to write one](../howto/report.md); [expressions](expressions.md).

<!-- Written by `make reference` from the classes themselves. -->

A **measure** is counted from the records of one form by one SQL statement; a **metric** is made of measures. Each
number that is printed keeps that statement and the ids of the records behind it.
"""
_BLOCKS = """
## Blocks

The `body` is a list of blocks; the page is composed from them in their order.
"""
_SHOWN = (7, 52, 326, 5230, 111_327, 16_423_000)


def page() -> str:
    """Every part of a report, then blocks, sentences, timetables and styles."""
    return "".join(
        [
            _HEAD,
            *(_section(part) for part in parts_of(Report)),
            _BLOCKS,
            *(_block(cls) for cls in sorted(block_classes(), key=_type)),
            f"\n## Sentences\n\n{_text_of(sentences)}\n\nEvery sentence may also print {_words()}.\n",
            f"\n## Timetables\n\n{_text_of(timetable)}\n",
            f"\n## Number styles\n\n{_text_of(numbers)}\n\n{_styles()}",
        ]
    )


def _section(part: Part) -> str:
    title = f"`{part.path}`" if part.path else "A report"
    return f"\n## {title}\n\n{paragraphs(part.cls)}\n\n{key_table(part.cls)}"


def _block(cls: type[Block]) -> str:
    return f"\n### {_type(cls)}\n\n{paragraphs(cls)}\n\n{key_table(cls, without=('type',))}"


def _type(cls: type[Block]) -> str:
    return str(cls.model_fields["type"].default)


def _words() -> str:
    return ", ".join(f"`{{{word}}}`" for word in WORDS)


def _text_of(module: object) -> str:
    """A module's docstring; what is indented there is shown as it stands."""
    return inspect.getdoc(module) or ""


def _styles() -> str:
    heads = " | ".join(f"{number}" for number in _SHOWN)
    rows = "".join(
        f"| `{style.value}` | {' | '.join(printed(number, style) for number in _SHOWN)} |\n" for style in Style
    )
    return f"| Style | {heads} |\n|---|{'---|' * len(_SHOWN)}\n{rows}"
