"""What waits for the signed-in person, the most urgent first."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from records.model import Door
from records.worklists import waiting_for
from webapp import guards
from webapp.guards import site

views = Blueprint("worklist", __name__)


@views.get("/waiting")
def get_waiting() -> str:
    """Every record that waits for the person, or those of one form (`?form=hazard`)."""
    occasion = site().occasion(guards.actor(), Door.WEB)
    with site().reading() as ledger:
        form_id = request.args.get("form") or None
        page = request.args.get("page", 1, type=int)
        found = waiting_for(ledger, occasion, form_id=form_id, page=page)
        forms = {name: published.form for name, published in ledger.catalogue.newest.items() if name in found.of_forms}
        units = {item.submission.unit_id: ledger.lookup.unit_name(item.submission.unit_id) for item in found.items}
    return render_template("waiting.html", found=found, forms=forms, chosen=form_id, units=units)
