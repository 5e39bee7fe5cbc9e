"""For programs: sign in, send a filled form, read a record. The same rules, permissions and reader as the pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_wtf.csrf import generate_csrf

from kernel.problems import Problem
from kernel.sentences import say
from records.listing import get
from records.model import Accepted, Door, Submission
from records.submit import Entry
from webapp import guards
from webapp.guards import site
from webapp.views.fill import send
from webapp.wording import translate

views = Blueprint("api", __name__, url_prefix="/api")


class NotJson(Problem):
    """The body is not a JSON object of the form {"instance_id": …, "answers": {…}}."""

    code = "request.not_json"

    def __init__(self) -> None:
        super().__init__(say('请发送 JSON：{"instance_id": "…", "answers": {…}}'))


@views.get("/session")
def get_session() -> Response:
    """Who is signed in, and the token to send as X-CSRFToken with every change."""
    who = guards.person() if guards.signed_in() else None
    return jsonify(person=who.id if who else None, token=generate_csrf())


@views.post("/f/<form_id>")
def post_submission(form_id: str) -> tuple[Response, int]:
    """Store a filled form: 201 new, 200 the same as before, 422 with every refusal by place."""
    actor = guards.actor()
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("answers"), dict) or not body.get("instance_id"):
        raise NotJson
    outcome = send(form_id, Entry(body["answers"], str(body["instance_id"]), site().occasion(actor, Door.API)))
    if isinstance(outcome, Accepted):
        return jsonify(_submission(outcome.submission)), 200 if outcome.repeated else 201
    return jsonify(
        error="submission.refused", refusals={place: translate(why) for place, why in outcome.refusals.items()}
    ), 422


@views.get("/r/<submission_id>")
def get_submission(submission_id: str) -> Response:
    """One record as it is now."""
    actor = guards.actor()
    with site().reading() as ledger:
        return jsonify(_submission(get(ledger, actor, submission_id)))


def _submission(submission: Submission) -> dict[str, Any]:
    return {
        "id": submission.id,
        "form": submission.form_id,
        "version": submission.form_version,
        "revision": submission.revision,
        "state": submission.state,
        "title": submission.title,
        "answers": submission.answers,
        "changed_at": submission.changed_at.isoformat(),
    }
