"""Tables of the keys that a part of a YAML file may have, read from the class that loads it.

The meaning of a key is the `#:` comment above it, so that it is written once, beside what it is about.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

#: What a key takes, for names of the code that say nothing to whoever writes YAML.
_SPOKEN = {
    "AnyBlock": "a [block](#blocks)",
    "AnyField": "a [question](fields.md)",
    "Box": "list: west, south, east, north",
    "ChoiceCondition": "[expression](expressions.md)",
    "Choices": "words, names and words, or a list's name",
    "ClockHour": "hour of the day, in quotes",
    "Condition": "[expression](expressions.md)",
    "Decimal": "number",
    "Editable": "names, or `all`",
    "Expr": "a question's name or an [expression](expressions.md)",
    "FieldName": "name",
    "Label": "words",
    "Path": "path",
    "SecretStr": "text",
    "SentenceTemplate": "[sentence](#sentences)",
    "Switch": "`true`, `false` or [expression](expressions.md)",
    "bool": "`true` or `false`",
    "date": "day",
    "float": "number",
    "int": "whole number",
    "str": "text",
}
_NOTHING = "—"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key: as it is written, what it takes, what it is when it is left out, and what it is for."""

    name: str
    takes: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Part:
    """A class that loads a part of a file, and where that part stands: `workflow.states.NAME`."""

    path: str
    cls: type[BaseModel]


def parts_of(cls: type[BaseModel], path: str = "") -> Iterator[Part]:
    """`cls` and every part below it, depth first; parts that are chosen by a `type` have pages of their own."""
    yield Part(path, cls)
    for name, field in cls.model_fields.items():
        here = f"{path}.{field.alias or name}".lstrip(".")
        for inner, steps in _parts_in(field.annotation):
            if "type" not in inner.model_fields:
                yield from parts_of(inner, here + steps)


def key_table(cls: type[BaseModel], *, without: Collection[str] = ()) -> str:
    """The keys of `cls` but those in `without`, as a table; empty when there are none."""
    rows = [row for row in keys_of(cls) if row.name not in without]
    if not rows:
        return ""
    lines = [f"| `{row.name}` | {row.takes} | {row.default} | {row.meaning} |\n" for row in rows]
    return "| Key | Takes | Left out | Meaning |\n|---|---|---|---|\n" + "".join(lines)


def keys_of(cls: type[BaseModel]) -> list[KeyRow]:
    """Every key of `cls`, also those of the classes it is made of."""
    return [_row(cls, name, field) for name, field in cls.model_fields.items()]


def paragraphs(thing: object) -> str:
    """The docstring of `thing` without what is said to programmers (`Example:`, `Raises:`)."""
    text = inspect.getdoc(thing) or ""
    return re.split(r"^\w+:\n(?= )", text, maxsplit=1, flags=re.MULTILINE)[0].strip()


def example_of(thing: object) -> str:
    """The YAML under `Example:` in the docstring of `thing`; empty when there is none."""
    _, _, rest = (inspect.getdoc(thing) or "").partition("Example:\n")
    lines = rest.splitlines()
    end = next((at for at, line in enumerate(lines) if line and not line.startswith(" ")), len(lines))
    return textwrap.dedent("\n".join(lines[:end])).strip()


def _row(cls: type[BaseModel], name: str, field: FieldInfo) -> KeyRow:
    owner = next(base for base in cls.__mro__ if name in vars(base).get("__annotations__", {}))
    node, meaning = _written(owner, name)
    takes = _takes(node, vars(sys.modules[owner.__module__]))
    return KeyRow(field.alias or name, _cell(takes), _default(field), _cell(meaning))


def _written(owner: type[BaseModel], name: str) -> tuple[ast.expr, str]:
    """The annotation of a key and the comment above it, as they stand in the source."""
    source = textwrap.dedent(inspect.getsource(owner))
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            above = lines[: node.lineno - 1]
            comment: list[str] = []
            while above and above[-1].strip().startswith("#:"):
                comment.insert(0, above.pop().strip().removeprefix("#:").strip())
            return node.annotation, " ".join(comment)
    raise LookupError(owner, name)


def _takes(node: ast.expr, names: Mapping[str, Any]) -> str:
    """What a key of this annotation takes, in words."""
    match node:
        case ast.Name(id=word) if word in _SPOKEN:
            return _SPOKEN[word]
        case ast.Name(id=word):
            return _takes_named(names[word])
        case ast.BinOp():
            kinds = [_takes(side, names) for side in _sides(node) if not _is_none(side)]
            return " or ".join(kinds)
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, *limits])):
            return _takes(inner, names) + "".join(_limit(limit) for limit in limits)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=choices):
            written = choices.elts if isinstance(choices, ast.Tuple) else [choices]
            return _choices(choice.value for choice in written if isinstance(choice, ast.Constant))
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[inner, ast.Constant()])):
            return f"list: {_takes(inner, names)}"
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=pair)):
            return "list: " + ", ".join(_takes(inner, names) for inner in pair)
        case ast.Subscript(value=ast.Name(id="Mapping" | "dict"), slice=ast.Tuple(elts=[key, value])):
            return f"{_takes(key, names)}: {_takes(value, names)}"
    return f"`{ast.unparse(node)}`"


def _takes_named(thing: Any) -> str:  # noqa: ANN401 -- whatever an annotation may name
    if isinstance(thing, type) and issubclass(thing, Enum):
        return _choices(member.value for member in thing)
    if isinstance(thing, type) and issubclass(thing, BaseModel):
        return "keys, see below"
    if get_args(thing):
        return _choices(get_args(thing))
    return f"`{getattr(thing, '__name__', thing)}`"


def _sides(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp):
        yield from _sides(node.left)
        yield from _sides(node.right)
    else:
        yield node


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _limit(node: ast.expr) -> str:
    """`Key(ge=2, le=3600)` in words; what a pattern asks for is said by the key's comment."""
    if not isinstance(node, ast.Call):
        return ""
    words = {"ge": "from", "le": "to", "min_length": "at least", "max_length": "at most"}
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
    return "".join(f" {words[name]} `{value}`" for name, value in given.items() if name in words)


def _choices(values: Iterable[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**must be given**"
    value = field.default.value if isinstance(field.default, Enum) else field.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value in (None, "", (), {}) or not isinstance(value, str | int | Path):
        return _NOTHING
    return f"`{value}`"


def _parts_in(annotation: Any) -> Iterator[tuple[type[BaseModel], str]]:  # noqa: ANN401 -- any type at all
    """The classes of parts that an annotation holds, with the steps that lead to them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, ""
        return
    holder = get_origin(annotation)
    steps = "[]" if holder is tuple else ".NAME" if isinstance(holder, type) and issubclass(holder, Mapping) else ""
    for inner in get_args(annotation):
        for cls, inside in _parts_in(inner):
            yield cls, steps + inside


def _cell(text: str) -> str:
    return text.replace("|", "&#124;") or _NOTHING
