"""From a YAML file to a `Form`, or to everything that is wrong with it and where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from forms.choices import Choice, ChoiceList
from forms.definition import Form
from forms.linting import lint
from forms.mistakes import sentence_of
from forms.tables import read_choices
from kernel.sentences import say
from kernel.yamlfile import Issue, YamlFile, read_yaml, read_yaml_source

#: Shared choice lists by name: each maps a choice's name to what `Choice.read` accepts.
Vocabularies: TypeAlias = Mapping[str, Mapping[str, Any]]


def load_form(path: Path, vocabularies: Vocabularies, source: str | None = None) -> Form | list[Issue]:
    """Read one definition file, or `source` as if it stood there; everything wrong with it is told at once."""
    file = read_yaml(path) if source is None else read_yaml_source(source.encode(), path)
    form = _form(file, path, vocabularies)
    if isinstance(form, Form) and form.id != path.stem:
        return [Issue(path, 1, say("文件名应与 id 相同：{id}.yaml", id=form.id))]
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
            issues.append(Issue(path, 1, say("选项表应是“名称: 文字”")))
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
            issues.append(Issue(path, file.line((str(name),)), say("{key}：{why}", key=name, why=error.message())))
    return ChoiceList(found), issues


def _form(file: YamlFile, path: Path, vocabularies: Vocabularies) -> Form | list[Issue]:
    if file.issues:
        return file.issues
    if not isinstance(file.data, dict):
        return [Issue(path, 1, say("这不是一张表单：应有 id、title、fields 等键"))]
    try:
        form = Form.model_validate(file.data, context={"vocabularies": vocabularies})
    except ValidationError as error:
        return [
            Issue(path, file.line(found["loc"]), sentence_of(found, file.part(found["loc"])))
            for found in error.errors()
        ]
    mistakes = lint(form)
    return [Issue(path, file.line(mistake.place), mistake.sentence) for mistake in mistakes] or form
