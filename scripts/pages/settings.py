"""docs/reference/settings.md: the keys of config.yaml."""

from __future__ import annotations

from scripts.pages.keys import Part, key_table, paragraphs, parts_of
from webapp.settings import Settings

_HEAD = """\
# Settings

`config.yaml` lies in the folder the commands are run in; `python -m webapp --config FILE …` takes another one.
`python -m webapp init` writes a new one with an explanation beside each key. Relative paths are meant from the
folder the file lies in. Units, people, roles and the calendar are not settings: they live in the database
([how they get there](../howto/office.md)).

<!-- Written by `make reference` from the classes themselves. -->

A secret stays out of the file: `password: !env MAIL_PASSWORD` reads it from the environment when the program
starts. The environment's `HOST` and `PORT` go before `web.host` and `web.port` in `run` and `serve`.
"""


def page() -> str:
    """Every part of config.yaml, in the order of the class."""
    return _HEAD + "".join(_section(part) for part in parts_of(Settings))


def _section(part: Part) -> str:
    title = f"`{part.path}`" if part.path else "At the top"
    return f"\n## {title}\n\n{paragraphs(part.cls)}\n\n{key_table(part.cls)}"
