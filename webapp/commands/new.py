"""`new`: a commented file to start from, or a form guessed from the ledger that an office has."""

from __future__ import annotations

import re
from pathlib import Path

import click

from kernel.names import NAME
from webapp.beginning import new_form_from_ledger
from webapp.settings import read_settings

_PATTERNS = Path(__file__).parent.parent / "patterns"


@click.command("new")
@click.argument("what", type=click.Choice(["form", "report"]))
@click.argument("name")
@click.option(
    "--from", "ledger", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="由台账（.xlsx、.csv）猜"
)
@click.option("--tab", help="台账在哪张工作表；不写是第一张有表格的")
@click.option("--import", "with_rows", is_flag=True, help="发布这张表单，并把台账里的各行导入")
@click.pass_context
def command(ctx: click.Context, what: str, name: str, *, ledger: Path | None, tab: str | None, with_rows: bool) -> None:
    """写一个带说明的新定义文件：new form 名称 或 new report 名称（名称用小写英文）。

    已有台账的：new form 名称 --from 台账.xlsx，由表头和内容猜出题目，拿不准的写在旁边；加 --import 一并导入各行。
    """
    if not re.fullmatch(NAME, name):
        raise click.BadParameter("用小写字母开头，只含小写字母、数字和下划线", param_hint="NAME")
    settings = read_settings(ctx.obj)
    folder = settings.forms if what == "form" else settings.reports
    path = folder / f"{name}.yaml"
    if path.exists():
        raise click.ClickException(f"{path} 已经有了")
    if ledger is not None:
        if what != "form":
            raise click.UsageError("--from 只用于 new form")
        new_form_from_ledger(ctx, settings, path, ledger=ledger, tab=tab, with_rows=with_rows)
        return
    pattern = (_PATTERNS / f"{what}.yaml").read_text("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(pattern.replace("NAME", name), "utf-8")
    click.echo(f"已写好 {path}，改完后运行 python -m webapp check")
