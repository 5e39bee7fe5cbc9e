"""`backup`: the whole office in one zip."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.backups import back_up
from webapp.opening import open_office
from webapp.progress import progress_bar
from webapp.settings import read_settings


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """把整个办公室（记录、文件、表格、定义、设置）备份成一个 zip；运行中也可以做。"""
    settings = read_settings(ctx.obj)
    site = open_office(ctx, settings)
    path = file or settings.backups / f"taizhang-{site.now():%Y%m%d-%H%M%S}.zip"
    with progress_bar() as progress:
        made = back_up(site.database, settings, Path(ctx.obj), path, progress)
    click.echo(f"{made.path}：{sum(made.tables.values())} 行记录，{made.files} 个文件")
