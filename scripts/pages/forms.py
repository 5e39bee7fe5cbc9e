"""docs/reference/forms.md: the keys of a form's YAML file."""

from __future__ import annotations

from collections.abc import Iterable

from forms.access import ADMINISTRATOR
from forms.definition import Form
from forms.linting import RESERVED, SYSTEM_NAMES
from scripts.pages.keys import Part, key_table, paragraphs, parts_of


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_HEAD = f"""\
# Forms

A form is one file `forms/definitions/NAME.yaml`, called like its `id`. `python -m webapp check` says what is wrong
with it and in which line. [How to write one](../howto/form.md); [question types](fields.md);
[expressions](expressions.md).

<!-- Written by `make reference` from the classes themselves. -->

- A **name** is lower-case Latin letters, digits and `_`, begins with a letter and has at most 63 characters.
- **Words** are plain words, or words in several languages: `{{zh: 隐患, en: Hazard}}`.
- An **expression** may name the answers of the record (`${{town}}`); guards, the sheet's filter and reports, which look
  at a record that is there, may also name {_listed(SYSTEM_NAMES)}.
- No question may be called {_listed(sorted(RESERVED))}.
- YAML is read plainly: `no`, `on`, `12:30` and `2026-11-22` stay the words they look like; a key written twice,
  anchors (`&`, `*`) and tags (`!`) are refused; a file has at most 256 KB.
- The role `{ADMINISTRATOR}` may see and do everything, whatever a form says.

Choice lists that several forms share are files of their own beside the definitions:
`forms/vocabularies/LIST.yaml` says `name: words` for each choice, and a question names it: `choices: LIST`.
"""


def page() -> str:
    """Every part of a form, in the order of the file."""
    return _HEAD + "".join(_section(part) for part in parts_of(Form))


def _section(part: Part) -> str:
    title = f"`{part.path}`" if part.path else "A form"
    return f"\n## {title}\n\n{paragraphs(part.cls)}\n\n{key_table(part.cls)}"
