"""`work`: one more worker."""

from __future__ import annotations

import click

from webapp.opening import open_office
from webapp.running import work


@click.command("work")
@click.pass_context
def command(ctx: click.Context) -> None:
    """再开一个只做后台工作的进程（同一个数据库可以有几个）。"""
    work(open_office(ctx))
