"""For programs: sign in, send a filled form, read a record. The same rules, permissions and reader as the pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_wtf.csrf import generate_csrf

from kernel.problems import Problem
from kernel.sentences import say
from records.ledger import Ledger
from records.listing import get
from records.model import Accepted, Door, Submission
from records.seeing import Seeing
from records.submit import Entry
from webapp import guards
from webapp.guards import site
from webapp.intake import require_storable
from webapp.views.fill import INSTANCE, send
from webapp.wording import translate

views = Blueprint("api", __name__, url_prefix="/api")


class NotJson(Problem):
    """The body is not a JSON object of the form {"instance_id": …, "answers": {…}}."""

    code = "request.not_json"

    def __init__(self) -> None:
        super().__init__(say('请发送 JSON：{"instance_id": "…", "answers": {…}}'))


class BadInstance(Problem):
    """An instance_id is 8 to 100 letters, digits, points, colons, dashes or underlines: a UUID is best."""

    code = "request.instance_id"

    def __init__(self) -> None:
        super().__init__(say("instance_id 应是 8 到 100 个字母、数字、点、冒号或横线，建议用 UUID"))


class BadVersion(Problem):
    """A version is a whole number from 1: the one that the form had when it was fetched."""

    code = "request.version"

    def __init__(self) -> None:
        super().__init__(say("version 应是正整数：取表单时它的版本号；不写就按最新的一版"))


@views.get("/session")
def get_session() -> Response:
    """Who is signed in, and the token to send as X-CSRFToken with every change."""
    who = guards.person() if guards.signed_in() else None
    return jsonify(person=who.id if who else None, token=generate_csrf())


@views.post("/f/<form_id>")
def post_submission(form_id: str) -> tuple[Response, int]:
    """Store a filled form: 201 new, 200 the same as before, 422 with every refusal by place."""
    actor = guards.actor()
    answers, instance_id, version = _sent()
    outcome = send(form_id, Entry(answers, instance_id, site().occasion(actor, Door.API), form_version=version))
    if isinstance(outcome, Accepted):
        with site().reading() as ledger:
            return jsonify(_submission(ledger, outcome.submission)), 200 if outcome.repeated else 201
    return jsonify(
        error="submission.refused", refusals={place: translate(why) for place, why in outcome.refusals.items()}
    ), 422


@views.get("/r/<submission_id>")
def get_submission(submission_id: str) -> Response:
    """One record as it is now."""
    actor = guards.actor()
    with site().reading() as ledger:
        return jsonify(_submission(ledger, get(ledger, actor, submission_id)))


def _sent() -> tuple[dict[str, Any], str, int | None]:
    """The answers, the instance id and the form's version (none: the newest) of the body.

    Raises `NotJson`, `BadInstance`, `BadVersion`, `Unstorable`.
    """
    try:
        body = request.get_json(silent=True)
    except RecursionError as error:
        raise NotJson from error
    if not isinstance(body, dict) or not isinstance(body.get("answers"), dict):
        raise NotJson
    instance_id = body.get("instance_id")
    if not isinstance(instance_id, str) or not INSTANCE.fullmatch(instance_id):
        raise BadInstance
    require_storable(body["answers"])
    version = body.get("version")
    if version is not None and (type(version) is not int or version < 1):
        raise BadVersion
    return body["answers"], instance_id, version


def _submission(ledger: Ledger, submission: Submission) -> dict[str, Any]:
    """A record as the person may see it: an answer among `masked` is not what was answered but what may be seen."""
    seeing = Seeing(ledger, guards.actor())
    answers = seeing.answers(submission)
    return {
        "id": submission.id,
        "form": submission.form_id,
        "version": submission.form_version,
        "revision": submission.revision,
        "state": submission.state,
        "title": submission.title,
        "answers": answers,
        "masked": sorted(seeing.eyes(submission).masked & answers.keys()),
        "changed_at": submission.changed_at.astimezone(site().settings.zone).isoformat(),
    }
