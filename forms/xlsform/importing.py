"""A workbook of the standard as the text of a definition: it comes in whole, or it is told where it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from forms.choices import ChoiceList
from forms.loading import Vocabularies, parse_form
from forms.plain import plain
from forms.writing import definition_text
from forms.xlsform.calculating import fit_expressions, keys_by_type, outside_repeats, spot_of
from forms.xlsform.choice_lists import choice_lists
from forms.xlsform.extras import apply_extras, walked
from forms.xlsform.headings import language_of, plain_heading
from forms.xlsform.names import our_name, renamed
from forms.xlsform.sheets import (
    CHOICES,
    ENTITIES,
    EXTERNAL_CHOICES,
    EXTRAS,
    NOTES,
    SETTINGS,
    SURVEY,
    Remark,
    Sheet,
    Sheets,
    Spot,
)
from forms.xlsform.survey import Known, Survey, clean, read_survey
from kernel.sentences import say
from kernel.yamlfile import Place, read_yaml_source

_STANDARD: Final = (SURVEY, CHOICES, SETTINGS, ENTITIES, EXTERNAL_CHOICES, EXTRAS, NOTES)
#: Settings that are keys here; all others are kept.
_SETTINGS: Final = ("form_title", "title", "set_form_title", "form_id", "id_string", "set_form_id", "instance_name")


@dataclass(frozen=True, slots=True)
class Imported:
    """A definition that came in: its text with comments, what it is called, and what was made of which cell."""

    form_id: str
    text: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """What the sheets say as a definition, before it is judged."""

    keys: dict[str, Any]
    survey: Survey
    remarks: tuple[Remark, ...]
    refusals: tuple[Remark, ...]


def import_xlsform(
    sheets: Sheets, vocabularies: Vocabularies, *, name: str, form_id: str | None = None
) -> Imported | tuple[Remark, ...]:
    """The definition that the sheets of a workbook are, or why they cannot be one, cell by cell.

    `name` is what the file is called, for a form that has no id; `form_id` is what it shall be called instead.
    """
    if SURVEY not in sheets and len(sheets) == 1:
        sheets = {SURVEY: next(iter(sheets.values()))}  # as the standard's tools do
    if SURVEY not in sheets:
        return (Remark(Spot(SURVEY), say("没有叫 survey 的工作表，这不是 XLSForm")),)
    definition = read_sheets(sheets, vocabularies, name=name)
    if definition.refusals:
        return definition.refusals
    keys = definition.keys
    remarks = definition.remarks
    if EXTRAS in sheets:
        remarks = (*remarks, *apply_extras(keys, sheets[EXTRAS]))
    if form_id is not None:
        keys["id"] = form_id
    _name_shared_lists(keys, vocabularies)
    comments: dict[Place, list[str]] = {(): [say("由 XLSForm 导入；改好后运行 python -m webapp check")]}
    comments |= definition.survey.comments
    text = definition_text(keys, _with_choices_made(comments, keys, sheets))
    form = parse_form(text, vocabularies)
    if isinstance(form, list):
        lines = _places_by_line(text)
        return tuple(Remark(spot_of(definition.survey, lines.get(issue.line, ())), issue.sentence) for issue in form)
    return Imported(keys["id"], text, remarks)


def _name_shared_lists(keys: dict[str, Any], vocabularies: Vocabularies) -> None:
    """Say by its name every list that is one of the office's shared lists, so that the form goes on sharing it."""
    shared = {name: plain(ChoiceList.read(listed)) for name, listed in vocabularies.items()}
    for field in walked(keys["fields"]):
        listed = field.get("choices")
        if isinstance(listed, Mapping) and "file" not in listed:
            written = plain(ChoiceList.read(listed))
            field["choices"] = next((name for name, choices in shared.items() if choices == written), listed)


def read_sheets(sheets: Sheets, vocabularies: Vocabularies, *, name: str) -> Definition:
    """What the standard's own sheets say as a definition; without the sheet of extras."""
    settings = _settings(sheets.get(SETTINGS))
    default = settings.get("default_language", "")
    first = language_of(default) if default and default.casefold() != "default" else "zh"
    lists = choice_lists(CHOICES, sheets.get(CHOICES), first)
    external = choice_lists(EXTERNAL_CHOICES, sheets.get(EXTERNAL_CHOICES), first)
    known = Known(lists.lists, external.lists, vocabularies.keys(), first, keys_by_type())
    survey = read_survey(sheets[SURVEY], known)
    remarks = [*_unread(sheets), *lists.remarks, *external.remarks, *survey.remarks]
    refusals = [*lists.refusals, *external.refusals, *survey.refusals]
    keys = _head(settings, survey, name)
    kept = {key: text for key, text in settings.items() if plain_heading(key) not in _SETTINGS}
    remarks += [
        Remark(Spot(SETTINGS, 2, key), say("这项设置原样记着，导出时还在"))
        for key in kept
        if key not in ("default_language", "version")
    ]
    if survey.attached:
        kept["attached"] = ";".join(survey.attached)
    entities = _entities(sheets.get(ENTITIES), survey)
    kept |= entities.kept
    remarks += entities.remarks
    keys |= {"xlsform": {**keys.get("xlsform", {}), **kept}} if kept else {}
    keys["fields"] = survey.fields
    if not survey.fields:
        refusals.append(Remark(Spot(SURVEY), say("survey 里没有题目")))
    keys |= {"entities": entities.found} if entities.found else {}
    refusals += entities.refusals
    keys["access"] = {"roles": {"office": {"fill": True, "read": "all", "edit": "all", "withdraw": "all"}}}
    refusals += (
        fit_expressions(keys, survey, {**lists.renamed, **external.renamed}, vocabularies) if not refusals else []
    )
    return Definition(keys, survey, tuple(remarks), tuple(refusals))


# ---- settings ------------------------------------------------------------------------------------------------------


def _settings(sheet: Sheet | None) -> dict[str, str]:
    """The settings by their headings; known ones in small letters."""
    row = next((row for row in sheet.rows if any(map(clean, row.cells.values()))), None) if sheet else None
    said: dict[str, str] = {}
    for written, text in (row.cells if row else {}).items():
        if clean(text):
            bare = plain_heading(written)
            said[bare if bare in (*_SETTINGS, "default_language") else written.strip()] = clean(text)
    return said


def _head(settings: Mapping[str, str], survey: Survey, name: str) -> dict[str, Any]:
    """The form's own keys; a title, an id and a name for its records are found where none is given."""
    said = next((settings[key] for key in ("form_id", "id_string", "set_form_id") if key in settings), None)
    given = said or name
    form_id = our_name(given, (), otherwise="form")
    title = next((settings[key] for key in ("form_title", "title", "set_form_title") if key in settings), given)
    survey.origins[("instance_name",)] = Spot(SETTINGS, 2, "instance_name")
    if "instance_name" in settings:
        instance_name = renamed(settings["instance_name"], survey.names)
    else:
        instance_name = _name_of_records(survey.fields) or f"'{form_id}'"
    kept = {"form_id": said} if said is not None and said != form_id else {}
    return {"id": form_id, "title": title, "instance_name": instance_name, **({"xlsform": kept} if kept else {})}


def _name_of_records(fields: list[dict[str, Any]]) -> str:
    """The first question whose answer can name a record, a required one before others."""
    asked = [
        one for one in outside_repeats(fields) if one["type"] in ("text", "barcode", "integer", "date", "select_one")
    ]
    best = sorted(asked, key=lambda one: (one["type"] not in ("text", "barcode"), one.get("required") is not True))
    return f"${{{best[0]['name']}}}" if best else ""


def _with_choices_made(
    comments: dict[Place, list[str]], keys: Mapping[str, Any], sheets: Sheets
) -> dict[Place, list[str]]:
    """The comments, with those on what the standard does not say."""
    if EXTRAS in sheets:
        return comments
    said = dict(comments)
    if "instance_name" not in _settings(sheets.get(SETTINGS)):
        said["instance_name",] = [say("XLSForm 没有写一条记录叫什么，这里取了一题的答案，请核对")]
    said["access",] = [say("XLSForm 不写谁能做什么，这里只给了安委办，请改成本办公室的角色")]
    for place in comments:
        if place and not _is_there(keys, place):
            said.pop(place)
    return said


def _is_there(keys: Any, place: Place) -> bool:  # noqa: ANN401 -- mappings and lists by turns
    for step in place:
        try:
            keys = keys[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


# ---- entities ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entities:
    found: list[dict[str, Any]]
    kept: dict[str, str]
    remarks: list[Remark]
    refusals: list[Remark]


def _entities(sheet: Sheet | None, survey: Survey) -> _Entities:
    """The records of other forms that the sheet `entities` makes of a record or of a repeat's rows."""
    found: list[dict[str, Any]] = []
    kept: dict[str, str] = {}
    remarks: list[Remark] = []
    refusals: list[Remark] = []
    rows = [row for row in sheet.rows if any(map(clean, row.cells.values()))] if sheet else []
    for row in rows:
        said = {plain_heading(key): clean(text) for key, text in row.cells.items() if clean(text)}
        for column in ("entity_id", "update_if"):
            if column in said:
                sentence = say("这里只登记新的记录，不改已有的，请删去 {column}", column=column)
                refusals.append(Remark(Spot(ENTITIES, row.number, column), sentence))
        kept |= {f"entities::{len(remarks) + len(found) + 1}::{key}": text for key, text in said.items()}
        if "repeat" in said:
            found.append(_entity(said, survey))
        else:
            sentence = say("每条记录本身就是名单里的一条，别的表单用 record 题链接它；这一行原样记着")
            remarks.append(Remark(Spot(ENTITIES, row.number), sentence))
    return _Entities(found, kept, remarks, refusals)


def _entity(said: Mapping[str, str], survey: Survey) -> dict[str, Any]:
    form = our_name(said.get("list_name", said.get("dataset", "entity")), (), otherwise="form")
    repeat = survey.names.get(said.get("repeat", "").removeprefix("${").removesuffix("}"))
    inside = {one["name"] for one in outside_repeats(_fields_of(survey.fields, repeat))}
    values = {
        our_name(written, (), otherwise="value"): f"${{{name}}}"
        for name, written in survey.saved.items()
        if name in inside
    }
    entity: dict[str, Any] = {"form": form}
    if repeat:
        entity["repeat"] = repeat
    if "create_if" in said:
        entity["create_if"] = renamed(said["create_if"], survey.names)
    return {**entity, "values": values}


def _fields_of(fields: list[dict[str, Any]], repeat: str | None) -> list[dict[str, Any]]:
    if repeat is None:
        return fields
    return next((one["fields"] for one in walked(fields) if one["name"] == repeat and "fields" in one), [])


# ---- places --------------------------------------------------------------------------------------------------------


def _places_by_line(text: str) -> dict[int, Place]:
    """The deepest place that begins on each line of the definition."""
    found: dict[int, Place] = {}
    for place, line in read_yaml_source(text.encode(), Path("form.yaml")).lines.items():
        if len(place) >= len(found.get(line, ())):
            found[line] = place
    return found


def _unread(sheets: Sheets) -> Iterator[Remark]:
    for name in sheets:
        if name not in _STANDARD:
            yield Remark(Spot(name), say("这张工作表不属于 XLSForm，没有读"))
