"""Everybody's own page: password, language, phone and email. The rest is the office's to change."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from forms.codes import email_mistake, phone_mistake
from forms.widths import half_width
from kernel.sentences import Sentence, say
from records.people import Person, all_roles, all_units, get_person, password_matches, set_contact, set_password
from webapp import guards
from webapp.guards import site
from webapp.passwords import SHORTEST, password_mistake
from webapp.throttle import Throttle, TooManyTries
from webapp.wording import LANGUAGES, language, translate

views = Blueprint("account", __name__)


@views.get("/account")
def get_account() -> str:
    """What the office knows of the person."""
    return _page(_contact(guards.person()), {})


@views.post("/account")
def post_account() -> Response | tuple[str, int]:
    """Store phone, email and language, or say what is wrong with them."""
    person = guards.person()
    typed = {name: half_width(request.form.get(name, "")) for name in ("phone", "email")}
    checks = {"phone": phone_mistake, "email": email_mistake}
    refusals = {name: wrong for name, text in typed.items() if text and (wrong := checks[name](text))}
    if refusals:
        return _page(typed, refusals), 422
    chosen = request.form.get("language")
    reads = chosen if chosen in LANGUAGES else person.language
    with site().database.writing() as conn:
        set_contact(conn, person.id, phone=typed["phone"] or None, email=typed["email"] or None, language=reads)
        changed = get_person(conn, person.id)
    session.pop("language", None)
    guards.know(changed)
    return _done(say("已保存"))


@views.post("/account/password")
def post_password() -> Response | tuple[str, int]:
    """Give the person a new password; every other session of theirs ends."""
    person = guards.person()
    refusals = _refusals_of_password(person)
    if refusals:
        return _page(_contact(person), refusals), 422
    with site().database.writing() as conn:
        set_password(conn, person.id, request.form["new"])
        changed = get_person(conn, person.id)
    guards.sign_in(changed)
    return _done(say("密码已修改"))


def _refusals_of_password(person: Person) -> dict[str, Sentence]:
    """What is wrong with the three passwords. Guessing the old one is slowed down as at the door."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    throttle: Throttle = current_app.extensions["throttle"]
    key = f"account {person.id}"
    if wait := throttle.wait(key, site().now()):
        raise TooManyTries(wait)
    if not password_matches(person, old):
        throttle.failed(key, site().now())
        return {"old": say("现在的密码不对")}
    throttle.succeeded(key)
    if mistake := password_mistake(person, new):
        return {"new": mistake}
    return {} if new == again else {"again": say("两遍填得不一样")}


def _done(sentence: Sentence) -> Response:
    flash(translate(sentence))
    return redirect(url_for("account.get_account"))


def _contact(person: Person) -> dict[str, str]:
    return {"phone": person.phone or "", "email": person.email or ""}


def _page(typed: Mapping[str, str], refusals: Mapping[str, str]) -> str:
    person = guards.person()
    with site().database.reading() as conn:
        labels = all_roles(conn)
        units = {unit.id: unit.name for unit in all_units(conn)}
    return render_template(
        "account.html",
        typed=typed,
        refusals=refusals,
        unit=units.get(person.unit_id, person.unit_id),
        roles=[labels.get(role, {}).get(language()) or labels.get(role, {}).get("zh") or role for role in person.roles],
        shortest=SHORTEST,
    )
