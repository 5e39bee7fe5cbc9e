"""`demo`: the fictional county."""

from __future__ import annotations

import click

from demo.loading import load
from webapp.opening import open_office
from webapp.progress import progress_bar
from webapp.settings import read_settings


@click.command("demo")
@click.pass_context
def command(ctx: click.Context) -> None:
    """装入虚构的青山县：单位、人员、企业和一次专项行动的记录。已装过就不再装。"""
    settings = read_settings(ctx.obj)
    site = open_office(ctx, settings)
    with progress_bar() as progress:
        summary = load(site.database, definitions=settings.forms, now=site.now(), progress=progress)
    if not summary.records:
        click.echo("演示数据已经在里面了")
        return
    click.echo(f"{summary.units} 个单位，{summary.people} 人，{sum(summary.records.values())} 条记录")
