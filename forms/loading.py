"""From a YAML file to a `Form`, or to everything that is wrong with it and where."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from forms.choices import Choice, ChoiceList
from forms.definition import Form
from forms.flaws import choices, shapes, structure
from forms.linting import lint
from forms.mistakes import issue_of
from forms.refused import finding_in
from forms.tables import read_choices
from kernel.yamlfile import Issue, YamlFile, read_yaml, read_yaml_source

#: No more than this is told of one file at a time: looking for what was meant takes time.
MOST_ISSUES = 100
#: Shared choice lists by name: each maps a choice's name to what `Choice.read` accepts.
Vocabularies: TypeAlias = Mapping[str, Mapping[str, Any]]


def load_form(path: Path, vocabularies: Vocabularies, source: str | None = None) -> Form | list[Issue]:
    """Read one definition file, or `source` as if it stood there; everything wrong with it is told at once."""
    file = read_yaml(path) if source is None else read_yaml_source(source.encode(), path)
    form = _form(file, path, vocabularies)
    if isinstance(form, Form) and form.id != path.stem:
        return [file.issue(path, ("id",), structure.FILE_NAME.found(id=form.id))]
    return form


def parse_form(source: str, vocabularies: Vocabularies, *, name: str = "form.yaml") -> Form | list[Issue]:
    """Read a definition from its text."""
    path = Path(name)
    return _form(read_yaml_source(source.encode(), path), path, vocabularies)


def stored_form(source: str, vocabularies: Vocabularies, *, name: str) -> Form:
    """A definition that was published: it was judged then, by the rules of then, and is not judged again.

    A key that definitions have no more is passed over.
    """
    path = Path(name)
    file = read_yaml_source(source.encode(), path)
    assert not file.issues, file.issues
    return Form.model_validate(file.data, context={"vocabularies": vocabularies}, extra="ignore")


def load_vocabularies(folder: Path) -> tuple[dict[str, ChoiceList], list[Issue]]:
    """Every `*.yaml` of `folder` as a choice list called by its file's name, every `*.csv` by its whole name."""
    found: dict[str, ChoiceList] = {}
    issues: list[Issue] = []
    for path in sorted(folder.glob("*.yaml")):
        file = read_yaml(path)
        issues += file.issues
        if isinstance(file.data, dict):
            found[path.stem], wrong = _choices(file, path)
            issues += wrong
        elif not file.issues:
            issues.append(Issue(path, 1, choices.NOT_A_VOCABULARY.found()))
    for path in sorted(folder.glob("*.csv")):
        found[path.name], wrong = read_choices(path)
        issues += wrong
    return found, issues


def _choices(file: YamlFile, path: Path) -> tuple[ChoiceList, list[Issue]]:
    found: dict[str, Choice] = {}
    issues: list[Issue] = []
    for name, given in file.data.items():
        try:
            found[str(name)] = Choice.read(given)
        except PydanticCustomError as error:
            issues.append(file.issue(path, (str(name),), finding_in(error)))
    return ChoiceList(found, path.stem), issues


def _form(file: YamlFile, path: Path, vocabularies: Vocabularies) -> Form | list[Issue]:
    if file.issues:
        return file.issues
    if not isinstance(file.data, dict):
        return [Issue(path, 1, shapes.NOT_A_FORM.found())]
    try:
        form = Form.model_validate(file.data, context={"vocabularies": vocabularies})
    except ValidationError as error:
        return [issue_of(found, file, path) for found in error.errors()[:MOST_ISSUES]]
    return [file.issue(path, mistake.place, mistake.sentence) for mistake in islice(lint(form), MOST_ISSUES)] or form
