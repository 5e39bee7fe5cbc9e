"""Finding records and people while typing, for links."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response, jsonify, request

from records.ledger import Ledger
from records.listing import Query, find
from records.model import Submission
from records.people import all_people
from webapp import guards
from webapp.guards import site

views = Blueprint("find", __name__)

_MOST = 20


@views.get("/find/<form_id>")
def get_records(form_id: str) -> Response:
    """Records of a form whose words contain what was typed, as far as the person may see them.

    `value` is what a link question takes: the title where it tells the record apart from every other, also from
    those the person may not see, else its id.
    """
    with site().reading() as ledger:
        form = ledger.catalogue[form_id].form
        query = Query(search=request.args.get("q", ""), sort="title", per_page=_MOST)
        found = find(ledger, form, guards.actor(), query).items
        return jsonify(
            [{"id": item.id, "value": _telling(ledger, form_id, item), "label": item.title} for item in found]
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


def _telling(ledger: Ledger, form_id: str, item: Submission) -> str:
    """What leads to this record alone when a form is read: its title, or its id when another has the same title."""
    return item.title if ledger.lookup.find_records(form_id, item.title) == [item.id] else item.id
