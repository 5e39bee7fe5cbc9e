from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.webapp.office import HAZARD, SignIn, Visitor
from webapp.intake import LARGEST_BODY, LARGEST_TABLE, MOST_VALUES

#: Something for every part of an address.
PARTS = {
    "form_id": "hazard",
    "submission_id": "1M80FPM80AEHDX7BCC",
    "name": "assign",
    "kind": "xlsx",
    "number": 0,
    "person_id": "clerk",
    "lane": "mail",
    "filename": "page.css",
}


def addresses(app: Flask, method: str) -> Iterator[str]:
    """An address of every page that answers `method`."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method in (rule.methods or set()):
                yield address(app, rule)


def address(app: Flask, rule: Rule) -> str:
    parts = {name: PARTS.get(name, "1") for name in rule.arguments}
    return str(app.url_map.bind("localhost").build(rule.endpoint, parts))


def test_every_answer_says_what_a_browser_must_not_do(app: Flask, as_admin: Visitor) -> None:
    nonces = set()
    for path in [*addresses(app, "GET"), "/nowhere"]:
        headers = as_admin.get(path).headers
        policy = headers["Content-Security-Policy"]
        nonces.add(re.findall(r"'nonce-([^']+)'", policy)[0])
        assert "default-src 'self'" in policy
        framed = re.fullmatch("/office/forms/[a-z_0-9]+/preview", path)  # the editor shows there how a form looks
        ancestors = "'self'" if framed else "'none'"
        assert f"frame-ancestors {ancestors}" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert path.startswith("/static/") or headers["Cache-Control"] == "no-store"
    assert len(nonces) > 15


def test_the_cookie_is_not_for_scripts_nor_for_other_sites(visitor: Visitor) -> None:
    cookie = visitor.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_https_the_cookie_and_the_browser_stay_there(app: Flask, visitor: Visitor) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    answer = visitor.get("/sign-in")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_nothing_is_changed_without_the_page_s_token(app: Flask, as_admin: Visitor) -> None:
    for path in addresses(app, "POST"):
        answer = as_admin.client.post(path, data={"name": "clerk"})
        assert answer.status_code == 400, path
        if path.startswith("/api/"):
            assert answer.get_json()["error"] == "session.token"
        else:
            assert "这一页放得太久" in answer.text


def test_nothing_but_the_door_is_open_to_whoever_has_not_signed_in(app: Flask, visitor: Visitor) -> None:
    for path in addresses(app, "GET"):
        if path in ("/sign-in", "/api/session", "/bulletin.css") or path.startswith("/static/"):
            continue
        answer = visitor.get(path)
        assert answer.status_code == (401 if path.startswith("/api/") else 302), path
        assert path.startswith("/api/") or answer.location.startswith("/sign-in"), path


def test_a_problem_is_a_page_for_people_and_json_for_programs(as_clerk: Visitor) -> None:
    page = as_clerk.get("/f/nothing")
    assert page.status_code == 404
    assert "没有“nothing”这张表单，或已停用" in page.text
    program = as_clerk.get("/f/nothing", Accept="application/json")
    assert program.get_json() == {"error": "form.unknown", "sentence": "没有“nothing”这张表单，或已停用"}
    english = as_clerk.get("/nowhere", **{"Accept-Language": "en"})
    assert "There is no such page" in english.text


def test_a_wrong_method_says_which_are_right(as_clerk: Visitor) -> None:
    answer = as_clerk.get("/sign-out")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"


def test_too_much_is_refused_before_it_is_read(as_clerk: Visitor) -> None:
    token = as_clerk.token()
    body = {"csrf_token": token, "desc": "火" * LARGEST_BODY}
    answer = as_clerk.client.post("/f/hazard/new", data=body)
    assert answer.status_code == 413
    assert "超过 2 MB" in answer.text
    table = as_clerk.client.post("/f/hazard/import", data={"csrf_token": token, "x": "a" * (LARGEST_TABLE + 1)})
    assert "超过 20 MB" in table.text


def test_thousands_of_values_are_refused(as_clerk: Visitor) -> None:
    token = as_clerk.token()
    many = "&".join(f"q{number}=1" for number in range(MOST_VALUES))
    answer = as_clerk.client.post(
        "/f/hazard/new", data=f"csrf_token={token}&{many}", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    some = "&".join(f"q{number}=1" for number in range(2000))
    answer = as_clerk.client.post(
        "/f/hazard/new", data=f"csrf_token={token}&{some}", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/f/hazard?q=%00", "/find/hazard?q=%00", "/r/%00", "/f/%00/new", "/sign-in?next=%00"])
def test_what_no_database_takes_is_refused_at_the_door(as_clerk: Visitor, path: str) -> None:
    answer = as_clerk.get(path)
    assert answer.status_code == 400
    assert "不能保存的字符" in answer.text


def test_a_body_that_is_not_utf_8_stores_nothing(as_clerk: Visitor) -> None:
    sent = f"csrf_token={as_clerk.token()}&place=".encode() + "三号车间".encode("gb18030")
    answer = as_clerk.client.post("/f/hazard/new", data=sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "不是 UTF-8 编码" in answer.text
    assert "0 条" in as_clerk.get("/f/hazard").text


def test_a_form_in_percent_encoded_gbk_is_refused_in_words(as_clerk: Visitor) -> None:
    sent = {**HAZARD, "csrf_token": as_clerk.token()}
    body = urlencode(sent, encoding="gbk")
    answer = as_clerk.client.post("/f/hazard/new", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "不是 UTF-8 编码" in answer.text
    assert "0 条" in as_clerk.get("/f/hazard").text


def test_a_form_in_parts_in_gbk_is_refused_in_words(as_clerk: Visitor) -> None:
    pairs = {name: text.encode("gbk") for name, text in {**HAZARD, "csrf_token": as_clerk.token()}.items()}
    part = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = b"".join(part % (name.encode(), text) for name, text in pairs.items()) + b"--b--\r\n"
    answer = as_clerk.client.post("/f/hazard/new", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 400
    assert "不是 UTF-8 编码" in answer.text
    assert "0 条" in as_clerk.get("/f/hazard").text


def test_an_address_in_gbk_is_refused_and_one_in_utf_8_is_not(as_clerk: Visitor) -> None:
    assert as_clerk.get("/f/hazard?q=%B0%B2%C8%AB").status_code == 400
    assert as_clerk.get("/f/hazard?q=%E5%AE%89+%EF%BF%BD&sort=").status_code == 200


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data", "application/json; charset=utf-7", "x/y;;=", "火"]
)
def test_a_strange_content_type_is_no_form(as_clerk: Visitor, kind: str) -> None:
    answer = as_clerk.client.post(
        "/f/hazard/new", data=b"a=b", headers={"Content-Type": kind.encode("utf-8").decode("latin-1")}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        *("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/outbox/..%2f..%2fconfig.yaml"),
        *("/r/..%2f..%2fetc%2fpasswd", "/f/../../etc/passwd", "/f/hazard/export.php", "/editions/..%2f1"),
    ],
)
def test_no_path_leads_out_of_the_house(as_admin: Visitor, path: str) -> None:
    assert as_admin.get(path).status_code == 404


def test_what_people_typed_is_words_and_never_markup(sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    evil = '"><script>alert(1)</script>{{7*7}}'
    record = clerk.store("hazard", {**HAZARD, "place": evil})
    for path in (
        f"/r/{record}",
        f"/r/{record}/receipt",
        f"/r/{record}/edit",
        "/f/hazard",
        "/f/hazard?q=%22%3E%3Cscript%3E",
    ):
        page = clerk.get(path).text
        assert "<script>alert" not in page
        assert (
            "49" not in re.sub(r'nonce-?=?"?[\w-]+|419926|value="[^"]*"', "", page.partition("<main")[2])
            or "7*7" in page
        )
    refused = clerk.fill("hazard", {**HAZARD, "place": evil, "desc": ""})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text


def test_a_bug_is_told_by_its_number_and_nothing_else(app: Flask, as_clerk: Visitor) -> None:
    def broken() -> str:
        return str(1 // 0)

    app.view_functions["account.get_account"] = broken
    answer = as_clerk.get("/account")
    assert answer.status_code == 500
    assert re.search("已记下编号 [0-9a-f]{8}", answer.text)
    assert "ZeroDivisionError" not in answer.text
