from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from records.people import set_password
from tests.conftest import HandClock
from tests.webapp.office import PASSWORD, SignIn, Visitor
from webapp.site import Site
from webapp.throttle import ADDRESS_TRIES, FREE_TRIES
from webapp.views.session import safe_target

ELSEWHERE = (
    *("//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "\\/evil.example"),
    *("javascript:alert(1)", "/\n/evil.example", "evil.example", "", "///evil.example", "/a\r\nSet-Cookie: a=b"),
)


def test_the_right_password_opens_the_first_page(visitor: Visitor) -> None:
    answer = visitor.sign_in("clerk")
    assert (answer.status_code, answer.location) == (302, "/")
    assert "李桂兰，您好" in visitor.get("/").text


@pytest.mark.parametrize(("name", "password"), [("clerk", "wrong"), ("nobody", PASSWORD), ("", ""), ("clerk", "")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(visitor: Visitor, name: str, password: str) -> None:
    answer = visitor.sign_in(name, password)
    assert answer.status_code == 422
    assert "登录名或密码不对" in answer.text


def test_whoever_was_on_the_way_somewhere_gets_there_after_signing_in(visitor: Visitor) -> None:
    sent_away = visitor.get("/f/hazard?q=%E9%9D%A2%E7%B2%89")
    assert sent_away.status_code == 302
    page = visitor.get(sent_away.location)
    assert 'value="/f/hazard?q=%E9%9D%A2%E7%B2%89"' in page.text
    sent = {"name": "clerk", "password": PASSWORD, "next": "/f/hazard?q=%E9%9D%A2%E7%B2%89"}
    assert visitor.post("/sign-in", sent).location == "/f/hazard?q=%E9%9D%A2%E7%B2%89"


def test_nobody_is_led_to_another_site(visitor: Visitor, app: Flask) -> None:
    for target in ELSEWHERE:
        with app.test_request_context():
            assert safe_target(target) == "/", target
    assert visitor.post("/sign-in", {"name": "clerk", "password": PASSWORD, "next": ELSEWHERE[0]}).location == "/"
    assert visitor.post("/language", {"language": "en", "next": ELSEWHERE[0]}).location == "/"


def test_signing_in_begins_a_new_session(visitor: Visitor) -> None:
    visitor.get("/sign-in")
    before = visitor.token()
    visitor.sign_in("clerk")
    with visitor.client.session_transaction() as session:
        assert set(session) <= {"person", "stamp", "_permanent", "csrf_token"}
    again = visitor.client.post("/language", data={"language": "en", "csrf_token": before})
    assert again.status_code == 400


def test_after_some_failures_one_has_to_wait_and_then_may_try_again(visitor: Visitor, now: HandClock) -> None:
    for _ in range(FREE_TRIES):
        assert visitor.sign_in("clerk", "wrong").status_code == 422
    waiting = visitor.sign_in("clerk")
    assert waiting.status_code == 429
    assert "15 分钟后再试" in waiting.text
    now.forward(minutes=16)
    assert visitor.sign_in("clerk").status_code == 302


def test_whoever_tries_many_names_from_one_address_has_to_wait(app: Flask, visitor: Visitor, now: HandClock) -> None:
    def tried(name: str, password: str, address: str) -> int:
        sent = {"name": name, "password": password, "csrf_token": visitor.token()}
        return visitor.client.post("/sign-in", data=sent, environ_overrides={"REMOTE_ADDR": address}).status_code

    failed_from(app, "192.0.2.1", ADDRESS_TRIES - 1, now())
    assert tried("somebody", "wrong", "192.0.2.1") == 422
    assert tried("clerk", PASSWORD, "192.0.2.1") == 429
    assert tried("clerk", PASSWORD, "192.0.2.2") == 302
    now.forward(minutes=16)
    assert tried("clerk", PASSWORD, "192.0.2.1") == 302


def test_a_proxy_on_the_machine_stands_for_everybody_and_is_no_address_of_one(
    app: Flask, visitor: Visitor, now: HandClock
) -> None:
    failed_from(app, "127.0.0.1", ADDRESS_TRIES, now())
    assert visitor.sign_in("clerk").status_code == 302


def failed_from(app: Flask, address: str, times: int, at: datetime) -> None:
    """Somebody at `address` guessed so often, each time under another name."""
    for _ in range(times):
        app.extensions["address_throttle"].failed(address, at)


def test_a_session_ends_with_the_password_it_was_begun_under(site: Site, as_clerk: Visitor) -> None:
    assert as_clerk.get("/account").status_code == 200
    with site.database.writing() as conn:
        set_password(conn, "clerk", "another password")
    assert as_clerk.get("/account").status_code == 302


def test_signing_out_ends_the_session(as_clerk: Visitor) -> None:
    assert as_clerk.post("/sign-out").location == "/sign-in"
    assert as_clerk.get("/account").status_code == 302


def test_a_forged_cookie_is_nobody(visitor: Visitor) -> None:
    visitor.client.set_cookie("taizhang", "eyJwZXJzb24iOiJhZG1pbiJ9.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert visitor.get("/account").status_code == 302


def test_the_browser_wishes_a_language_until_the_person_chooses_one(visitor: Visitor, sign_in: SignIn) -> None:
    assert "Sign in" in visitor.get("/sign-in", **{"Accept-Language": "en-GB,en;q=0.8"}).text
    assert "登录" in visitor.get("/sign-in", **{"Accept-Language": "fr"}).text
    clerk = sign_in("clerk")
    assert clerk.post("/language", {"language": "en", "next": "/account"}).location == "/account"
    assert "My account" in clerk.get("/account", **{"Accept-Language": "zh-CN"}).text
    assert "My account" in sign_in("clerk").get("/account").text
    assert clerk.post("/language", {"language": "tlh"}).status_code == 302
    assert "My account" in clerk.get("/account").text
