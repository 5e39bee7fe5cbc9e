"""`check`: is every definition file right?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from kernel.yamlfile import Issue
from reports.loading import load_reports
from webapp.bulletins import judge_schedule
from webapp.definitions import office_folder
from webapp.settings import read_settings


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="给脚本读的输出")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """检查每个表单和通报的定义文件：文件:行:列: 哪里不对，下面一行怎么改。有错时退出码为 1。"""
    settings = read_settings(ctx.obj)
    folder = office_folder(settings)
    reports = load_reports(settings.reports, folder.forms, judge_schedule)
    issues = [*folder.issues, *reports.issues]
    if as_json:
        click.echo(json.dumps([_as_json(issue) for issue in issues], ensure_ascii=False))
    else:
        for issue in issues:
            click.echo(replace(issue, path=_near(issue.path)))
            if issue.remedy:
                click.echo(f"    {issue.remedy} [{issue.code}]")
        click.echo(f"{len(folder.forms)} 张表单、{len(reports.reports)} 份通报可用，{len(issues)} 处要改")
    ctx.exit(1 if issues else 0)


def _as_json(issue: Issue) -> dict[str, object]:
    return {
        "path": str(_near(issue.path)),
        "line": issue.line,
        "column": issue.column,
        "code": issue.code,
        "sentence": str(issue.sentence),
        "remedy": str(issue.remedy),
    }


def _near(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
