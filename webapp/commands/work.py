"""`work`: one more worker."""

from __future__ import annotations

import click

from webapp.running import work
from webapp.settings import read_settings
from webapp.site import open_site


@click.command("work")
@click.pass_context
def command(ctx: click.Context) -> None:
    """再开一个只做后台工作的进程（同一个数据库可以有几个）。"""
    work(open_site(read_settings(ctx.obj)))
