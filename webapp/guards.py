"""Who is asking: the signed-in person behind a request, and what every page may use."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import cast

from flask import current_app, g, request, session

from kernel.problems import Problem
from kernel.sentences import say
from records.model import Actor
from records.people import NoSuchPerson, Person, actor_of, get_person
from webapp.site import Site


class SignInFirst(Problem):
    """Nobody is signed in, or the session is over."""

    code = "session.none"
    status = 401

    def __init__(self) -> None:
        super().__init__(say("请先登录"))


def site() -> Site:
    """The installation this request is served by."""
    return cast(Site, current_app.extensions["site"])


def sign_in(person: Person) -> None:
    """Remember who is signed in. The cookie ends with the password it was made under."""
    session.clear()
    session["person"] = person.id
    session["stamp"] = _stamp(person)
    session.permanent = True


def know(person: Person) -> None:
    """For the rest of this request the signed-in person is as just stored."""
    g.person = person


def sign_out() -> None:
    """Forget who is signed in."""
    session.clear()


def load_person() -> None:
    """Find the person of the session, before each request."""
    g.person, g.actor = None, None
    person_id = session.get("person")
    if not person_id or request.endpoint == "static":
        return
    with site().database.reading() as conn:
        try:
            person = get_person(conn, person_id)
        except NoSuchPerson:
            session.clear()
            return
        if not hmac.compare_digest(str(session.get("stamp")), _stamp(person)):
            session.clear()
            return
        g.person, g.actor = person, actor_of(conn, person)


def person() -> Person:
    """The signed-in person. Raises `SignInFirst`."""
    if g.person is None:
        raise SignInFirst
    return cast(Person, g.person)


def actor() -> Actor:
    """The signed-in person as somebody who acts. Raises `SignInFirst`."""
    if g.actor is None:
        raise SignInFirst
    return cast(Actor, g.actor)


def _stamp(person: Person) -> str:
    return sha256((person.password_hash or "").encode()).hexdigest()[:16]


def signed_in() -> bool:
    """Whether somebody is signed in."""
    return g.get("person") is not None
