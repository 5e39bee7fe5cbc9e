"""docs/reference/commands.md: what `--help` says about every command."""

from __future__ import annotations

import click

from webapp import cli

_HEAD = """\
# Commands

Everything but pages: `python -m webapp COMMAND` in the folder of `config.yaml`, with the Python of `.venv`
(`. .venv/bin/activate`, or `.venv/bin/python -m webapp …`). A command that changes records goes through the same
reader, the same permissions and the same queue as a page, and may run while the server runs.

<!-- Written by `make reference` from the commands themselves. -->

Exit codes: 0 done; 1 refused, the sentence says why; 2 used wrongly; 3 done, but something was left out (rows that
were not taken in, a sheet that has to wait).

`make run`, `make test` and the rest are listed by `make`.
"""
_PROGRAM = "python -m webapp"


def page() -> str:
    """The options that all commands share, then each command by its name."""
    group = cli.build()
    with click.Context(group, info_name=_PROGRAM, terminal_width=100) as context:
        sections = [_section(_PROGRAM, group.get_help(context))]
        for name, command in sorted(group.commands.items()):
            with click.Context(command, info_name=name, parent=context, terminal_width=100) as inner:
                sections.append(_section(name, command.get_help(inner)))
    return _HEAD + "".join(sections)


def _section(title: str, told: str) -> str:
    return f"\n## {title}\n\n```text\n{told}\n```\n"
