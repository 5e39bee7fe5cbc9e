"""`run`: what `make run` starts; sets up what is missing, then serves."""

from __future__ import annotations

import threading

import click

from demo.accounts import showcase
from demo.loading import load
from records.people import count_people
from reports.pdf import can_draw
from webapp.opening import open_office, publish_forms
from webapp.progress import progress_bar
from webapp.running import check_port, serve
from webapp.settings import Settings, read_settings
from webapp.site import Site


@click.command("run")
@click.option("--host", envvar="HOST", help="监听的地址")
@click.option("--port", envvar="PORT", type=click.IntRange(1, 65535), help="端口")
@click.pass_context
def command(ctx: click.Context, host: str | None, port: int | None) -> None:
    """第一次运行时建库、装入演示数据，然后打开网页；以后直接打开。"""
    settings = read_settings(ctx.obj)
    host, port = host or settings.web.host, port or settings.web.port
    check_port(host, port)
    settings = settings.served_at(host, port)
    site = open_office(ctx, settings)
    _set_up(site, settings)
    _greet(settings)
    serve(site, host=host, port=port)


def _set_up(site: Site, settings: Settings) -> None:
    with site.database.reading() as conn:
        is_new = count_people(conn) == 0
    if is_new and settings.demo:
        with progress_bar() as progress:
            load(site.database, definitions=settings.forms, now=site.now(), progress=progress)
    else:
        publish_forms(site)


def _greet(settings: Settings) -> None:
    click.echo(f"\n  {settings.office}  {settings.web_address}\n")
    if settings.demo:
        click.echo("  演示账号：")
        for account in showcase():
            click.echo(f"    {account.sign_in:<12}{account.password}  {account.title['zh']}")
        click.echo("")
    threading.Thread(target=_warn_about_pdfs, name="can-draw", daemon=True).start()


def _warn_about_pdfs() -> None:
    """Drawing a page to see whether it can be done takes a second or two; nobody need wait for it."""
    if problem := can_draw():
        click.echo(f"  注意：{problem.sentence}\n", err=True)
