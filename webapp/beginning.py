"""A form begun from an office's own ledger: the definition written, and its rows taken in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import make_url

from forms.folder import load_folder
from forms.guessing.definition import GuessedForm, guess_form
from forms.guessing.table import Ledger
from records.catalogue import publish
from records.model import Door
from records.people import all_units
from sync.exchange import ImportReport, take_in
from webapp.exits import LEFT_OUT
from webapp.office_ledger import read_ledger, table_of
from webapp.opening import open_office
from webapp.progress import progress_bar
from webapp.settings import Settings
from webapp.site import SYSTEM, Site


def new_form_from_ledger(
    ctx: click.Context, settings: Settings, path: Path, *, ledger: Path, tab: str | None, with_rows: bool
) -> None:
    """Write the definition `path` that `ledger` lets guess, tell its doubts; with `with_rows` take its rows in too."""
    name, found = read_ledger(ledger, tab)
    site = open_office(ctx, settings) if with_rows or _has_database(settings) else None
    folder = load_folder(settings.forms)
    tabs = [form.sheet.tab for form in folder.forms.values() if form.sheet]
    units = _units(site) if site else {}
    guessed = guess_form(found, name=path.stem, tab=name, units=units, taken_tabs=tabs)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(guessed.text, "utf-8")
    _tell(guessed, found, path)
    if with_rows and site is not None:
        report = _import(site, path.stem, guessed)
        _tell_import(report, guessed)
        ctx.exit(LEFT_OUT if report.refused else 0)


def _has_database(settings: Settings) -> bool:
    """Whether the office has begun: a file of SQLite that is not there yet is not made for a guess."""
    url = make_url(settings.database)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()


def _units(site: Site) -> dict[str, str]:
    with site.database.reading() as conn:
        return {unit.name: unit.kind for unit in all_units(conn)}


def _tell(guessed: GuessedForm, ledger: Ledger, path: Path) -> None:
    click.echo(f"已写好 {path}：{len(guessed.questions)} 题，由 {len(ledger.rows)} 行猜出")
    for left_out in ledger.left_out:
        click.echo(f"  第 {left_out.number} 行没有当作记录：{left_out.sentence}")
    for doubt in guessed.doubts:
        click.echo(f"  ? {doubt}")
    click.echo("核对后运行 python -m webapp check")


def _import(site: Site, form_id: str, guessed: GuessedForm) -> ImportReport:
    """Publish the new form alone, and take the ledger's rows in by its rules."""
    folder = load_folder(site.settings.forms)
    alone = replace(
        folder,
        forms={form_id: folder.forms[form_id]},
        sources={form_id: folder.sources[form_id]},
        paths={form_id: folder.paths[form_id]},
    )
    with site.database.writing() as conn:
        publish(conn, alone, actor=SYSTEM.id, at=site.now())
    table = table_of(guessed)
    with progress_bar() as progress, site.writing() as ledger:

        def tell(done: int) -> None:
            progress("导入", done, len(table.rows))

        return take_in(ledger, ledger.catalogue[form_id].form, table, site.occasion(SYSTEM, Door.IMPORT), tell=tell)


def _tell_import(report: ImportReport, guessed: GuessedForm) -> None:
    labels = {asked.name: str(asked.keys["label"]) for asked in guessed.questions}
    for row in report.refused:
        for name, why in row.refusals.items():
            click.echo(f"第 {row.number} 行 {labels.get(name, name)} {why}", err=True)
    click.echo(f"收进 {report.accepted} 条，以前已有 {report.repeated} 条，没有收 {len(report.refused)} 行")
