"""docs/reference/fields.md: every question type of `forms/fields/`."""

from __future__ import annotations

import inspect

from forms.definition import field_classes
from forms.fields.base import Field
from forms.values import Kind
from scripts.pages.keys import example_of, key_table, paragraphs

_HEAD = """\
# Question types

What may stand after `type:` in the `fields` of a [form](forms.md). A type is one class in `forms/fields/`;
this page is written from those classes.

<!-- Written by `make reference` from the classes themselves. -->

An answer that cannot be read is never stored: whoever typed it reads a sentence beside the question, and all
such sentences are told at once. Full-width digits, letters and punctuation are read as their half-width ones
wherever a number, a date or a code is asked for. A value that is shown (on a page, in a sheet, in an export)
is read back as the same value.

| Type | What it is | Stored as |
|---|---|---|
"""
_COMMON = """
## Keys that every question has

Words (`label`, `hint`, messages) are plain words, or words in several languages: `{zh: 地点, en: Place}`.

"""


def page() -> str:
    """The types in one table, the keys they share, and each type with an example."""
    types = sorted(field_classes(), key=_name)
    overview = "".join(f"| [`{_name(cls)}`](#{_name(cls)}) | {_first_line(cls)} | {_stored(cls)} |\n" for cls in types)
    return _HEAD + overview + _COMMON + key_table(Field) + "".join(_section(cls) for cls in types)


def _section(cls: type[Field]) -> str:
    shared = [name for name in Field.model_fields if name == "type" or name not in _declared(cls)]
    own = key_table(cls, without=shared)
    reading = _reading(cls)
    return "".join(
        [
            f"\n## {_name(cls)}\n\n{paragraphs(cls)}\n",
            f"\n{reading}\n" if reading else "",
            f"\n{own}" if own else "",
            f"\n```yaml\n# field\n{example_of(cls)}\n```\n",
        ]
    )


def _declared(cls: type[Field]) -> set[str]:
    """The keys that `cls` says something of its own about."""
    return {name for base in cls.__mro__ if base not in Field.__mro__ for name in inspect.get_annotations(base)}


def _reading(cls: type[Field]) -> str:
    """What its reader says about what it accepts; empty for what is not answered in words."""
    for base in cls.__mro__:
        for name in ("read_text", "read"):
            if name in vars(base) and base is not Field:
                return paragraphs(vars(base)[name])
    return ""


def _name(cls: type[Field]) -> str:
    return str(cls.model_fields["type"].default)


def _first_line(cls: type[Field]) -> str:
    return paragraphs(cls).splitlines()[0].removesuffix(".")


def _stored(cls: type[Field]) -> str:
    return "—" if cls.kind is Kind.NOTHING else cls.kind.value
