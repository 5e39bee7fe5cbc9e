"""Every sentence for people that the code and the templates say, and how a catalogue of another language keeps it.

In Python a sentence is the template of `say(…)`, `gettext(…)`, or of one of the few functions that pass theirs on
to `say` (`_PASSED_ON`). It stands there as a literal, as a choice between literals, as a name that a literal is given
to, or as a value of a mapping (`say(words[verb])`). In a page's template it stands in `_(…)`.
"""

from __future__ import annotations

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

FLOORS = ("kernel", "forms", "records", "sync", "reports", "jobs", "demo", "webapp")
#: Function to the place of the template among its arguments.
_PASSED_ON = {"say": 0, "gettext": 0, "_mistake": 1, "PydanticCustomError": 1}
_NAMED = re.compile(r"%\((\w+)\)s|(?<!\{)\{(\w+)(?::[^{}]*)?\}(?!\})", re.ASCII)


def gathered(root: Path) -> dict[str, set[str]]:
    """Sentence to the files that say it, in the order of floors and files."""
    said: dict[str, set[str]] = {}
    for path in (path for floor in FLOORS for path in sorted((root / floor).rglob("*"))):
        for sentence in _sentences_of(path):
            said.setdefault(sentence, set()).add(path.relative_to(root).as_posix())
    return said


def read_catalogue(path: Path) -> Catalog:
    """The catalogue as it lies there."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def updated(catalogue: Catalog, said: dict[str, set[str]]) -> Catalog:
    """The same catalogue with just the sentences that are said; new ones wait for their translation."""
    fresh = Catalog(catalogue.locale, project="taizhang", header_comment="# Sentences for people.", fuzzy=False)
    fresh.creation_date = fresh.revision_date = catalogue.creation_date
    fresh.last_translator = fresh.language_team = fresh.msgid_bugs_address = "taizhang"
    for sentence, files in said.items():
        known = catalogue.get(sentence)
        fresh.add(sentence, known.string if known else "", locations=[(name, 0) for name in sorted(files)])
    return fresh


def written(catalogue: Catalog) -> bytes:
    """A catalogue as its file holds it; without line numbers, which would change with every edit of the code."""
    content = io.BytesIO()
    write_po(content, catalogue, width=120, include_lineno=False)
    return content.getvalue()


def mistakes(catalogue: Catalog, said: dict[str, set[str]]) -> Iterator[str]:
    """What is wrong with a catalogue, a line each."""
    known = {str(message.id): message for message in catalogue if message.id}
    yield from (f"missing: {sentence}" for sentence in said if sentence not in known)
    for sentence, message in known.items():
        translation = str(message.string or "")
        if sentence not in said:
            yield f"said nowhere: {sentence}"
        elif not translation:
            yield f"not translated: {sentence}"
        elif message.fuzzy:
            yield f"fuzzy: {sentence}"
        elif _names(sentence) != _names(translation):
            yield f"other values: {sentence} -> {translation}"


def _names(template: str) -> Counter[str]:
    return Counter(printf or brace for printf, brace in _NAMED.findall(template))


def _sentences_of(path: Path) -> Iterator[str]:
    if path.suffix == ".py":
        yield from _said_in(ast.parse(path.read_text("utf-8")))
    elif path.suffix in (".html", ".j2"):
        for _, message, _, _ in extract_from_file("jinja2", path, keywords={"_": None, "gettext": None}):
            yield str(message)


def _said_in(module: ast.Module) -> Iterator[str]:
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                given.setdefault(ast.unparse(target), []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and node.value:
            given.setdefault(ast.unparse(node.target), []).append(node.value)
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            place = _PASSED_ON.get(ast.unparse(node.func))
            if place is not None and len(node.args) > place:
                yield from _literals(node.args[place], given)


def _literals(node: ast.expr, given: dict[str, list[ast.expr]]) -> Iterator[str]:
    match node:
        case ast.Constant(str() as text):
            yield text
        case ast.IfExp(_, body, otherwise):
            yield from (text for side in (body, otherwise) for text in _literals(side, given))
        case ast.Subscript(ast.Name(name)):
            for mapping in (found for found in given.get(name, []) if isinstance(found, ast.Dict)):
                yield from (text for value in mapping.values for text in _literals(value, {}))
        case ast.Name(name):
            yield from (text for found in given.get(name, []) for text in _literals(found, {}))
        case _:
            return
