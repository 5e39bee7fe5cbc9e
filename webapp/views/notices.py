"""What the signed-in person was told: reminders, steps that went by themselves or could not."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from records.model import Submission
from records.notices import count_notices, mark_read, notices_of
from records.store import load_submissions
from webapp import guards
from webapp.guards import site

views = Blueprint("notices", __name__)

_PER_PAGE = 50


@views.get("/notices")
def get_notices() -> str:
    """What the person was told, the latest first."""
    person = guards.person()
    with site().reading() as ledger:
        total = count_notices(ledger.conn, person.id)
        pages = max(1, -(-total // _PER_PAGE))
        page = min(max(1, request.args.get("page", 1, type=int)), pages)
        told = notices_of(ledger.conn, person.id, page=page, per_page=_PER_PAGE)
        records: dict[str, Submission] = load_submissions(ledger.conn, [item.subject for item in told])
        unread = count_notices(ledger.conn, person.id, unread=True)
    return render_template("notices.html", told=told, records=records, page=page, pages=pages, unread=unread)


@views.post("/notices/read")
def post_all_read() -> Response:
    """The person has read everything."""
    with site().writing() as ledger:
        mark_read(ledger.conn, guards.person().id, site().now())
    return redirect(url_for("notices.get_notices"))


@views.post("/notices/<notice_id>/read")
def post_read(notice_id: str) -> Response:
    """The person has read one thing; on to the record that it is about, or to what is owed."""
    with site().writing() as ledger:
        mark_read(ledger.conn, guards.person().id, site().now(), [notice_id])
    record = request.form.get("record")
    if record:
        return redirect(url_for("records.get_record", submission_id=record))
    if "owed" in request.form:
        return redirect(url_for("home.get_home"))
    return redirect(url_for("notices.get_notices"))
