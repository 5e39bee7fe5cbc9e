"""The command line: one command for each module of `webapp/commands/`; the folder is the registry.

Exit codes: 0 done, 1 refused (the sentence says why), 2 used wrongly, 3 done but something was left out.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

import webapp.commands
from kernel.problems import Problem
from webapp.settings import BadSettings


class _Refusing(click.Group):
    """A group that tells a refusal in one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadSettings as problem:
            for issue in problem.issues:
                click.echo(str(issue), err=True)
            ctx.exit(1)
        except Problem as problem:
            click.echo(problem.sentence, err=True)
            ctx.exit(1)


@click.group(cls=_Refusing, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config", type=click.Path(path_type=Path), default=Path("config.yaml"), show_default=True, help="设置文件"
)
@click.option("--verbose", is_flag=True, help="多说一些经过")
@click.version_option("0.1.0", prog_name="taizhang")
@click.pass_context
def command_line(ctx: click.Context, config: Path, *, verbose: bool) -> None:
    """台账 Taizhang：表单、共享表格、通报。"""
    ctx.obj = config
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(name)s %(message)s")


def build(*, only: str | None = None) -> click.Group:
    """The command line with every command in the folder, or with the one of module `only`."""
    for name in _modules() if only is None else [only]:
        found = importlib.import_module(f"webapp.commands.{name}").command
        assert isinstance(found, click.Command)
        if not any(option.name == "config" for option in found.params):
            found.params.append(_config_option())
        command_line.add_command(found)
    return command_line


def _modules() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(webapp.commands.__path__)]


def _config_option() -> click.Option:
    """`--config` behind a command means what it means before it."""

    def chosen(ctx: click.Context, option: click.Parameter, path: Path | None) -> None:
        del option
        if path is not None:
            ctx.obj = path

    return click.Option(
        ["--config"], type=click.Path(path_type=Path), callback=chosen, expose_value=False, help="设置文件"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; the others, and all that they need, are not loaded where it is named first."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    only = words[0] if words and words[0] in _modules() else None
    build(only=only)(args=words, prog_name="python -m webapp")
    sys.exit(0)
