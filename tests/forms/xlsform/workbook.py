"""Sheets written as people read them: a heading line, and cells with | between them."""

from __future__ import annotations

from typing import Any

from forms.definition import Form
from forms.loading import parse_form
from forms.xlsform.importing import Imported, import_xlsform
from forms.xlsform.sheets import Row, Sheet, Sheets


def sheet(text: str) -> Sheet:
    """A sheet of lines; the first one is the header."""
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return Sheet(
        tuple(header),
        tuple(
            Row(number, {head: cell for head, cell in zip(header, row, strict=False) if cell})
            for number, row in enumerate(rows, 2)
        ),
    )


def book(survey: str, **others: str) -> dict[str, Sheet]:
    """A workbook with the sheet `survey`, and others by name."""
    return {"survey": sheet(survey), **{name: sheet(text) for name, text in others.items()}}


def taken(sheets: Sheets, vocabularies: dict[str, Any] | None = None) -> Form:
    """The form that a workbook is."""
    found = import_xlsform(sheets, vocabularies or {}, name="visit")
    assert isinstance(found, Imported), [str(remark) for remark in found]
    form = parse_form(found.text, vocabularies or {})
    assert isinstance(form, Form), form
    return form


def told(sheets: Sheets, vocabularies: dict[str, Any] | None = None) -> list[str]:
    """What is remarked of a workbook that comes in."""
    found = import_xlsform(sheets, vocabularies or {}, name="visit")
    assert isinstance(found, Imported), [str(remark) for remark in found]
    return [str(remark) for remark in found.remarks]


def refused(sheets: Sheets, vocabularies: dict[str, Any] | None = None) -> list[str]:
    """Why a workbook does not come in."""
    found = import_xlsform(sheets, vocabularies or {}, name="visit")
    assert isinstance(found, tuple)
    return [str(remark) for remark in found]
