"""`new`: a commented file to start from."""

from __future__ import annotations

import re
from pathlib import Path

import click

from kernel.names import NAME
from webapp.settings import read_settings

_PATTERNS = Path(__file__).parent.parent / "patterns"


@click.command("new")
@click.argument("what", type=click.Choice(["form", "report"]))
@click.argument("name")
@click.pass_context
def command(ctx: click.Context, what: str, name: str) -> None:
    """写一个带说明的新定义文件：new form 名称 或 new report 名称（名称用小写英文）。"""
    if not re.fullmatch(NAME, name):
        raise click.BadParameter("用小写字母开头，只含小写字母、数字和下划线", param_hint="NAME")
    settings = read_settings(ctx.obj)
    folder = settings.forms if what == "form" else settings.reports
    path = folder / f"{name}.yaml"
    if path.exists():
        raise click.ClickException(f"{path} 已经有了")
    pattern = (_PATTERNS / f"{what}.yaml").read_text("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(pattern.replace("NAME", name), "utf-8")
    click.echo(f"已写好 {path}，改完后运行 python -m webapp check")
