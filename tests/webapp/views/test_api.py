from __future__ import annotations

import json
import uuid

from werkzeug.test import TestResponse

from tests.webapp.office import HAZARD, Visitor


def send(visitor: Visitor, body: object, path: str = "/api/f/hazard") -> TestResponse:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"X-CSRFToken": visitor.token(), "Content-Type": "application/json"}
    return visitor.client.post(path, data=content, headers=headers)


def test_a_program_stores_a_filled_form_once(as_clerk: Visitor) -> None:
    body = {"instance_id": str(uuid.uuid4()), "answers": HAZARD}
    first = send(as_clerk, body)
    assert first.status_code == 201
    record = first.get_json()
    assert record["answers"]["place"] == HAZARD["place"]
    assert send(as_clerk, body).status_code == 200
    assert as_clerk.get(f"/api/r/{record['id']}").get_json() == record


def test_a_program_is_told_every_refusal_by_place(as_clerk: Visitor) -> None:
    rows = [{"extend_reason": "等配件"}, {"extend_reason": 1, "zz": None}, 7]
    answers = {**HAZARD, "desc": "短", "extend": rows[:2], "nothing": 1}
    refused = send(as_clerk, {"instance_id": str(uuid.uuid4()), "answers": answers})
    assert refused.status_code == 422
    assert {"desc", "extend.0.new_deadline", "extend.1.zz", "nothing"} <= refused.get_json()["refusals"].keys()


def test_whatever_a_program_sends_is_answered_in_order(as_clerk: Visitor) -> None:
    instance = str(uuid.uuid4())
    strange: object
    for strange in (None, 1.5, True, [], {}, [1], {"a": 1}, [[1]], 10**400, 1e308, "x" * 30_000, [{"x": [{}]}]):
        answers: dict[str, object] = {
            **HAZARD,
            "place": strange,
            "level": strange,
            "found_at": strange,
            "fund": strange,
            "extend": strange,
        }
        assert send(as_clerk, {"instance_id": instance, "answers": answers}).status_code == 422, strange
    for number in (b"NaN", b"Infinity", b"-1e999"):
        body = b'{"instance_id": "%s", "answers": {"fund": %s}}' % (instance.encode(), number)
        assert send(as_clerk, body).status_code == 422
    for text in ("\x00", "\ud800"):
        sent = {"instance_id": instance, "answers": {**HAZARD, "extend": [{"extend_reason": text}]}}
        assert send(as_clerk, sent).get_json()["error"] == "request.characters"


def test_a_program_that_sends_more_values_than_any_form_has_is_refused_at_once(as_clerk: Visitor) -> None:
    for many in ({f"a{number}": 1 for number in range(25_000)}, {"extend": [{"extend_reason": "x"}] * 15_000}):
        refused = send(as_clerk, {"instance_id": str(uuid.uuid4()), "answers": many})
        assert (refused.status_code, refused.get_json()["error"]) == (413, "request.too_many_values")


def test_what_is_not_the_right_json_is_refused(as_clerk: Visitor) -> None:
    for body in (b"", b"{", b"[]", b"null", b'{"answers": {}}', b"[" * 100_000, b"\xff", b"9" * 9999):
        answer = send(as_clerk, body)
        assert answer.status_code == 400, body[:9]
        assert answer.get_json()["error"] in ("request.not_json", "request.instance_id")
    for name in (1, None, "", "short", "one-tap/cg/2026-11-22", "a" * 200, ["a" * 10]):
        answer = send(as_clerk, {"instance_id": name, "answers": HAZARD})
        assert answer.get_json()["error"] == "request.instance_id"


def test_a_program_needs_a_session_and_its_token(visitor: Visitor, as_clerk: Visitor) -> None:
    assert visitor.get("/api/session").get_json()["person"] is None
    assert send(visitor, {"instance_id": str(uuid.uuid4()), "answers": HAZARD}).status_code == 401
    answer = as_clerk.client.post("/api/f/hazard", json={"instance_id": str(uuid.uuid4()), "answers": HAZARD})
    assert (answer.status_code, answer.get_json()["error"]) == (400, "session.token")
    assert as_clerk.get("/api/session").get_json()["person"] == "clerk"
    assert send(as_clerk, {"instance_id": str(uuid.uuid4()), "answers": {}}, "/api/f/nothing").status_code == 404
