"""`export`: records of a form as a table."""

from __future__ import annotations

from pathlib import Path

import click

from records.listing import Query, each
from sync.exchange import cells_of, headings, write_csv, write_xlsx
from webapp.settings import read_settings
from webapp.site import SYSTEM, open_site


@click.command("export")
@click.argument("form")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--search", default="", help="只导出含这些字的记录")
@click.pass_context
def command(ctx: click.Context, form: str, file: Path, search: str) -> None:
    """把一张表单的记录导出成 .xlsx 或 .csv。"""
    site = open_site(read_settings(ctx.obj))
    with site.reading() as ledger:
        found = ledger.catalogue[form].form
        for field in found.questions.values():
            if field.type == "record":
                ledger.lookup.learn_records(field.form)  # type: ignore[attr-defined]  # a record link by its type
        rows = [cells_of(ledger, found, item) for item in each(ledger.conn, found, SYSTEM, Query(search=search))]
        is_csv = file.suffix.lower() == ".csv"
        file.write_bytes(write_csv(headings(found), rows) if is_csv else write_xlsx(found.title, headings(found), rows))
    click.echo(f"{len(rows)} 条 → {file}")
