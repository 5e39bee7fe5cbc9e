"""Signing in and out, and the language of the pages."""

from __future__ import annotations

import re
from typing import cast

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
#: Where a proxy on this machine comes from.
_PROXIES = frozenset({"", "127.0.0.1", "::1"})
_NOBODY = Person("", "", "", ())


@views.get("/sign-in")
def get_sign_in() -> str:
    """The page to sign in."""
    return render_template(
        "sign_in.html", name="", sentence=None, accounts=_demo_accounts(), left=session.pop("left", None)
    )


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
    """Sign out; the next page clears this person's drafts from the browser, which others may use."""
    left = guards.person().id if guards.signed_in() else None
    guards.sign_out()
    if left:
        session["left"] = left
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
    tries = _tries(name)
    if wait := max(throttle.wait(key, site().now()) for throttle, key in tries):
        raise TooManyTries(wait)
    with site().database.reading() as conn:
        try:
            found = get_person(conn, name)
        except NoSuchPerson:
            found = _NOBODY
    if not password_matches(found, password):
        for throttle, key in tries:
            throttle.failed(key, site().now())
        return say("登录名或密码不对")
    of_name, key = tries[0]  # one right password does not make an address that tries many names a good one
    of_name.succeeded(key)
    guards.sign_in(found)
    return None


def _tries(name: str) -> list[tuple[Throttle, str]]:
    """What is counted: this name from this address, then the address, unless a proxy stands there for everybody."""
    address = request.remote_addr or ""
    counted = [(cast(Throttle, current_app.extensions["throttle"]), f"{name} {address}")]
    if address not in _PROXIES:
        counted.append((cast(Throttle, current_app.extensions["address_throttle"]), address))
    return counted


def _demo_accounts() -> tuple[Account, ...]:
    """Who may try the demo; read from its files once."""
    if not site().settings.demo:
        return ()
    known: dict[str, tuple[Account, ...]] = current_app.extensions
    if "accounts" not in known:
        known["accounts"] = showcase()
    return known["accounts"]
