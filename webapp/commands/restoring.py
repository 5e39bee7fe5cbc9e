"""`restore`: a backup into an empty office."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.backups import restore
from webapp.progress import progress_bar
from webapp.settings import read_settings
from webapp.site import open_database


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_context
def command(ctx: click.Context, file: Path) -> None:
    """把备份恢复到设置里写的（空的）数据库和文件夹；换数据库也用它。"""
    settings = read_settings(ctx.obj)
    database = open_database(settings)
    ctx.call_on_close(database.close)
    with progress_bar() as progress:
        done = restore(database, settings, file, progress)
    click.echo(f"已恢复 {sum(done.tables.values())} 行记录，{done.files} 个文件")
    click.echo("表单和通报的定义没有动；要用备份里的，在它的 forms、vocabularies、reports 文件夹里")
