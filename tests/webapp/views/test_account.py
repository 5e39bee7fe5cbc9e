from __future__ import annotations

from dataclasses import replace

from flask import Flask, request

from records.people import get_person, save_people
from tests.webapp.office import PASSWORD, SignIn, Visitor
from webapp.site import Site
from webapp.throttle import FREE_TRIES

NEW = "shan qing shui xiu"


def test_everybody_finds_an_own_page_behind_the_name_in_the_bar(as_clerk: Visitor) -> None:
    assert '<a class="name" href="/account" title="我的账号">李桂兰</a>' in as_clerk.get("/").text
    page = as_clerk.get("/account").text
    for words in ("李桂兰", "clerk", "城关镇", "乡镇"):
        assert words in page


def test_phone_email_and_language_are_one_s_own_to_change(as_clerk: Visitor, site: Site) -> None:
    sent = {"phone": "１３９０００００００１", "email": "li@example.cn", "language": "en"}
    assert as_clerk.post("/account", sent).status_code == 302
    page = as_clerk.get("/account").text
    assert "Saved" in page
    assert 'value="13900000001"' in page
    with site.database.reading() as conn:
        person = get_person(conn, "clerk")
    assert (person.phone, person.email, person.language) == ("13900000001", "li@example.cn", "en")
    assert (person.roles, person.unit_id) == (("town",), "cg")
    as_clerk.post("/account", {"phone": "", "email": "", "language": "tlh", "roles": "administrator", "unit_id": "aw"})
    with site.database.reading() as conn:
        person = get_person(conn, "clerk")
    assert (person.phone, person.email, person.language, person.roles) == (None, None, "en", ("town",))


def test_what_the_office_changes_meanwhile_is_not_taken_back(app: Flask, site: Site) -> None:
    @app.before_request
    def move_the_clerk() -> None:
        if request.path == "/account" and request.method == "POST":
            with site.database.writing() as conn:
                save_people(conn, [replace(get_person(conn, "clerk"), unit_id="dh", roles=())])

    clerk = Visitor(app)
    clerk.sign_in("clerk")
    assert clerk.post("/account", {"phone": "13900000001"}).status_code == 302
    with site.database.reading() as conn:
        person = get_person(conn, "clerk")
    assert (person.phone, person.unit_id, person.roles) == ("13900000001", "dh", ())


def test_a_wrong_phone_or_email_is_told_and_kept(as_clerk: Visitor) -> None:
    answer = as_clerk.post("/account", {"phone": "12", "email": "li", "language": "zh"})
    assert answer.status_code == 422
    assert "电话应是 11 位手机号" in answer.text
    assert "邮箱应像" in answer.text
    assert 'value="12"' in answer.text


def test_a_password_is_changed_by_whoever_knows_the_old_one(as_clerk: Visitor, sign_in: SignIn) -> None:
    elsewhere = sign_in("clerk")
    assert as_clerk.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 302
    assert "密码已修改" in as_clerk.get("/account").text
    assert elsewhere.get("/account").status_code == 302
    assert elsewhere.sign_in("clerk").status_code == 422
    assert elsewhere.sign_in("clerk", NEW).status_code == 302


def test_a_password_that_cannot_be_is_refused_in_words(as_clerk: Visitor) -> None:
    for old, new, again, why in (
        ("wrong", NEW, NEW, "现在的密码不对"),
        (PASSWORD, "short", "short", "密码至少 8 位"),
        (PASSWORD, "a" * 300, "a" * 300, "密码最多 200 位"),
        (PASSWORD, "aaaaaaaaaa", "aaaaaaaaaa", "太容易猜到"),
        (PASSWORD, NEW, NEW + "x", "两遍填得不一样"),
        ("", "", "", "现在的密码不对"),
    ):
        answer = as_clerk.post("/account/password", {"old": old, "new": new, "again": again})
        assert answer.status_code == 422
        assert why in answer.text
        assert 'value="' + PASSWORD not in answer.text
    assert as_clerk.sign_in("clerk").status_code == 302


def test_the_old_password_cannot_be_guessed_in_an_open_session(as_clerk: Visitor) -> None:
    for _ in range(FREE_TRIES):
        as_clerk.post("/account/password", {"old": "guess", "new": NEW, "again": NEW})
    assert as_clerk.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 429
