"""Finding records and people while typing, for links."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from webapp import guards
from webapp.finding import find_people, find_records
from webapp.guards import site

views = Blueprint("find", __name__)


@views.get("/find/<form_id>")
def get_records(form_id: str) -> Response:
    """Records of a form whose words contain what was typed, as far as the person may see them."""
    with site().reading() as ledger:
        form = ledger.catalogue[form_id].form
        found = find_records(ledger, form, guards.actor(), request.args.get("q", ""))
        return jsonify([asdict(one) for one in found])


@views.get("/people")
def get_people() -> Response:
    """People of the person's units whose name contains what was typed."""
    with site().reading() as ledger:
        found = find_people(ledger, guards.actor(), request.args.get("q", "").strip())
        return jsonify([asdict(one) for one in found])
