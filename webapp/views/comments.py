"""Saying something under a record."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from records.comments import comment
from records.model import Door
from webapp import guards
from webapp.guards import site

views = Blueprint("comments", __name__)


@views.post("/r/<submission_id>/comments")
def post_comment(submission_id: str) -> Response:
    """Keep what was said, for everybody who sees the record."""
    occasion, text = site().occasion(guards.actor(), Door.WEB), request.form.get("text", "")
    site().attempt(lambda ledger: comment(ledger, submission_id, text, occasion))
    return redirect(url_for("records.get_record", submission_id=submission_id, _anchor="remarks"))
