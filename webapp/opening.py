"""The office that a command works for: opened by its settings, and let go of when the command is over."""

from __future__ import annotations

import click

from webapp.settings import Settings, read_settings
from webapp.site import Site, open_site


def open_office(ctx: click.Context, settings: Settings | None = None) -> Site:
    """The office of `--config`, or of `settings`. Raises `BadSettings`, `DatabaseAway`, `WrongSchema`."""
    site = open_site(settings or read_settings(ctx.obj))
    ctx.call_on_close(site.database.close)
    return site
