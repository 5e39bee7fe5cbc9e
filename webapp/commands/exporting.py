"""`export`: records of a form as a table, or the form itself in the words of the field's standard."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from forms.loading import load_vocabularies
from forms.xlsform.exporting import export_xlsform
from forms.xlsform.sheets import EXTRAS, NOTES, Sheets
from records.listing import Query, each, find
from records.seeing import Seeing
from sync.exchange import cells_of, headings, write_csv, write_xlsx
from sync.layout import CellValue
from webapp.opening import open_office
from webapp.progress import progress_bar
from webapp.site import SYSTEM, Site
from webapp.xlsforms import write_workbook, xform_of

#: Records between two looks at the progress bar.
_TOLD_EVERY = 500


@click.command("export")
@click.argument("form")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--xlsform", type=click.Path(path_type=Path, dir_okay=False), help="把表单本身写成 XLSForm 工作簿（.xlsx）"
)
@click.option("--xform", type=click.Path(path_type=Path, dir_okay=False), help="把表单本身写成 ODK 的 XForm（.xml）")
@click.option("--search", default="", help="只导出含这些字的记录")
@click.pass_context
def command(
    ctx: click.Context, form: str, file: Path | None, search: str, xlsform: Path | None, xform: Path | None
) -> None:
    """把一张表单的记录导出成 .xlsx 或 .csv；或把表单本身导出成 XLSForm、XForm，给 ODK、KoboToolbox 用。

    导出记录：export 表单 文件.xlsx|.csv；导出表单：export 表单 --xlsform 文件.xlsx，或 --xform 文件.xml。
    """
    site = open_office(ctx)
    if xlsform is not None or xform is not None:
        _write_form(site, form, xlsform=xlsform, xform=xform)
    if file is not None:
        _write_records(site, form, file, search)
    elif xlsform is None and xform is None:
        raise click.UsageError(f"导出到哪个文件？写成 export {form} 文件.xlsx，或 export {form} --xlsform 文件.xlsx")


def _write_form(site: Site, form: str, *, xlsform: Path | None, xform: Path | None) -> None:
    """Write the published form to the files that are given, and tell what stays on the server."""
    with site.reading() as ledger:
        version = ledger.catalogue[form]
    vocabularies, _ = load_vocabularies(site.settings.forms.parent / "vocabularies")
    sheets = export_xlsform(version.form, vocabularies, version=str(version.version))
    for path, content in ((xlsform, write_workbook), (xform, partial(_xform, name=form))):
        if path is not None:
            _write(path, content(sheets))
            click.echo(f"表单 {form} → {path}")
    left = sheets[NOTES].rows
    for row in left:
        about = " ".join(row.cells[key] for key in ("question", "key") if key in row.cells)
        click.echo(f"  {about}：{row.cells['note']}")
    if left:
        click.echo(f"以上 {len(left)} 处 ODK 没有相应的写法，原样记在工作表 {EXTRAS} 里")


def _xform(sheets: Sheets, *, name: str) -> bytes:
    return xform_of(sheets, name=name).encode()


def _write_records(site: Site, form: str, file: Path, search: str) -> None:
    kind = file.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise click.BadParameter("文件名以 .xlsx 或 .csv 结尾", param_hint="FILE")
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
