"""A folder of definitions: every form in it, and what is wrong with those that cannot be served."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from forms.choice_linting import lint_links
from forms.choices import ChoiceList
from forms.definition import Entity, Form
from forms.expressions.checking import check
from forms.expressions.tree import Call, Literal, walk
from forms.fields.group import Group
from forms.fields.record import Record
from forms.flaws import links as flaws
from forms.flaws import structure
from forms.linting import SYSTEM_NAMES, Mistake, expressions_of, placed_fields
from forms.loading import MOST_ISSUES, load_form, load_vocabularies
from forms.owing_linting import event_expressions, lint_events
from forms.privacy_linting import lint_carried
from forms.workflow import TimedEntity
from kernel.nearness import did_you_mean
from kernel.yamlfile import Issue, Place, read_yaml, read_yaml_source


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in `definitions/` and `vocabularies/`: forms by id, their sources, and all issues."""

    forms: Mapping[str, Form]
    sources: Mapping[str, str]
    #: Where each form was read from.
    paths: Mapping[str, Path]
    vocabularies: Mapping[str, ChoiceList]
    issues: list[Issue]


def load_folder(
    definitions: Path,
    vocabularies: Path | None = None,
    *,
    instead: Mapping[Path, str] = MappingProxyType({}),
    question_types: Collection[str] = (),
) -> Folder:
    """Read every `*.yaml` under `definitions`; one bad file does not keep the others back.

    Shared choice lists lie in `vocabularies`, by default the folder of that name beside it.
    instead: texts to be read as if they stood in these files, which need not be there.
    question_types: those that may be used; none: all. Groups may always be.
    """
    lists, issues = load_vocabularies(vocabularies or definitions.parent / "vocabularies")
    forms: dict[str, Form] = {}
    sources: dict[str, str] = {}
    paths: dict[str, Path] = {}
    for path in sorted({*definitions.rglob("*.yaml"), *instead}):
        form = _opened(load_form(path, lists, instead.get(path)), path, instead.get(path), question_types)
        if isinstance(form, list):
            issues += form
            continue
        if form.id in forms:
            issues.append(Issue(path, 1, flaws.DOUBLE_ID.found(id=form.id, other=paths[form.id].name)))
            continue
        forms[form.id], paths[form.id] = form, path
        sources[form.id] = instead[path] if path in instead else path.read_text("utf-8-sig")
    for form_id, form in forms.items():
        issues += _links(form, forms, paths[form_id], sources[form_id])
    issues += _shared_tabs(forms, paths, sources)
    return Folder(forms, sources, paths, lists, issues)


def _opened(
    form: Form | list[Issue], path: Path, source: str | None, question_types: Collection[str]
) -> Form | list[Issue]:
    """The form, unless it asks questions of types that are not open here."""
    if isinstance(form, list) or not question_types:
        return form
    asked = [(place, field) for place, field in placed_fields(form.fields) if not isinstance(field, Group)]
    closed = [(place, field) for place, field in asked if field.type not in question_types]
    if not closed:
        return form
    file = read_yaml(path) if source is None else read_yaml_source(source.encode(), path)
    return [
        file.issue(path, (*place, "type"), structure.TYPE_NOT_OPEN.found(name=field.name, type=field.type))
        for place, field in closed
    ]


def _shared_tabs(forms: Mapping[str, Form], paths: Mapping[str, Path], sources: Mapping[str, str]) -> Iterator[Issue]:
    """Forms whose sheet has the name of another's; to Excel upper and lower case are the same."""
    owners: dict[str, Form] = {}
    for form_id, form in forms.items():
        if form.sheet is None:
            continue
        first = owners.setdefault(form.sheet.tab.strip().casefold(), form)
        if first is not form:
            said = structure.SHARED_TAB.found(tab=form.sheet.tab, other=first.id)
            file = read_yaml_source(sources[form_id].encode(), paths[form_id])
            yield file.issue(paths[form_id], ("sheet", "tab"), said)


def _links(form: Form, forms: Mapping[str, Form], path: Path, source: str) -> list[Issue]:
    """Links to forms that are not there, and entities whose values the other form does not ask."""
    found = [*_missing_forms(form, forms), *_missing_questions(form, forms), *_wrong_events(form, forms)]
    found += [Mistake(place, sentence) for place, sentence in lint_carried(form, forms)]
    found += [Mistake(place, sentence) for place, sentence in lint_links(form, forms)]
    found += _missing_pulldata(form, forms)
    if not found:
        return []
    file = read_yaml_source(source.encode(), path)
    return [file.issue(path, mistake.place, mistake.sentence) for mistake in found[:MOST_ISSUES]]


def _missing_forms(form: Form, forms: Mapping[str, Form]) -> Iterator[Mistake]:
    for place, field in placed_fields(form.fields):
        if isinstance(field, Record) and field.form not in forms:
            near = did_you_mean(field.form, forms)
            said = flaws.NO_FORM.found(name=field.name, form=field.form, near=near)
            yield Mistake((*place, "form"), said)


def _missing_pulldata(form: Form, forms: Mapping[str, Form]) -> Iterator[Mistake]:
    """`pulldata('form', 'question', 'key question', …)` of what is not there."""
    for place, field in placed_fields(form.fields):
        for key, expression in expressions_of(field).items():
            for node in walk(expression.tree):
                if isinstance(node, Call) and node.name == "pulldata":
                    yield from _pulldata(node, (*place, key), forms)


def _pulldata(call: Call, place: Place, forms: Mapping[str, Form]) -> Iterator[Mistake]:
    form_id, *names = [argument.value for argument in call.arguments[:3] if isinstance(argument, Literal)]
    other = forms.get(str(form_id))
    if other is None:
        near = did_you_mean(str(form_id), forms)
        yield Mistake(place, flaws.NO_PULLDATA_FORM.found(form=form_id, near=near))
        return
    for name in (str(name) for name in names):
        if name not in other.questions:
            near = did_you_mean(name, other.questions)
            yield Mistake(place, flaws.NO_QUESTION.found(form=form_id, name=name, near=near))


def _wrong_events(form: Form, forms: Mapping[str, Form]) -> Iterator[Mistake]:
    """What is wrong with the records of other forms after which, or while which, a record of `form` is owed."""
    yield from (Mistake(place, sentence) for place, sentence in lint_events(form, forms))
    for place, expression, other in event_expressions(form, forms):
        yield from (Mistake(place, said) for said in check(expression, {**SYSTEM_NAMES, **other.kinds}))


def _filed(form: Form) -> Iterator[tuple[Place, Entity | TimedEntity]]:
    """What a form files as records of other forms, with its place: of rows, at steps, by timers."""
    yield from ((("entities", index), entity) for index, entity in enumerate(form.entities))
    for name, timer in (form.workflow.timers if form.workflow else {}).items():
        if timer.entity is not None:
            yield ("workflow", "timers", name, "entity"), timer.entity


def _missing_questions(form: Form, forms: Mapping[str, Form]) -> Iterator[Mistake]:
    for here, entity in _filed(form):
        if entity.form not in forms:
            near = did_you_mean(entity.form, forms)
            yield Mistake((*here, "form"), flaws.NO_ENTITY_FORM.found(form=entity.form, near=near))
            continue
        asked = forms[entity.form].questions
        places = {name: (*here, "values", name) for name in entity.values}
        if entity.link:
            places[entity.link] = (*here, "link")
        for name, place in places.items():
            if name not in asked:
                near = did_you_mean(name, asked)
                yield Mistake(place, flaws.NO_QUESTION.found(form=entity.form, name=name, near=near))
