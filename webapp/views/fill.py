"""Filling a form: an empty page, every mistake at once with what was typed kept, a receipt."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.values import Raw
from kernel.problems import Problem, Stale
from kernel.sentences import say
from records.access import NotAllowed, Verb, allows
from records.catalogue import NoSuchVersion, Published, VersionRetired
from records.ledger import Ledger
from records.listing import children_of, get
from records.model import Accepted, Actor, Door, Outcome, Submission
from records.remembering import remembered
from records.store import load_submissions
from records.submit import Entry, free_instance, submit
from webapp import guards
from webapp.drawing import blank_entries, blank_rows, controls, page_logic, rows_asked_for
from webapp.guards import site
from webapp.on_behalf import comment_of, on_behalf, reason_refusals
from webapp.onetap import tapped
from webapp.receiving import received
from webapp.showing import served_form, state_words
from webapp.webform import as_typed, drawn
from webapp.wording import translate

views = Blueprint("fill", __name__)

#: What a page or a program may call one filling of a form; without “/”, which the office's own names have.
INSTANCE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{7,99}")


class FormRetired(Stale):
    """The form was taken out of use while the page was open."""

    code = "form.retired"
    status = 410

    def __init__(self, title: str) -> None:
        super().__init__(
            say("“{title}”已停用，不再收；已填的都还在页面上，请先抄下来，再问安委办报到哪里", title=title)
        )


@views.get("/f/<form_id>/new")
def get_form(form_id: str) -> str:
    """An empty form with its defaults."""
    actor = guards.actor()
    with site().reading() as ledger:
        published = _fillable(ledger, form_id)
        occasion = site().occasion(actor, Door.WEB)
        defaults = published.reader.defaults(ledger.circumstances(occasion))
        answers = {**defaults, **remembered(ledger, published.form, actor)}
        raw = {**as_typed(published.form, answers, ledger.lookup), **_prefilled(published)}
        return draw_page(ledger, published, raw, {}, instance_id=str(uuid.uuid4()))


@views.post("/f/<form_id>/new")
def post_form(form_id: str) -> Response | str | tuple[str, int]:
    """Store what was filled, or show every mistake beside its question."""
    actor = guards.actor()
    instance_id = request.form.get("_instance", "")
    if not INSTANCE.fullmatch(instance_id):
        instance_id = str(uuid.uuid4())
    with site().reading() as ledger:
        published, outdated = _filled_by(ledger, form_id)
    sent = received(published.form)
    with site().reading() as ledger:
        raw, occasion = sent.raw, site().occasion(actor, Door.WEB)
        changed_rows = rows_asked_for(ledger, published, raw, occasion)
        if changed_rows is not None:
            return draw_page(ledger, published, changed_rows, sent.refusals, instance_id=instance_id)
        others = on_behalf(ledger, published.form, actor, raw)
        if refusals := {**sent.refusals, **reason_refusals(others)}:
            return draw_page(ledger, published, raw, refusals, instance_id=instance_id), 422
        if outdated is not None:
            why = {"": outdated.sentence}
            return draw_page(ledger, published, raw, why, instance_id=instance_id), outdated.status
    occasion = site().occasion(actor, Door.WEB)
    outcome = send(form_id, Entry(raw, instance_id, occasion, comment_of(others), published.version))
    if isinstance(outcome, Accepted):
        return redirect(url_for("fill.get_receipt", submission_id=outcome.submission.id))
    with site().reading() as ledger:
        return draw_page(ledger, published, raw, outcome.refusals, instance_id=instance_id), 422


@views.post("/f/<form_id>/one-tap")
def post_one_tap(form_id: str) -> Response | tuple[str, int]:
    """Send today's report with the answers the definition gives for “nothing happened”."""
    actor = guards.actor()
    with site().reading() as ledger:
        form = _fillable(ledger, form_id).form
        tap = tapped(ledger, form, actor, request.form.get("_owed", ""))
        if tap.sent is not None and tap.sent.created_by != actor.id:
            return _sent_by_another(ledger, tap.sent)
        instance_id = free_instance(ledger, form_id, tap.instance_id)
    entry = Entry(tap.raw, instance_id, site().occasion(actor, Door.WEB))
    outcome = send(form_id, entry)
    if isinstance(outcome, Accepted):
        return redirect(url_for("fill.get_receipt", submission_id=outcome.submission.id))
    with site().reading() as ledger:
        published = ledger.catalogue[form_id]
        raw = {**dict.fromkeys(form.questions, ""), **tap.raw}
        return draw_page(ledger, published, raw, outcome.refusals, instance_id=str(uuid.uuid4())), 422


@views.get("/r/<submission_id>/receipt")
def get_receipt(submission_id: str) -> str:
    """What was stored, under which number, and what happens next."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = _received(ledger, actor, submission_id)
        form = served_form(ledger, submission)
        children = children_of(ledger, actor, submission)
        return render_template(
            "receipt.html",
            form=form,
            submission=submission,
            state=state_words(form, submission.state),
            may_read=allows(form, actor, submission, Verb.READ),
            may_fill=submission.form_id in ledger.catalogue.newest and form.access.may_fill(actor.roles),
            children=[(child, served_form(ledger, child)) for child in children],
        )


def send(form_id: str, entry: Entry) -> Outcome:
    """Store an entry in a transaction of its own."""
    return site().attempt(lambda ledger: submit(ledger, form_id, entry))


def _sent_by_another(ledger: Ledger, sent: Submission) -> Response:
    """Lead to what a colleague has sent already."""
    name = ledger.lookup.person_name(sent.created_by)
    flash(translate(say("今天{name}已经报过了，这就是那一份，不用再报", name=name)))
    return redirect(url_for("records.get_record", submission_id=sent.id))


def _received(ledger: Ledger, actor: Actor, submission_id: str) -> Submission:
    """A record whose receipt the actor may have: who sent it may, also without the right to read records."""
    own = load_submissions(ledger.conn, [submission_id]).get(submission_id)
    return own if own and own.created_by == actor.id else get(ledger, actor, submission_id)


def _fillable(ledger: Ledger, form_id: str) -> Published:
    published = ledger.catalogue[form_id]
    if not published.form.access.may_fill(guards.actor().roles):
        raise NotAllowed(published.form, "fill")
    return published


def _filled_by(ledger: Ledger, form_id: str) -> tuple[Published, Problem | None]:
    """The version that an open page was drawn by, and why it is no longer taken; what was typed is never lost."""
    version = request.form.get("_version", type=int)
    if form_id not in ledger.catalogue.newest and version is not None:
        last = ledger.catalogue.version(ledger.conn, form_id, version)
        if last.form.access.may_fill(guards.actor().roles):
            return last, FormRetired(last.form.title)
    now = _fillable(ledger, form_id)
    try:
        return ledger.catalogue.filled_by(ledger.conn, form_id, version), None
    except (VersionRetired, NoSuchVersion) as problem:
        return now, problem


def _prefilled(published: Published) -> dict[str, Raw]:
    """Answers given in the address (`?enterprise=…`), as XLSForm tools take them."""
    return {name: value for name, value in request.args.items() if name in published.form.questions}


def draw_page(
    ledger: Ledger, published: Published, raw: Mapping[str, Raw], refusals: Mapping[str, str], *, instance_id: str
) -> str:
    """The page of a form with what was typed, and why it was refused, by place."""
    form, made = published.form, controls(ledger, published)
    occasion = site().occasion(guards.actor(), Door.WEB)
    return render_template(
        "fill.html",
        form=form,
        version=published.version,
        page=drawn(form, made, raw, refusals),
        blanks=blank_entries(made, blank_rows(ledger, published, occasion)),
        refusals=refusals,
        instance_id=instance_id,
        logic=page_logic(ledger, published, form.questions),
        names=frozenset(form.questions),
        others=on_behalf(ledger, form, guards.actor(), raw),
    )
