"""The office that a command works for: opened by its settings, its first forms published, let go of when it is over."""

from __future__ import annotations

import click

from records.catalogue import advisable, unpublishable, unpublished
from records.retired import retired_forms
from webapp.definitions import office_folder
from webapp.settings import Settings, read_settings
from webapp.site import SYSTEM, Site, open_site


def open_office(ctx: click.Context, settings: Settings | None = None) -> Site:
    """The office of `--config`, or of `settings`. Raises `BadSettings`, `DatabaseAway`, `WrongSchema`."""
    site = open_site(settings or read_settings(ctx.obj))
    ctx.call_on_close(site.database.close)
    return site


def publish_forms(site: Site) -> None:
    """Publish the forms of an office that has none yet, and tell what is wrong; it keeps nobody from working.

    Later a file is a proposal until somebody publishes it on the page 管理: two checkouts that serve one database
    would publish over each other at every start.
    """
    folder = office_folder(site.settings)
    with site.reading() as ledger:
        is_new = not ledger.catalogue.newest and not retired_forms(ledger.conn)
        waiting = unpublished(ledger.conn, folder)
        issues = [*folder.issues, *unpublishable(ledger.conn, folder), *advisable(ledger.conn, folder)]
    for issue in site.publish_forms(SYSTEM.id) if is_new else issues:
        click.echo(f"  {issue}", err=True)
    if waiting and not is_new:
        click.echo(f"  改过、还没发布的表单：{'、'.join(waiting)}。请到网页“管理”里发布", err=True)
