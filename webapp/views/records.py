"""Records: lists that are searched, filtered, sorted and paged; one record with its history and its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.access import Reach
from forms.definition import Form
from forms.fields.base import Field
from forms.fields.choices import ChoiceField
from forms.fields.unit import Unit
from forms.values import Answers, Kind, Raw, Value
from forms.workflow import Transition
from kernel.sentences import say
from records.access import NotAllowed, Verb, allows, editable_names, reach
from records.catalogue import Published
from records.ledger import Ledger
from records.listing import Page, Query, children_of, find, get
from records.model import Accepted, Door, Revision, Submission
from records.people import all_units
from records.revise import Change, ChangedMeanwhile, open_steps, restore, revise, withdraw
from records.store import load_revisions
from webapp import guards
from webapp.drawing import controls, page_logic
from webapp.guards import site
from webapp.webform import as_typed, drawn, typed

views = Blueprint("records", __name__)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as the list shows it: by choices, or by a span of days."""

    name: str
    label: str
    choices: Mapping[str, str]
    chosen: tuple[str, ...]
    span: bool = False


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A step of a record's history with what it changed."""

    revision: Revision
    who: str
    changes: list[tuple[Field, str, str]]


@views.get("/f/<form_id>")
def get_list(form_id: str) -> str:
    """The records of a form that the person may see."""
    actor = guards.actor()
    with site().reading() as ledger:
        form = ledger.catalogue[form_id].form
        if reach(form, actor, Verb.READ) is Reach.NONE:
            raise NotAllowed(form, "read")
        query = query_of(form)
        found = find(ledger, form, actor, query)
        names = _columns(form)
        _learn_links(ledger, form, [item.answers for item in found.items], names)
        cells = {item.id: {name: shown(ledger, form, item, name) for name in names} for item in found.items}
        return render_template(
            "list.html",
            form=form,
            found=found,
            query=query,
            columns=names,
            cells=cells,
            filters=_filters(ledger, form, query),
            link=_link,
            may_fill=form.access.may_fill(actor.roles),
        )


@views.get("/r/<submission_id>")
def get_record(submission_id: str) -> str:
    """One record: its answers, its history, the steps the person may take."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
        asked = ledger.catalogue.version(ledger.conn, submission.form_id, submission.form_version).form
        occasion = site().occasion(actor, Door.WEB)
        return render_template(
            "record.html",
            form=published.form,
            asked=asked,
            submission=submission,
            answers={name: shown(ledger, asked, submission, name) for name in asked.questions},
            rows={name: _shown_rows(ledger, asked, submission, name) for name in _repeats(asked)},
            relevant=published.reader.relevant_names(submission.answers, ledger.circumstances(occasion)),
            history=_history(ledger, asked, submission),
            steps=open_steps(ledger, submission, occasion),
            may_edit=bool(editable_names(published.form, actor, submission)),
            may_withdraw=allows(published.form, actor, submission, Verb.WITHDRAW),
            children=children_of(ledger, actor, submission),
            forms={form_id: item.form for form_id, item in ledger.catalogue.newest.items()},
            links=_links(asked, submission),
        )


@views.get("/r/<submission_id>/edit")
def get_edit(submission_id: str) -> str:
    """The page to change what the person may change."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
        names = editable_names(published.form, actor, submission)
        if not names:
            raise NotAllowed(published.form, "edit")
        raw = as_typed(published.form, submission.answers, ledger.lookup)
        return _change_page(ledger, published, submission, raw, {}, names=names)


@views.post("/r/<submission_id>/edit")
def post_edit(submission_id: str) -> Response | tuple[str, int]:
    """Store what was changed, or show every mistake beside its question."""
    return _change(submission_id, None)


@views.get("/r/<submission_id>/step/<name>")
def get_step(submission_id: str, name: str) -> str | Response:
    """The page of a workflow step: what it asks for, and a comment."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
        step = open_steps(ledger, submission, site().occasion(actor, Door.WEB)).get(name)
        if step is None:
            return redirect(url_for("records.get_record", submission_id=submission_id))
        raw = as_typed(published.form, submission.answers, ledger.lookup)
        return _change_page(ledger, published, submission, raw, {}, names=_asked(step), step=(name, step))


@views.post("/r/<submission_id>/step/<name>")
def post_step(submission_id: str, name: str) -> Response | tuple[str, int]:
    """Take a record one step along its workflow."""
    return _change(submission_id, name)


@views.post("/r/<submission_id>/withdraw")
def post_withdraw(submission_id: str) -> Response:
    """Take a record out of every list."""
    occasion = site().occasion(guards.actor(), Door.WEB)
    with site().writing() as ledger:
        withdraw(ledger, submission_id, occasion, request.form.get("comment"))
    return redirect(url_for("records.get_record", submission_id=submission_id))


@views.post("/r/<submission_id>/restore")
def post_restore(submission_id: str) -> Response:
    """Put a withdrawn record back."""
    occasion = site().occasion(guards.actor(), Door.WEB)
    with site().writing() as ledger:
        restore(ledger, submission_id, occasion, request.form.get("comment"))
    return redirect(url_for("records.get_record", submission_id=submission_id))


def shown(ledger: Ledger, form: Form, submission: Submission, name: str) -> object:
    """What a list's or record's cell says: words in the reader's language, or a moment."""
    if name == "state":
        states = form.workflow.states if form.workflow else {}
        return (
            states[submission.state].title
            if submission.state and submission.state in states
            else submission.state or ""
        )
    if name in ("created_at", "changed_at"):
        return getattr(submission, name)
    if name == "created_by":
        return ledger.lookup.person_name(submission.created_by)
    if name == "unit_id":
        return ledger.lookup.unit_name(submission.unit_id)
    return _shown_value(ledger, form.questions[name], submission.answers.get(name))


def _shown_value(ledger: Ledger, field: Field, value: Value) -> object:
    if value is None:
        return ""
    if isinstance(field, ChoiceField):
        chosen = value if isinstance(value, list) else [value]
        return [field.label_of(name) for name in chosen]
    if field.kind is Kind.YES_NO:
        return say("是") if value else say("否")
    return field.show(value, ledger.lookup)


def _change(submission_id: str, step_name: str | None) -> Response | tuple[str, int]:
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        form = ledger.catalogue[submission.form_id].form
        raw = typed(form, request.form)
        if row := request.form.get("_add_row"):
            rows = raw.get(row)
            raw = {**raw, row: [*(rows if isinstance(rows, list) else []), {}]}
            return _again(submission_id, step_name, raw, {}), 200
    comment = request.form.get("_comment")
    revision = request.form.get("_revision", "")
    change = Change(
        submission_id,
        raw,
        site().occasion(actor, Door.WEB),
        transition=step_name,
        comment=comment,
        revision=int(revision) if revision.isdigit() else None,
    )
    try:
        with site().writing() as ledger:
            outcome = revise(ledger, change)
    except ChangedMeanwhile as problem:
        return _again(submission_id, step_name, raw, {"": problem.sentence}), problem.status
    if isinstance(outcome, Accepted):
        return redirect(url_for("records.get_record", submission_id=submission_id))
    return _again(submission_id, step_name, raw, outcome.refusals), 422


def _again(submission_id: str, step_name: str | None, raw: Mapping[str, Raw], refusals: Mapping[str, str]) -> str:
    """The page once more, with what was typed over what is stored."""
    actor = guards.actor()
    with site().reading() as ledger:
        submission = get(ledger, actor, submission_id)
        published = ledger.catalogue[submission.form_id]
        workflow = published.form.workflow
        step = (step_name, workflow.transitions[step_name]) if step_name and workflow else None
        names = _asked(step[1]) if step else editable_names(published.form, actor, submission)
        kept = {**as_typed(published.form, submission.answers, ledger.lookup), **raw}
        return _change_page(ledger, published, submission, kept, refusals, names=names, step=step)


def _change_page(
    ledger: Ledger,
    published: Published,
    submission: Submission,
    raw: Mapping[str, Raw],
    refusals: Mapping[str, str],
    *,
    names: frozenset[str],
    step: tuple[str, Transition] | None = None,
) -> str:
    form = published.form
    return render_template(
        "change.html",
        form=form,
        submission=submission,
        page=drawn(controls(ledger, published), raw, refusals),
        refusals=refusals,
        names=names,
        step=step,
        comment=request.form.get("_comment", ""),
        logic=page_logic(form, names),
        shown={name: shown(ledger, form, submission, name) for name in form.questions if name not in names},
        stored={name: submission.answers.get(name) for name in form.questions if name not in names},
    )


def _asked(step: Transition) -> frozenset[str]:
    return frozenset(step.fields) | frozenset(step.required)


def query_of(form: Form) -> Query:
    """What the address of a list asks for."""
    filters = {}
    for name in (*form.listing.filters, "state"):
        values = tuple(value for value in request.args.getlist(name) if value)
        first, last = request.args.get(f"{name}_from", ""), request.args.get(f"{name}_to", "")
        if first or last:
            values = (f"{first}..{last}",)
        if values:
            filters[name] = values
    page = request.args.get("page", "1")
    return Query(
        search=request.args.get("q", "").strip(),
        filters=filters,
        sort=request.args.get("sort", form.listing.sort),
        page=int(page) if page.isdigit() else 1,
        withdrawn="withdrawn" in request.args,
    )


def _link(found: Page, query: Query, **changed: object) -> str:
    """The address of the same list with something changed."""
    del found
    arguments: dict[str, object] = {"q": query.search or None, "sort": query.sort}
    for name, values in query.filters.items():
        if len(values) == 1 and ".." in values[0]:
            arguments[f"{name}_from"], _, arguments[f"{name}_to"] = values[0].partition("..")
        else:
            arguments[name] = list(values)
    if query.withdrawn:
        arguments["withdrawn"] = "1"
    arguments |= changed
    form_id = request.view_args["form_id"] if request.view_args else ""
    return url_for("records.get_list", form_id=form_id, **arguments)  # type: ignore[arg-type]  # values for an address


def _columns(form: Form) -> tuple[str, ...]:
    if form.listing.columns:
        return form.listing.columns
    first = [name for name, field in form.questions.items() if field.kind is not Kind.TABLE][:5]
    return (*first, "state") if form.workflow else tuple(first)


def _filters(ledger: Ledger, form: Form, query: Query) -> list[Filter]:
    found = []
    if form.workflow and "state" not in form.listing.filters:
        found.append(_state_filter(form, query))
    for name in form.listing.filters:
        if name == "state":
            found.append(_state_filter(form, query))
            continue
        field, chosen = form.questions[name], query.filters.get(name, ())
        if isinstance(field, ChoiceField):
            found.append(Filter(name, field.label, dict(field.choices), chosen))
        elif isinstance(field, Unit):
            units = {u.id: u.name for u in all_units(ledger.conn) if not field.unit_kinds or u.kind in field.unit_kinds}
            found.append(Filter(name, field.label, units, chosen))
        elif field.kind is Kind.YES_NO:
            found.append(Filter(name, field.label, {"true": say("是"), "false": say("否")}, chosen))
        else:
            span = tuple(chosen[0].split("..")) if chosen else ("", "")
            found.append(Filter(name, field.label, {}, span, span=True))
    return found


def _state_filter(form: Form, query: Query) -> Filter:
    assert form.workflow is not None
    states = {name: state.title for name, state in form.workflow.states.items()}
    return Filter("state", say("状态"), states, query.filters.get("state", ()))


def _learn_links(ledger: Ledger, form: Form, answers: list[Answers], names: tuple[str, ...]) -> None:
    linked = [name for name in names if name in form.questions and form.questions[name].type == "record"]
    ledger.lookup.learn_titles(str(item[name]) for item in answers for name in linked if item.get(name))


def _links(form: Form, submission: Submission) -> dict[str, str]:
    """Link questions to the record they lead to."""
    return {
        name: str(submission.answers[name])
        for name, field in form.questions.items()
        if field.type == "record" and submission.answers.get(name)
    }


def _repeats(form: Form) -> list[str]:
    return [name for name, field in form.questions.items() if field.kind is Kind.TABLE]


def _shown_rows(ledger: Ledger, form: Form, submission: Submission, name: str) -> list[dict[str, object]]:
    rows = submission.answers.get(name)
    fields = form.repeat(name).fields
    return [
        {field.name: _shown_value(ledger, field, row.get(field.name)) for field in fields}
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]


def _history(ledger: Ledger, form: Form, submission: Submission) -> list[HistoryStep]:
    """Every revision, newest first, with what it changed."""
    steps: list[HistoryStep] = []
    before: Answers = {}
    for revision in load_revisions(ledger.conn, submission.id):
        changes = [
            (field, field.show(before.get(name), ledger.lookup), field.show(revision.answers.get(name), ledger.lookup))
            for name, field in form.questions.items()
            if revision.revision > 1 and before.get(name) != revision.answers.get(name)
        ]
        who = revision.author.name if revision.author else ledger.lookup.person_name(revision.actor)
        steps.append(HistoryStep(revision, who, changes))
        before = revision.answers
    return steps[::-1]
