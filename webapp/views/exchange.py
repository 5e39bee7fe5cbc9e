"""Taking records out as a table, and a table in: with a trial that shows row by row what would happen."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from forms.access import Reach
from forms.definition import Form
from forms.labels import Label
from kernel.problems import NotFound, Problem
from kernel.sentences import say
from records.access import NotAllowed, Verb, reach
from records.ledger import Ledger
from records.listing import each
from records.model import Door
from records.seeing import Seeing
from sync.exchange import cells_of, headings, read_table, take_in, write_csv, write_xlsx
from webapp import guards
from webapp.guards import site
from webapp.listing import query_of

views = Blueprint("exchange", __name__)

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


class NoSuchKind(NotFound):
    """Records are exported as xlsx or csv."""

    code = "export.kind"

    def __init__(self, kind: str) -> None:
        super().__init__(say("不能导出成 {kind}，可用 xlsx、csv", kind=kind))


@views.get("/f/<form_id>/export.<kind>")
def get_export(form_id: str, kind: Literal["xlsx", "csv"]) -> Response:
    """The records that the list shows, all pages, as a table."""
    if kind not in _TYPES:
        raise NoSuchKind(kind)
    actor = guards.actor()
    with site().reading() as ledger:
        form = ledger.catalogue[form_id].form
        if reach(form, actor, Verb.READ) is Reach.NONE:
            raise NotAllowed(form, "read")
        for field in form.questions.values():
            if field.type == "record":
                ledger.lookup.learn_records(field.form)  # type: ignore[attr-defined]  # a record link by its type
        seeing, header = Seeing(ledger, actor), headings(form, actor)
        rows = (
            cells_of(seeing, form, item, site().settings.zone)
            for item in each(ledger.conn, form, actor, query_of(form))
        )
        content = write_xlsx(form.title, header, rows) if kind == "xlsx" else write_csv(header, rows)
    name = f"{form.title}{site().now():%Y%m%d}.{kind}"
    return Response(content, mimetype=_TYPES[kind], headers={"Content-Disposition": attachment(name)})


@views.get("/f/<form_id>/import")
def get_import(form_id: str) -> str:
    """The page to hand a table in."""
    with site().reading() as ledger:
        form = _importable(ledger, form_id)
        return render_template("import.html", form=form, columns=_askable(form), report=None, dry_run=True)


@views.post("/f/<form_id>/import")
def post_import(form_id: str) -> tuple[str, int]:
    """Try a table, or take it in."""
    actor = guards.actor()
    dry_run = request.form.get("_do") != "import"
    upload = request.files.get("table")
    with site().reading() as ledger:
        form = _importable(ledger, form_id)
    try:
        table = read_table(upload.read() if upload else b"", name=(upload.filename or "") if upload else "")
        with site().writing() as ledger:
            report = take_in(ledger, form, table, site().occasion(actor, Door.IMPORT), dry_run=dry_run)
    except Problem as problem:
        told = {"report": None, "problem": problem.sentence, "dry_run": True}
        return render_template("import.html", form=form, columns=_askable(form), **told), problem.status
    return render_template("import.html", form=form, columns=_askable(form), report=report, dry_run=dry_run), 200


def attachment(name: str) -> str:
    """The header that hands a file out under its name, Chinese too (RFC 6266), with a plain name for old programs."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "", name).lstrip(".") or "table"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _importable(ledger: Ledger, form_id: str) -> Form:
    form = ledger.catalogue[form_id].form
    if not form.access.may_fill(guards.actor().roles):
        raise NotAllowed(form, "fill")
    return form


def _askable(form: Form) -> list[Label]:
    """The questions that a column of a table may answer."""
    fields = form.questions.values()
    return [
        field.label for field in fields if field.type not in ("calculate", "repeat") and field.read_only is not True
    ]
