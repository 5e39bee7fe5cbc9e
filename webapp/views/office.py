"""Looking after the office: forms and what is wrong with them, people and units, work behind the scenes."""

from __future__ import annotations

import platform
import sqlite3
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.access import ADMINISTRATOR
from forms.folder import load_folder
from kernel.problems import Forbidden
from kernel.sentences import say
from records import queue
from records.catalogue import retire, unpublishable
from records.people import Person, all_people, all_roles, all_units, get_person, set_password
from webapp import guards
from webapp.guards import site
from webapp.passwords import SHORTEST, password_mistake
from webapp.permission import staff_only
from webapp.views.session import safe_target
from webapp.wording import translate

views = Blueprint("office", __name__, url_prefix="/office")
views.before_request(staff_only)


class AdministratorsOnly(Forbidden):
    """An administrator's password is set by an administrator."""

    code = "access.administrators_only"

    def __init__(self) -> None:
        super().__init__(say("管理员的密码只能由管理员重设"))


@views.get("")
def get_office() -> str:
    """Everything at a glance."""
    folder = load_folder(site().settings.forms)
    with site().reading() as ledger:
        issues = [*folder.issues, *unpublishable(ledger.conn, folder)]
        return render_template(
            "office.html",
            folder=replace(folder, issues=issues),
            served=ledger.catalogue.newest,
            lanes=queue.waiting(ledger.conn),
            unit_names={unit.id: unit.name for unit in all_units(ledger.conn)},
            people=all_people(ledger.conn),
            roles=all_roles(ledger.conn),
            facts=_facts(site().now()),
            may_set_password=may_set_password,
            shortest=SHORTEST,
        )


@views.post("/publish")
def post_publish() -> Response:
    """Publish what changed in the folder of forms."""
    site().publish_forms(guards.actor().id)
    return redirect(url_for("office.get_office"))


@views.post("/retire/<form_id>")
def post_retire(form_id: str) -> Response:
    """Serve a form no more; its records stay."""
    with site().database.writing() as conn:
        retire(conn, form_id, site().now())
    return redirect(url_for("office.get_office"))


@views.post("/lanes/<path:lane>")
def post_lane(lane: str) -> Response:
    """Try again what was given up in a lane."""
    with site().database.writing() as conn:
        queue.reopen(conn, lane, site().now())
    site().wake()
    return redirect(safe_target(request.form.get("next")))


@views.post("/people/<person_id>/password")
def post_password(person_id: str) -> Response:
    """Give somebody a new password; their sessions end."""
    password = request.form.get("password", "")
    with site().database.writing() as conn:
        person = get_person(conn, person_id)
        if not may_set_password(person):
            raise AdministratorsOnly
        mistake = password_mistake(person, password)
        if mistake is None:
            set_password(conn, person_id, password)
    flash(translate(mistake or say("已重设{name}的密码，请当面告诉本人", name=person.name)))
    return redirect(url_for("office.get_office"))


def may_set_password(person: Person) -> bool:
    """Whether the signed-in member of the staff may: an administrator's password is another administrator's to set."""
    return ADMINISTRATOR not in person.roles or ADMINISTRATOR in guards.actor().roles


def _facts(now: datetime) -> dict[str, str]:
    return {
        "now": now.strftime("%Y-%m-%d %H:%M"),
        "database": site().database.engine.dialect.name,
        "sqlite": sqlite3.sqlite_version,
        "python": platform.python_version(),
    }
