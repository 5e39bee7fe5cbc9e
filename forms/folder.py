"""A folder of definitions: every form in it, and what is wrong with those that cannot be served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from forms.definition import Form
from forms.fields.record import Record
from forms.linting import Mistake, placed_fields
from forms.loading import Vocabularies, load_form, load_vocabularies
from kernel.nearness import did_you_mean
from kernel.sentences import say
from kernel.yamlfile import Issue, Place, read_yaml


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in `definitions/` and `vocabularies/`: forms by id, their sources, and all issues."""

    forms: Mapping[str, Form]
    sources: Mapping[str, str]
    #: Where each form was read from.
    paths: Mapping[str, Path]
    vocabularies: Vocabularies
    issues: list[Issue]


def load_folder(definitions: Path, vocabularies: Path | None = None) -> Folder:
    """Read every `*.yaml` under `definitions`; one bad file does not keep the others back.

    Shared choice lists lie in `vocabularies`, by default the folder of that name beside it.
    """
    lists, issues = load_vocabularies(vocabularies or definitions.parent / "vocabularies")
    forms: dict[str, Form] = {}
    sources: dict[str, str] = {}
    paths: dict[str, Path] = {}
    for path in sorted(definitions.rglob("*.yaml")):
        form = load_form(path, lists)
        if isinstance(form, list):
            issues += form
            continue
        if form.id in forms:
            issues.append(Issue(path, 1, say("{id} 已在 {other} 定义过", id=form.id, other=paths[form.id].name)))
            continue
        forms[form.id], sources[form.id], paths[form.id] = form, path.read_text("utf-8-sig"), path
    for form_id, form in forms.items():
        issues += _links(form, forms, paths[form_id])
    issues += _shared_tabs(forms, paths)
    return Folder(forms, sources, paths, lists, issues)


def _shared_tabs(forms: Mapping[str, Form], paths: Mapping[str, Path]) -> Iterator[Issue]:
    """Forms whose sheet has the name of another's; to Excel upper and lower case are the same."""
    owners: dict[str, Form] = {}
    for form_id, form in forms.items():
        if form.sheet is None:
            continue
        first = owners.setdefault(form.sheet.tab.strip().casefold(), form)
        if first is not form:
            said = say("工作表“{tab}”已是表单 {other} 的，请换一个名称", tab=form.sheet.tab, other=first.id)
            yield Issue(paths[form_id], read_yaml(paths[form_id]).line(("sheet", "tab")), said)


def _links(form: Form, forms: Mapping[str, Form], path: Path) -> list[Issue]:
    """Links to forms that are not there, and entities whose values the other form does not ask."""
    found = [*_missing_forms(form, forms), *_missing_questions(form, forms)]
    if not found:
        return []
    file = read_yaml(path)
    return [Issue(path, file.line(mistake.place), mistake.sentence) for mistake in found]


def _missing_forms(form: Form, forms: Mapping[str, Form]) -> Iterator[Mistake]:
    for place, field in placed_fields(form.fields):
        if isinstance(field, Record) and field.form not in forms:
            near = did_you_mean(field.form, forms)
            said = say("{name} 链接的表单 {form} 不存在{near}", name=field.name, form=field.form, near=near)
            yield Mistake((*place, "form"), said)


def _missing_questions(form: Form, forms: Mapping[str, Form]) -> Iterator[Mistake]:
    for index, entity in enumerate(form.entities):
        here: Place = ("entities", index)
        if entity.form not in forms:
            near = did_you_mean(entity.form, forms)
            yield Mistake((*here, "form"), say("entities 里的表单 {form} 不存在{near}", form=entity.form, near=near))
            continue
        asked = forms[entity.form].questions
        places = {name: (*here, "values", name) for name in entity.values}
        if entity.link:
            places[entity.link] = (*here, "link")
        for name, place in places.items():
            if name not in asked:
                near = did_you_mean(name, asked)
                yield Mistake(
                    place, say("表单 {form} 没有 {name} 这一题{near}", form=entity.form, name=name, near=near)
                )
