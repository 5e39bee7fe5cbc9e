"""Bulletins: every edition with its PDF, its readers, and the records behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from kernel.problems import Forbidden, Unprocessable
from kernel.sentences import say
from records.deliveries import deliveries_of
from records.editions import Edition, Figure, count_editions, figures_of, find_editions, get_edition, get_figure
from records.files import read_file
from records.measuring import visible_ids
from records.model import Actor
from records.store import load_submissions
from reports.compile import pdf_name
from reports.definition import Report
from reports.deliver import without_address
from reports.page.document import STYLESHEET
from webapp import guards
from webapp.bulletins import Bulletins, read_period
from webapp.guards import site
from webapp.permission import is_staff, staff_only

views = Blueprint("editions", __name__)

_SHOWN = 100


class NoPdf(Unprocessable):
    """The edition has no PDF."""

    code = "edition.no_pdf"

    def __init__(self, edition: Edition) -> None:
        super().__init__(edition.pdf_failure or say("PDF 还在排版，请稍后再看"))


class NotReader(Forbidden):
    """The edition is for others."""

    code = "edition.not_reader"

    def __init__(self) -> None:
        super().__init__(say("这份通报不发给您的岗位"))


class BadPeriod(Unprocessable):
    """The period cannot be understood."""

    code = "report.period"

    def __init__(self) -> None:
        super().__init__(say("时段请写成 2026-10、2026-10-15 或 2026-10-01..2026-10-31"))


@views.get("/editions")
def get_editions() -> str:
    """Every edition the person may read, the newest first, and the reports they come from."""
    actor = guards.actor()
    bulletins = Bulletins(site())
    reports = bulletins.reports()
    mine = {name: report for name, report in reports.reports.items() if _may_read(actor, report)}
    words = request.args.get("q", "").strip()
    with site().database.reading() as conn:
        # Staff also see editions of reports whose file is gone.
        of: Iterable[str | None] = [None] if is_staff(actor) else mine
        found = [item for name in of for item in find_editions(conn, report_id=name, words=words, limit=_SHOWN)]
        editions = sorted(found, key=lambda item: (item.compiled_at, item.id), reverse=True)[:_SHOWN]
        counts = {name: count_editions(conn, name) for name in mine}
    return render_template(
        "editions.html",
        editions=editions,
        reports=mine,
        counts=counts,
        issues=reports.issues if is_staff(actor) else [],
        words=words,
        staff=is_staff(actor),
        next_hours=bulletins.next_hours(mine.values(), site().now()),
    )


@views.get("/reports/<report_id>/preview")
def get_preview(report_id: str) -> str:
    """What a report would say if it were compiled now; nothing is kept, no number is taken."""
    staff_only()
    bulletins = Bulletins(site())
    return bulletins.preview(bulletins.report(report_id), url_for("editions.get_stylesheet"))


@views.get("/bulletin.css")
def get_stylesheet() -> Response:
    """How a bulletin looks, on the screen as on paper."""
    return Response(STYLESHEET.read_text("utf-8"), mimetype="text/css")


@views.post("/reports/<report_id>")
def post_compile(report_id: str) -> Answer:
    """Compile a report now."""
    staff_only()
    bulletins = Bulletins(site())
    report = bulletins.report(report_id)
    period = read_period(report, request.form.get("period", "").strip(), site().now().date())
    if period is None:
        raise BadPeriod
    edition = bulletins.compile(report, period, by=guards.actor().id)
    return redirect(url_for("editions.get_one", edition_id=edition.id))


@views.get("/editions/<edition_id>")
def get_one(edition_id: str) -> str:
    """One edition: its words, its numbers, its readers."""
    actor = guards.actor()
    edition = _readable(actor, edition_id)
    bulletins = Bulletins(site())
    with site().database.reading() as conn:
        figures = figures_of(conn, edition_id)
        return render_template(
            "edition.html",
            edition=edition,
            figures=figures,
            headline=_headline(figures, bulletins.reports().reports.get(edition.report_id)),
            asked="asked" in request.args,
            deliveries=deliveries_of(conn, edition_id) if is_staff(actor) else [],
            without_address=without_address(conn, edition_id) if is_staff(actor) else (),
            staff=is_staff(actor),
        )


@views.get("/editions/<edition_id>/bulletin.pdf")
def get_pdf(edition_id: str) -> Response:
    """The PDF as it was issued."""
    edition = _readable(guards.actor(), edition_id)
    if edition.pdf_digest is None:
        raise NoPdf(edition)
    content = read_file(site().settings.files, edition.pdf_digest)
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(pdf_name(edition))}"}
    return Response(content, mimetype="application/pdf", headers=headers)


@views.get("/editions/<edition_id>/figures/<path:name>")
def get_figure_page(edition_id: str, name: str) -> str:
    """Which ones? The records behind a printed number, as far as the person may see them."""
    actor = guards.actor()
    edition = _readable(actor, edition_id)
    with site().reading() as ledger:
        figure = get_figure(ledger.conn, edition_id, name)
        form = ledger.catalogue[figure.form_id].form if figure.form_id in ledger.catalogue.newest else None
        visible = visible_ids(ledger.conn, form, figure.record_ids, actor) if form else []
        pages = max(1, -(-len(visible) // _SHOWN))
        page = min(max(1, request.args.get("page", 1, type=int)), pages)
        some = visible[(page - 1) * _SHOWN : page * _SHOWN]
        found = load_submissions(ledger.conn, some)
        records = [found[item] for item in some if item in found]
    return render_template(
        "figure.html",
        edition=edition,
        figure=figure,
        form=form,
        records=records,
        hidden=len(figure.record_ids) - len(visible),
        page=page,
        pages=pages,
        staff=is_staff(actor),
    )


@views.post("/editions/<edition_id>/drawing")
def post_draw(edition_id: str) -> Answer:
    """Draw an edition again that could not be drawn, when what was missing is there."""
    staff_only()
    _readable(guards.actor(), edition_id)
    Bulletins(site()).ask_to_draw(edition_id, guards.actor().id)
    return redirect(url_for("editions.get_one", edition_id=edition_id))


@views.post("/editions/<edition_id>/mail")
def post_mail(edition_id: str) -> Answer:
    """Send an edition to its readers."""
    staff_only()
    edition = _readable(guards.actor(), edition_id)
    if edition.pdf_digest is None:
        raise NoPdf(edition)
    Bulletins(site()).ask_to_mail(edition_id, guards.actor().id)
    return redirect(url_for("editions.get_one", edition_id=edition_id, asked=1))


@views.post("/editions/<edition_id>/deliveries/<delivery_id>")
def post_again(edition_id: str, delivery_id: str) -> Answer:
    """Send one letter again that failed, or of which nobody knows whether it arrived."""
    staff_only()
    Bulletins(site()).ask_again(delivery_id, guards.actor().id)
    return redirect(url_for("editions.get_one", edition_id=edition_id))


def _headline(figures: Sequence[Figure], report: Report | None) -> list[tuple[Figure, str]]:
    """The numbers that stand for the whole, in the order in which the report defines them, as people print them."""
    whole = [figure for figure in figures if "[" not in figure.name]
    if report is None:
        return [(figure, figure.printed) for figure in whole]
    order = [*report.measures, *report.metrics]
    whole.sort(key=lambda figure: order.index(figure.name) if figure.name in order else len(order))
    return [(figure, f"{figure.printed}%" if _is_rate(report, figure.name) else figure.printed) for figure in whole]


def _is_rate(report: Report, name: str) -> bool:
    return name in report.metrics and report.metrics[name].ratio is not None


def _readable(actor: Actor, edition_id: str) -> Edition:
    with site().database.reading() as conn:
        edition = get_edition(conn, edition_id)
    if not _is_for(actor, edition, Bulletins(site()).reports().reports):
        raise NotReader
    return edition


def _is_for(actor: Actor, edition: Edition, reports: Mapping[str, Report]) -> bool:
    report = reports.get(edition.report_id)
    return is_staff(actor) or (report is not None and _may_read(actor, report))


def _may_read(actor: Actor, report: Report) -> bool:
    """Whoever looks after bulletins, and whoever a report is sent to."""
    return is_staff(actor) or actor.id in report.send.people or bool(actor.roles & set(report.send.roles))
