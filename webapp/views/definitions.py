"""Definitions edited in the page: judged at the line, tried at a phone's width, published, compared, brought back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from forms.access import ADMINISTRATOR
from forms.answers import Reader
from forms.definition import Form
from forms.deriving import Deriver
from forms.values import Raw
from kernel.names import NAME
from kernel.problems import Forbidden, NotFound, Unprocessable
from kernel.sentences import say
from kernel.yamlfile import Issue
from records.catalogue import Published
from records.drafts import Draft, drop_draft, load_draft, save_draft
from records.ledger import Ledger
from records.model import Door
from records.versions import Version, versions_of
from webapp import guards
from webapp.drawing import blank_entries, blank_rows, controls, page_logic
from webapp.editor import Judged, compared, judge, new_definition, path_of, publish_text
from webapp.guards import site
from webapp.policy import content_policy
from webapp.showing import shown_value
from webapp.webform import as_typed, drawn, typed, with_rows_changed
from webapp.wording import translate

views = Blueprint("definitions", __name__, url_prefix="/office/forms")


class DesignersOnly(Forbidden):
    """Definitions are written by an administrator: they say who may see what."""

    code = "access.designers_only"

    def __init__(self) -> None:
        super().__init__(say("表单定义由系统管理员编辑"))


class NoSuchDefinition(NotFound):
    """Neither a draft, nor a file, nor a version has this name."""

    code = "definition.unknown"

    def __init__(self, form_id: str) -> None:
        super().__init__(say("没有“{form}”这张表单的定义", form=form_id))


class BadName(Unprocessable):
    """A form's id is a name in Latin letters, and no form has it yet."""

    code = "definition.name"

    def __init__(self, form_id: str) -> None:
        super().__init__(
            say("“{form}”不能作表单名：用小写字母开头，只含小写字母、数字和下划线，且没有用过", form=form_id)
        )


@views.before_request
def designers_only() -> None:
    """Refuse everybody but administrators."""
    if ADMINISTRATOR not in guards.actor().roles:
        raise DesignersOnly


@views.post("")
def post_new() -> Answer:
    """Begin a new definition from the commented pattern."""
    form_id = request.form.get("form_id", "").strip()
    with site().reading() as ledger:
        taken = _known_source(ledger, form_id) is not None if re.fullmatch(NAME, form_id) else True
    if taken:
        raise BadName(form_id)
    _save(form_id, new_definition(form_id), 0)
    return redirect(url_for("definitions.get_definition", form_id=form_id))


@views.get("/<form_id>")
def get_definition(form_id: str) -> str:
    """The editor: the text, what is wrong with it at which line, and how it looks on a phone."""
    with site().reading() as ledger:
        draft = load_draft(ledger.conn, form_id)
        source = draft.source if draft else _source(ledger, form_id)
        judged = judge(site(), ledger, form_id, source)
        versions = versions_of(ledger.conn, form_id)
        return render_template(
            "definition.html",
            form_id=form_id,
            source=source,
            draft=draft,
            writer=ledger.lookup.person_name(draft.changed_by) if draft else "",
            judged=judged,
            version=versions[0].number if versions else None,
        )


@views.post("/<form_id>/draft")
def post_draft(form_id: str) -> Answer | Response:
    """Keep the text and say what is wrong with it; a program asks for JSON, a page without scripts is led back."""
    draft = _save(form_id, _typed_source(), _revision())
    if request.accept_mimetypes.best != "application/json":
        return redirect(url_for("definitions.get_definition", form_id=form_id))
    with site().reading() as ledger:
        judged = judge(site(), ledger, form_id, draft.source)
    issues, advice = ([_told(issue) for issue in found] for found in (judged.issues, judged.advice))
    return jsonify(revision=draft.revision, issues=issues, advice=advice)


@views.post("/<form_id>/publish")
def post_publish(form_id: str) -> Answer:
    """Make the text the newest version, for everybody at once."""
    draft = _save(form_id, _typed_source(), _revision())
    version = publish_text(site(), form_id, draft.source, actor=guards.actor().id)
    site().wake()
    flash(translate(say("已发布第 {version} 版，现在起按这一版填报；已有记录仍按各自的版本显示", version=version)))
    return redirect(url_for("definitions.get_versions", form_id=form_id))


@views.post("/<form_id>/drop")
def post_drop(form_id: str) -> Answer:
    """Throw the draft away; what is published stays."""
    with site().database.writing() as conn:
        drop_draft(conn, form_id)
    flash(translate(say("草稿已丢掉")))
    return redirect(url_for("office.get_office"))


@views.get("/<form_id>/preview")
def get_preview(form_id: str) -> Response:
    """How the draft looks to whoever fills it; nothing is stored."""
    return _framed(form_id, lambda ledger, form: _page(ledger, form, _untouched(ledger, form), {}))


@views.post("/<form_id>/preview")
def post_preview(form_id: str) -> Response:
    """Try the draft: every mistake as whoever fills it would see it, or what would be stored."""
    return _framed(form_id, _tried)


@views.get("/<form_id>/versions")
def get_versions(form_id: str) -> str:
    """Every version, who published it when, and what it changed."""
    with site().reading() as ledger:
        versions = versions_of(ledger.conn, form_id)
        if not versions:
            raise NoSuchDefinition(form_id)
        number = request.args.get("version", default=versions[0].number, type=int)
        chosen, former = _chosen(form_id, versions, number)
        return render_template(
            "versions.html",
            form_id=form_id,
            versions=versions,
            names={one.published_by: ledger.lookup.person_name(one.published_by) for one in versions},
            chosen=chosen,
            former=former,
            lines=compared(former.source if former else "", chosen.source),
            draft=load_draft(ledger.conn, form_id),
        )


@views.post("/<form_id>/versions/<int:number>/back")
def post_back(form_id: str, number: int) -> Answer:
    """Make a draft of an old version's text, to be looked at and published as a new one."""
    with site().reading() as ledger:
        chosen, _ = _chosen(form_id, versions_of(ledger.conn, form_id), number)
        draft = load_draft(ledger.conn, form_id)
    _save(form_id, chosen.source, draft.revision if draft else 0)
    flash(translate(say("第 {version} 版的内容已放进草稿，看过后点“发布”才生效", version=number)))
    return redirect(url_for("definitions.get_definition", form_id=form_id))


# ---- the text --------------------------------------------------------------------------------------------------------


def _source(ledger: Ledger, form_id: str) -> str:
    source = _known_source(ledger, form_id) if re.fullmatch(NAME, form_id) else None
    if source is None:
        raise NoSuchDefinition(form_id)
    return source


def _known_source(ledger: Ledger, form_id: str) -> str | None:
    """The text of the draft, of the file, or of the newest version."""
    draft = load_draft(ledger.conn, form_id)
    if draft:
        return draft.source
    path = path_of(site().settings, form_id)
    if path.exists():
        return path.read_text("utf-8-sig")
    versions = versions_of(ledger.conn, form_id)
    return versions[0].source if versions else None


def _typed_source() -> str:
    return request.form.get("source", "").replace("\r\n", "\n")


def _revision() -> int:
    return request.form.get("revision", default=0, type=int)


def _save(form_id: str, source: str, revision: int) -> Draft:
    if not re.fullmatch(NAME, form_id):
        raise NoSuchDefinition(form_id)
    with site().database.writing() as conn:
        return save_draft(conn, Draft(form_id, source, revision, _now(), guards.actor().id))


def _now() -> datetime:
    return site().now()


def _told(issue: Issue) -> dict[str, str | int]:
    words, remedy = translate(issue.sentence), translate(issue.remedy) if issue.remedy else ""
    return {"line": issue.line, "column": issue.column, "code": issue.code, "words": words, "remedy": remedy}


def _chosen(form_id: str, versions: list[Version], number: int) -> tuple[Version, Version | None]:
    """A version and the one before it."""
    for at, version in enumerate(versions):
        if version.number == number:
            return version, versions[at + 1] if at + 1 < len(versions) else None
    raise NoSuchDefinition(f"{form_id} {number}")


# ---- trying it -------------------------------------------------------------------------------------------------------


def _framed(form_id: str, draw: Callable[[Ledger, Form], str]) -> Response:
    """A page that stands inside the editor."""
    with site().reading() as ledger:
        judged = judge(site(), ledger, form_id, _source(ledger, form_id))
        text = draw(ledger, judged.form) if judged.form and not judged.issues else _mistakes(judged)
    response = Response(text)
    response.headers["Content-Security-Policy"] = content_policy(ancestors="'self'")
    return response


def _mistakes(judged: Judged) -> str:
    return render_template("preview.html", issues=judged.issues)


def _tried(ledger: Ledger, form: Form) -> str:
    draft = _as_published(form)
    occasion = site().occasion(guards.actor(), Door.WEB)
    raw = typed(form, request.form)
    changed_rows = with_rows_changed(form, raw, request.form, blank_rows(ledger, draft, occasion))
    if changed_rows is not None:
        return _page(ledger, form, changed_rows, {})
    circumstances = ledger.circumstances(occasion)
    reading = draft.reader.read(raw, circumstances)
    if reading.refusals:
        return _page(ledger, form, raw, reading.refusals)
    return render_template(
        "preview.html",
        form=form,
        title=draft.deriver.title(reading.answers, circumstances),
        told=[
            (field.label, shown_value(ledger, field, reading.answers[name]))
            for name, field in form.questions.items()
            if reading.answers.get(name) is not None
        ],
    )


def _untouched(ledger: Ledger, form: Form) -> dict[str, Raw]:
    draft = _as_published(form)
    answers = draft.reader.defaults(ledger.circumstances(site().occasion(guards.actor(), Door.WEB)))
    return as_typed(form, answers, ledger.lookup)


def _as_published(form: Form) -> Published:
    """A draft as if it were served; no version has a number below one, so that nothing is kept of it."""
    return Published(form, 0, Reader(form), Deriver(form))


def _page(ledger: Ledger, form: Form, raw: Mapping[str, Raw], refusals: Mapping[str, str]) -> str:
    draft = _as_published(form)
    made = controls(ledger, draft)
    occasion = site().occasion(guards.actor(), Door.WEB)
    return render_template(
        "preview.html",
        form=form,
        page=drawn(form, made, raw, refusals),
        blanks=blank_entries(made, blank_rows(ledger, draft, occasion)),
        refusals=refusals,
        logic=page_logic(ledger, draft, form.questions),
        names=frozenset(form.questions),
    )
