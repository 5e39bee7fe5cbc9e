"""A bulletin's body as plain text: what mail quotes and search reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from reports.page.document import Chart, Heading, Note, Paragraph, Part, Run, TableOfNumbers


def plain_text(parts: Iterable[Part]) -> str:
    """One line for each heading, paragraph and row of a table; a chart is its caption."""
    return "\n".join(line for part in parts for line in _lines(part))


def _lines(part: Part) -> list[str]:
    match part:
        case Heading(text=text) | Note(text):
            return [text]
        case Paragraph(runs, lead):
            return [lead + "".join(_text(run) for run in runs)]
        case TableOfNumbers():
            rows = [part.columns, *part.rows, *([part.total_row] if part.total_row else [])]
            return [part.caption, *("\t".join(_text(cell) for cell in row) for row in rows)]
        case Chart(caption):
            return [caption]
        case _:
            assert_never(part)


def _text(run: Run) -> str:
    return run if isinstance(run, str) else run.printed
