"""Looking after the office: forms and what is wrong with them, people and units, work behind the scenes."""

from __future__ import annotations

import platform
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.access import ADMINISTRATOR
from forms.definition import Form
from forms.folder import Folder
from kernel.problems import Forbidden, Unprocessable
from kernel.sentences import say
from records import queue
from records.catalogue import advisable, retire, unpublishable, unpublished
from records.drafts import all_drafts
from records.ledger import Ledger
from records.people import (
    NoSuchPerson,
    Person,
    all_people,
    all_roles,
    all_units,
    bring_back,
    get_person,
    retire_person,
    retired_people,
    set_password,
)
from records.retired import retired_forms
from records.spans import all_spans
from webapp import guards
from webapp.definitions import office_folder
from webapp.guards import site
from webapp.passwords import SHORTEST, password_mistake
from webapp.permission import staff_only
from webapp.views.session import safe_target
from webapp.wording import translate

views = Blueprint("office", __name__, url_prefix="/office")
views.before_request(staff_only)


class AdministratorsOnly(Forbidden):
    """An administrator's password is set, and an administrator retired, by an administrator."""

    code = "access.administrators_only"

    def __init__(self) -> None:
        super().__init__(say("管理员的密码和账号只能由管理员来管"))


class NotOneself(Unprocessable):
    """Whoever retired themselves could not take it back."""

    code = "person.oneself"

    def __init__(self) -> None:
        super().__init__(say("不能停用自己，请让另一位管理员来办"))


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form as the page lists it: as it is served, and how its file stands to that."""

    id: str
    form: Form
    #: None: not served yet.
    version: int | None
    #: same, changed, new (not served yet), wrong (its file has a mistake), gone (it has no file).
    file: Literal["same", "changed", "new", "wrong", "gone"]


@views.get("")
def get_office() -> str:
    """Everything at a glance."""
    folder = office_folder(site().settings)
    with site().reading() as ledger:
        return render_template(
            "office.html",
            issues=[*folder.issues, *unpublishable(ledger.conn, folder)],
            remarks=advisable(ledger.conn, folder),
            forms=_form_lines(ledger, folder),
            retired_forms=retired_forms(ledger.conn),
            lanes=queue.waiting(ledger.conn),
            unit_names={unit.id: unit.name for unit in all_units(ledger.conn)},
            people=all_people(ledger.conn),
            retired_people=retired_people(ledger.conn),
            roles=all_roles(ledger.conn),
            spans=all_spans(ledger.conn),
            today=site().now().date(),
            facts=_facts(site().now()),
            is_designer=ADMINISTRATOR in guards.actor().roles,
            drafts=all_drafts(ledger.conn),
            may_look_after=may_look_after,
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
        _require_looking_after(person)
        mistake = password_mistake(person, password)
        if mistake is None:
            set_password(conn, person_id, password)
    flash(translate(mistake or say("已重设{name}的密码，请当面告诉本人", name=person.name)))
    return redirect(url_for("office.get_office"))


@views.post("/people/<person_id>/retire")
def post_retire_person(person_id: str) -> Response:
    """Let somebody who left sign in no more; what they wrote stays theirs."""
    with site().database.writing() as conn:
        person = get_person(conn, person_id)
        _require_looking_after(person)
        if person.id == guards.actor().id:
            raise NotOneself
        retire_person(conn, person_id, site().now())
    flash(translate(say("已停用{name}，现在起不能登录；填过的都还在", name=person.name)))
    return redirect(url_for("office.get_office"))


@views.post("/people/<person_id>/back")
def post_bring_back(person_id: str) -> Response:
    """Let somebody who had left sign in again."""
    with site().database.writing() as conn:
        person = next((person for person in retired_people(conn) if person.id == person_id), None)
        if person is None:
            raise NoSuchPerson(person_id)
        _require_looking_after(person)
        bring_back(conn, person_id)
    flash(translate(say("已恢复{name}，可以用原来的密码登录", name=person.name)))
    return redirect(url_for("office.get_office"))


def may_look_after(person: Person) -> bool:
    """Whether the signed-in member of the staff may: an administrator is another administrator's to look after."""
    return ADMINISTRATOR not in person.roles or ADMINISTRATOR in guards.actor().roles


def _require_looking_after(person: Person) -> None:
    if not may_look_after(person):
        raise AdministratorsOnly


def _form_lines(ledger: Ledger, folder: Folder) -> list[FormLine]:
    """Every form that is served, and every one that waits in the folder to be."""
    served, waiting = ledger.catalogue.newest, unpublished(ledger.conn, folder)
    files = {path.stem for path in site().settings.forms.rglob("*.yaml")}
    lines = []
    for form_id, published in served.items():
        known: Literal["same", "changed"] = "changed" if form_id in waiting else "same"
        lost: Literal["wrong", "gone"] = "wrong" if form_id in files else "gone"
        file = known if form_id in folder.forms else lost
        lines.append(FormLine(form_id, published.form, published.version, file))
    fresh = [form_id for form_id in waiting if form_id not in served]
    return lines + [FormLine(form_id, folder.forms[form_id], None, "new") for form_id in fresh]


def _facts(now: datetime) -> dict[str, str]:
    return {
        "now": now.strftime("%Y-%m-%d %H:%M"),
        "database": site().database.engine.dialect.name,
        "sqlite": sqlite3.sqlite_version,
        "python": platform.python_version(),
    }
