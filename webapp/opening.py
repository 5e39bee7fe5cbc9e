"""The office that a command works for: opened by its settings, its forms published, let go of when it is over."""

from __future__ import annotations

import click

from webapp.settings import Settings, read_settings
from webapp.site import SYSTEM, Site, open_site


def open_office(ctx: click.Context, settings: Settings | None = None) -> Site:
    """The office of `--config`, or of `settings`. Raises `BadSettings`, `DatabaseAway`, `WrongSchema`."""
    site = open_site(settings or read_settings(ctx.obj))
    ctx.call_on_close(site.database.close)
    return site


def publish_forms(site: Site) -> None:
    """Publish what changed in the folder of forms; what stays as it was is told, and keeps nobody from working."""
    for issue in site.publish_forms(SYSTEM.id):
        click.echo(f"  {issue}", err=True)
