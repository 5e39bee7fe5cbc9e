"""Signing in and out, and the language of the pages."""

from __future__ import annotations

import re

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from demo.accounts import Account, showcase
from kernel.sentences import Sentence, say
from records.people import NoSuchPerson, Person, get_person, password_matches, set_language
from webapp import guards
from webapp.guards import site
from webapp.throttle import Throttle, TooManyTries
from webapp.wording import LANGUAGES

views = Blueprint("session", __name__)

#: A path of this site: browsers take “//” and “/\\” for another host, and leave out tabs and line ends.
_INSIDE = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")
_NOBODY = Person("", "", "", ())


@views.get("/sign-in")
def get_sign_in() -> str:
    """The page to sign in."""
    return render_template("sign_in.html", name="", sentence=None, accounts=_demo_accounts())


@views.post("/sign-in")
def post_sign_in() -> Response | tuple[str, int]:
    """Sign in, and go where the person was going."""
    name = request.form.get("name", "").strip()
    sentence = _try(name, request.form.get("password", ""))
    if sentence:
        return render_template("sign_in.html", name=name, sentence=sentence, accounts=_demo_accounts()), 422
    return redirect(safe_target(request.form.get("next")))


@views.post("/sign-out")
def post_sign_out() -> Response:
    """Sign out."""
    guards.sign_out()
    return redirect(url_for("session.get_sign_in"))


@views.post("/language")
def post_language() -> Response:
    """Read the pages in another language, also next time."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if guards.signed_in():
            with site().database.writing() as conn:
                set_language(conn, guards.person().id, chosen)
    return redirect(safe_target(request.form.get("next")))


def safe_target(target: str | None) -> str:
    """A path of this site, never another site's address."""
    return target if target and _INSIDE.fullmatch(target) else url_for("home.get_home")


def _try(name: str, password: str) -> Sentence | None:
    """Sign `name` in, or say why not. A wrong name and a wrong password take the same time and words."""
    throttle: Throttle = current_app.extensions["throttle"]
    key = f"{name} {request.remote_addr}"
    if wait := throttle.wait(key, site().now()):
        raise TooManyTries(wait)
    with site().database.reading() as conn:
        try:
            found = get_person(conn, name)
        except NoSuchPerson:
            found = _NOBODY
    if not password_matches(found, password):
        throttle.failed(key, site().now())
        return say("登录名或密码不对")
    throttle.succeeded(key)
    guards.sign_in(found)
    return None


def _demo_accounts() -> tuple[Account, ...]:
    """Who may try the demo; read from its files once."""
    if not site().settings.demo:
        return ()
    known: dict[str, tuple[Account, ...]] = current_app.extensions
    if "accounts" not in known:
        known["accounts"] = showcase()
    return known["accounts"]
