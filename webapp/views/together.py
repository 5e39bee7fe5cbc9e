"""One step for several records at once: a page to make sure, and what became of each."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.workflow import Comment
from kernel.sentences import say
from webapp import guards
from webapp.guards import site
from webapp.together import deed_of, do_together, load_ticked, ticked

views = Blueprint("together", __name__)


@views.get("/f/<form_id>/together")
def get_together(form_id: str) -> str | Response:
    """The ticked records, what is to be done with them, and a comment for all."""
    guards.actor()  # whoever is not signed in hears that first
    if not request.args.getlist("record"):
        return redirect(url_for("records.get_list", form_id=form_id))
    return _asked(form_id, request.args.getlist("record"), request.args.get("deed", ""))


@views.post("/f/<form_id>/together")
def post_together(form_id: str) -> str | tuple[str, int]:
    """Do it with each record by itself, and tell what became of each."""
    values, name = request.form.getlist("record"), request.form.get("deed", "")
    chosen, actor = ticked(values), guards.actor()
    comment = request.form.get("comment", "").strip() or None
    with site().reading() as ledger:
        form = ledger.catalogue[form_id].form
        deed = deed_of(form, name)
        shown = load_ticked(ledger, actor, form, chosen)
    if deed.comment is Comment.REQUIRED and comment is None:
        return _asked(form_id, values, name, why=say("请写明理由")), 422
    report = do_together(site(), actor, deed, shown, chosen, comment)
    return render_template("together.html", form=form, deed=deed, report=report, back=_back())


def _asked(form_id: str, values: list[str], name: str, *, why: str = "") -> str:
    chosen, actor = ticked(values), guards.actor()
    with site().reading() as ledger:
        form = ledger.catalogue[form_id].form
        deed = deed_of(form, name)
        shown = load_ticked(ledger, actor, form, chosen)
    return render_template("together.html", form=form, deed=deed, chosen=chosen, shown=shown, why=why, back=_back())


def _back() -> str:
    """The query of the list from which the person comes: what was looked for, the page."""
    return request.values.get("back", "")
