"""Which form is kept in step with which shared sheet, by the office's settings."""

from __future__ import annotations

from sqlalchemy import Connection, select

from forms.definition import Form
from records.catalogue import Catalogue
from records.tables import units
from sync.backends.base import backend
from sync.layout import layout_of
from sync.round import Pair
from webapp.settings import Settings


def pair_name(form: Form) -> str:
    """What the binding of a form is called."""
    return f"shared/{form.id}"


def pairs(conn: Connection, catalogue: Catalogue, settings: Settings) -> dict[str, Pair]:
    """Every form that has a `sheet:`, with its sheet; one workbook for each form."""
    kind = backend(settings.sheets.kind)
    root = conn.execute(select(units.c.id).order_by(units.c.position, units.c.id).limit(1)).scalar() or ""
    found: dict[str, Pair] = {}
    for form_id, published in catalogue.newest.items():
        layout = layout_of(published.form)
        if layout is None:
            continue
        place = kind.Settings(path=str(settings.sheets.folder / "{tab}.xlsx"))
        sheet = kind.open_sheet(place, layout)
        found[form_id] = Pair(pair_name(published.form), form_id, sheet, settings.area, root)
    return found
