"""Finding records and people while typing, for links."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response, jsonify, request

from records.listing import Query, find
from records.people import all_people
from webapp import guards
from webapp.guards import site

views = Blueprint("find", __name__)

_MOST = 20


@views.get("/find/<form_id>")
def get_records(form_id: str) -> Response:
    """Records of a form whose words contain what was typed, as far as the person may see them.

    `value` is what a link question takes: the title where it tells the record apart, else its id.
    """
    with site().reading() as ledger:
        form = ledger.catalogue[form_id].form
        query = Query(search=request.args.get("q", ""), sort="title", per_page=_MOST)
        found = find(ledger, form, guards.actor(), query).items
        times = Counter(item.title for item in found)
        return jsonify(
            [
                {"id": item.id, "value": item.title if times[item.title] == 1 else item.id, "label": item.title}
                for item in found
            ]
        )


@views.get("/people")
def get_people() -> Response:
    """People of the person's units whose name contains what was typed; `value` as above."""
    words = request.args.get("q", "").strip()
    units = guards.actor().units
    with site().reading() as ledger:
        everybody = all_people(ledger.conn)
        times = Counter(item.name for item in everybody)
        found = [item for item in everybody if words in item.name and item.unit_id in units]
        return jsonify(
            [
                {
                    "id": item.id,
                    "value": item.name if times[item.name] == 1 else item.id,
                    "label": f"{item.name} · {ledger.lookup.unit_name(item.unit_id)}",
                }
                for item in found[:_MOST]
            ]
        )
