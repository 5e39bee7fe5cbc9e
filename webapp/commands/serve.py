"""`serve`: the pages, the worker and the clock."""

from __future__ import annotations

import click

from webapp.opening import open_office, publish_forms
from webapp.running import check_port, serve
from webapp.settings import read_settings


@click.command("serve")
@click.option("--host", envvar="HOST", help="监听的地址")
@click.option("--port", envvar="PORT", type=click.IntRange(1, 65535), help="端口")
@click.pass_context
def command(ctx: click.Context, host: str | None, port: int | None) -> None:
    """打开网页、后台工作和定时任务（一个进程）。"""
    settings = read_settings(ctx.obj)
    host, port = host or settings.web.host, port or settings.web.port
    check_port(host, port)
    site = open_office(ctx, settings.served_at(host, port))
    publish_forms(site)
    serve(site, host=host, port=port)
