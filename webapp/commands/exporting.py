"""`export`: records of a form as a table."""

from __future__ import annotations

from pathlib import Path

import click

from records.listing import Query, each, find
from records.seeing import Seeing
from sync.exchange import cells_of, headings, write_csv, write_xlsx
from sync.layout import CellValue
from webapp.opening import open_office
from webapp.progress import progress_bar
from webapp.site import SYSTEM

#: Records between two looks at the progress bar.
_TOLD_EVERY = 500


@click.command("export")
@click.argument("form")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--search", default="", help="只导出含这些字的记录")
@click.pass_context
def command(ctx: click.Context, form: str, file: Path, search: str) -> None:
    """把一张表单的记录导出成 .xlsx 或 .csv。"""
    kind = file.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise click.BadParameter("文件名以 .xlsx 或 .csv 结尾", param_hint="FILE")
    site = open_office(ctx)
    with progress_bar() as progress, site.reading() as ledger:
        found = ledger.catalogue[form].form
        for field in found.questions.values():
            if field.type == "record":
                ledger.lookup.learn_records(field.form)  # type: ignore[attr-defined]  # a record link by its type
        wanted = Query(search=search)
        seeing = Seeing(ledger, SYSTEM)
        total = find(ledger, found, SYSTEM, wanted).total
        rows = list[list[CellValue]]()
        for item in each(ledger.conn, found, SYSTEM, wanted):
            rows.append(cells_of(seeing, found, item, site.settings.zone))
            if len(rows) % _TOLD_EVERY == 0 or len(rows) == total:
                progress("导出", len(rows), total)
        header = headings(found, SYSTEM)
        content = write_csv(header, rows) if kind == ".csv" else write_xlsx(found.title, header, rows)
    _write(file, content)
    click.echo(f"{len(rows)} 条 → {file}")


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"写不了 {file}：{error.strerror}") from error
