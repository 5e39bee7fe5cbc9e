"""Finding records and people while typing, for links."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from records.listing import Query, find
from records.people import all_people
from webapp import guards
from webapp.guards import site

views = Blueprint("find", __name__)

_MOST = 20


@views.get("/find/<form_id>")
def get_records(form_id: str) -> Response:
    """Records of a form whose words contain what was typed, as far as the person may see them."""
    with site().reading() as ledger:
        form = ledger.catalogue[form_id].form
        query = Query(search=request.args.get("q", ""), sort="title", per_page=_MOST)
        found = find(ledger, form, guards.actor(), query)
        return jsonify([{"id": item.id, "title": item.title} for item in found.items])


@views.get("/people")
def get_people() -> Response:
    """People of the person's units whose name contains what was typed."""
    words = request.args.get("q", "").strip()
    units = guards.actor().units
    with site().reading() as ledger:
        found = [item for item in all_people(ledger.conn) if words in item.name and item.unit_id in units]
        return jsonify(
            [
                {"id": item.id, "title": item.name, "unit": ledger.lookup.unit_name(item.unit_id)}
                for item in found[:_MOST]
            ]
        )
