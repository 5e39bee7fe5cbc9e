"""`import`: records of a form from a table, a form from an XLSForm, or units, people, roles and calendar from YAML."""

from __future__ import annotations

import json
from pathlib import Path

import click

from records.model import Actor, Door
from records.people import actor_of, get_person
from sync.exchange import ImportReport, read_table, take_in
from webapp.exits import LEFT_OUT
from webapp.office_file import load_office_file
from webapp.office_table import is_table
from webapp.opening import open_office
from webapp.progress import progress_bar
from webapp.settings import read_settings
from webapp.site import SYSTEM, Site
from webapp.taking_forms import take_in_form


@click.command("import")
@click.argument("form", required=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--dry-run", is_flag=True, help="只看会怎样，不写入")
@click.option("--as", "person", help="以谁的名义（登录名）")
@click.option(
    "--xlsform", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="由 XLSForm 工作簿写一个定义文件"
)
@click.option("--to", help="定义文件叫什么：名称.yaml（与 --xlsform 一起用）")
@click.option("--json", "as_json", is_flag=True, help="给脚本读的输出")
@click.pass_context
def command(
    ctx: click.Context,
    form: str | None,
    file: Path | None,
    *,
    dry_run: bool,
    person: str | None,
    xlsform: Path | None,
    to: str | None,
    as_json: bool,
) -> None:
    """导入记录：import 表单 文件.xlsx|.csv；或导入单位、人员、角色、日历：import 文件.yaml。

    单位、人员也可以是 .csv、.xlsx 的名单。由 XLSForm 写一张新表单：import --xlsform 文件.xlsx。

    每一行都按网页填报的规则检查；同一行再导入一次不会重复。有行没收进时退出码为 3。
    """
    if xlsform is not None:
        take_in_form(read_settings(ctx.obj), xlsform, to=to, dry_run=dry_run)
        return
    if form is None:
        raise click.UsageError("导入什么？写成 import 表单 文件.xlsx、import 单位.yaml，或 import --xlsform 文件.xlsx")
    site = open_office(ctx)
    if file is None:
        _take_in_office(site, Path(form), dry_run=dry_run, as_json=as_json)
        return
    table = read_table(file)
    occasion = site.occasion(_actor(site, person), Door.IMPORT)
    with progress_bar() as progress, site.writing() as ledger:

        def tell(done: int) -> None:
            progress("导入", done, len(table.rows))

        report = take_in(ledger, ledger.catalogue[form].form, table, occasion, dry_run=dry_run, tell=tell)
    _tell(report, as_json=as_json, dry_run=dry_run)
    ctx.exit(LEFT_OUT if report.refused else 0)


def _take_in_office(site: Site, path: Path, *, dry_run: bool, as_json: bool) -> None:
    if path.suffix.lower() not in (".yaml", ".yml") and not is_table(path):
        raise click.UsageError(f"要导入哪个文件？写成 import {path} 文件.xlsx，或 import 单位.yaml、人员.csv")
    told = load_office_file(site, path, dry_run=dry_run)
    click.echo(json.dumps({"dry_run": dry_run, **told.values}, ensure_ascii=False) if as_json else told)


def _actor(site: Site, person: str | None) -> Actor:
    if person is None:
        return SYSTEM
    with site.database.reading() as conn:
        return actor_of(conn, get_person(conn, person))


def _tell(report: ImportReport, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        refused = [
            {"row": row.number, "refusals": {name: str(why) for name, why in row.refusals.items()}}
            for row in report.refused
        ]
        told = {"accepted": report.accepted, "repeated": report.repeated, "refused": refused, "unknown": report.unknown}
        click.echo(json.dumps({"dry_run": dry_run, **told}, ensure_ascii=False))
        return
    for row in report.refused:
        for name, why in row.refusals.items():
            click.echo(f"第 {row.number} 行 {name} {why}", err=True)
    if report.unknown:
        click.echo(f"这些列不是本表的题目：{'、'.join(report.unknown)}", err=True)
    done = "会收进" if dry_run else "收进"
    click.echo(f"{done} {report.accepted} 条，以前已有 {report.repeated} 条，没有收 {len(report.refused)} 行")
