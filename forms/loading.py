"""From a YAML file to a `Form`, or to everything that is wrong with it and where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from forms.definition import Form
from forms.labels import Label
from forms.linting import lint
from forms.mistakes import sentence_of
from kernel.sentences import say
from kernel.yamlfile import Issue, YamlFile, read_yaml, read_yaml_source

#: Shared choice lists by name: each maps a choice's name to its label.
Vocabularies: TypeAlias = Mapping[str, Mapping[str, Any]]


def load_form(path: Path, vocabularies: Vocabularies) -> Form | list[Issue]:
    """Read one definition file; everything wrong with it is told at once."""
    form = _form(read_yaml(path), path, vocabularies)
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


def load_vocabularies(folder: Path) -> tuple[dict[str, dict[str, Any]], list[Issue]]:
    """Every `*.yaml` of `folder` as a choice list called by its file's name."""
    found: dict[str, dict[str, Any]] = {}
    issues: list[Issue] = []
    for path in sorted(folder.glob("*.yaml")):
        file = read_yaml(path)
        issues += file.issues
        if isinstance(file.data, dict):
            found[path.stem], wrong = _labels(file, path)
            issues += wrong
        elif not file.issues:
            issues.append(Issue(path, 1, say("选项表应是“名称: 文字”")))
    return found, issues


def _labels(file: YamlFile, path: Path) -> tuple[dict[str, dict[str, str]], list[Issue]]:
    found: dict[str, dict[str, str]] = {}
    issues: list[Issue] = []
    for name, label in file.data.items():
        try:
            found[str(name)] = Label.read(label).languages
        except PydanticCustomError as error:
            issues.append(Issue(path, file.line((str(name),)), say("{key}：{why}", key=name, why=error.message())))
    return found, issues


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
