from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.definition import Form
from forms.folder import load_folder
from forms.loading import parse_form
from forms.plain import plain_form
from forms.writing import definition_text
from forms.xlsform.exporting import export_xlsform
from forms.xlsform.importing import Imported, import_xlsform
from forms.xlsform.sheets import EXTRAS, NOTES, Row, Sheet, Sheets
from tests.forms.dictionary import source_of
from tests.forms.xlsform.test_importing import CHOICES, EVERY_TYPE
from tests.forms.xlsform.workbook import book, taken

SHIPPED = load_folder(Path(__file__).parents[3] / "forms/definitions")


def back(sheets: Sheets, form: Form) -> Form:
    """The form that its own sheets are."""
    found = import_xlsform(sheets, SHIPPED.vocabularies, name=form.id)
    assert isinstance(found, Imported), [str(remark) for remark in found]
    again = parse_form(found.text, SHIPPED.vocabularies)
    assert isinstance(again, Form), again
    return again


@pytest.mark.parametrize("form", SHIPPED.forms.values(), ids=lambda form: form.id)
def test_a_shipped_form_that_went_out_comes_in_again_as_it_was(form: Form) -> None:
    sheets = export_xlsform(form, SHIPPED.vocabularies, version="3")
    again = back(sheets, form)
    assert again == form
    assert plain_form(again) == plain_form(form)
    assert export_xlsform(again, SHIPPED.vocabularies, version="3") == sheets


def test_a_form_of_others_that_went_out_comes_in_again_as_it_was() -> None:
    form = taken(book(EVERY_TYPE, choices=CHOICES))
    sheets = export_xlsform(form, {})
    assert plain_form(back(sheets, form)) == plain_form(form)
    types = [row.cells["type"] for row in sheets["survey"].rows]
    assert {"start", "today", "deviceid", "username", "audio", "geotrace", "rank order"} <= set(types)


def form_of(fields: str) -> Form:
    found = parse_form(source_of(f"fields:\n{fields}"), {})
    assert isinstance(found, Form), [str(issue) for issue in found]
    return found


def column(sheets: Sheets, name: str, key: str) -> str | None:
    row = next(row for row in sheets["survey"].rows if row.cells.get("name") == name)
    return row.cells.get(key)


def test_yes_and_no_are_the_choices_true_and_false_outside() -> None:
    form = form_of("""
  - {type: yes_no, name: seen, label: 看过}
  - {type: acknowledge, name: told, label: 已告知}
  - {type: text, name: why, label: 为什么, relevant: "${seen} = false() or not(${seen})"}
  - {type: text, name: who, label: 谁, relevant: "${told}", required: "${seen} and ${told} = true()"}
""")
    sheets = export_xlsform(form, {})
    assert column(sheets, "why", "relevant") == "${seen} = 'false' or not(${seen} = 'true')"
    assert column(sheets, "who", "relevant") == "${told} = 'OK'"
    assert column(sheets, "who", "required") == "${seen} = 'true' and ${told} = 'OK'"
    assert back(sheets, form) == form


def test_what_odk_has_no_words_for_is_noted_and_left_to_the_server() -> None:
    form = form_of("""
  - {type: text, name: who, label: 谁, default: "user('name')"}
  - {type: unit, name: town, label: 乡镇}
  - {type: integer, name: a, label: 甲, required: "${b} = ''"}
  - {type: integer, name: b, label: 乙, relevant: "${a} = ''"}
""")
    sheets = export_xlsform(form, {})
    assert column(sheets, "who", "default") is None
    assert column(sheets, "town", "type") == "text"
    assert column(sheets, "a", "required") is None, "ODK lets no two questions wait for one another"
    assert column(sheets, "b", "relevant") == "${a} = ''"
    noted = {(row.cells.get("question"), row.cells["key"]) for row in sheets[NOTES].rows}
    assert noted == {("who", "default"), ("town", "type"), ("a", "required"), (None, "access")}
    assert back(sheets, form) == form


def test_an_expression_typed_on_a_chinese_keyboard_goes_out_in_ascii() -> None:
    form = form_of("""
  - {type: integer, name: people, label: 人数, constraint: "．＞＝1 and .≤ 9"}
""")
    sheets = export_xlsform(form, {})
    assert column(sheets, "people", "constraint") == ". >= 1 and . <= 9"
    assert back(sheets, form) == form


def test_words_go_out_in_every_language_they_are_in() -> None:
    form = form_of("""
  - {type: text, name: place, label: {zh: 地点, en: Place, fr: Lieu}}
""")
    header = export_xlsform(form, {})["survey"].header
    assert header == ("type", "name", "label::中文 (zh)", "label::English (en)", "label::Français (fr)")


def changed(sheets: Sheets, name: str, key: str, text: str) -> dict[str, Sheet]:
    survey = sheets["survey"]
    rows = [Row(row.number, {**row.cells, key: text}) if row.cells.get("name") == name else row for row in survey.rows]
    return {**sheets, "survey": Sheet(survey.header, tuple(rows))}


def test_what_somebody_changed_outside_stands_and_is_told() -> None:
    form = form_of("""
  - {type: yes_no, name: seen, label: 看过}
  - {type: text, name: why, label: 为什么, relevant: "${seen} = true()"}
""")
    sheets = export_xlsform(form, {})
    assert any(row.cells["key"] == "relevant" for row in sheets[EXTRAS].rows)
    found = import_xlsform(changed(sheets, "why", "relevant", "${seen} = 'false'"), {}, name="form")
    assert isinstance(found, Imported)
    assert "true()" not in found.text
    assert "''false''" in found.text
    assert any("why relevant 在别的工作表里改过" in str(remark) for remark in found.remarks)


def test_a_question_that_was_taken_out_outside_is_not_missed() -> None:
    form = form_of("""
  - {type: yes_no, name: seen, label: 看过, required: true}
  - {type: unit, name: town, label: 乡镇}
""")
    sheets = export_xlsform(form, {})
    survey = sheets["survey"]
    kept = Sheet(survey.header, tuple(row for row in survey.rows if row.cells.get("name") != "town"))
    found = import_xlsform({**sheets, "survey": kept}, {}, name="form")
    assert isinstance(found, Imported)
    assert any("已没有 town 这一题" in str(remark) for remark in found.remarks)


# ---- forms that nobody wrote ---------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
LABELS = WORDS | st.fixed_dictionaries({"zh": WORDS, "en": WORDS})
TYPES = st.sampled_from(
    ["text", "integer", "decimal", "date", "time", "datetime", "yes_no", "unit", "person", "note", "image", "barcode"]
)
CONDITIONS = st.sampled_from(
    ["${a} != ''", "${a} = '是' or string-length(${a}) > 3", "not(selected(${a}, 'x'))", "today() > '2026-01-01'"]
)


@st.composite
def questions(draw: st.DrawFn, name: str) -> dict[str, object]:
    """A question of any kind."""
    field: dict[str, object] = {"type": draw(TYPES), "name": name, "label": draw(LABELS), "hint": draw(LABELS)}
    if draw(st.booleans()):
        field["required"] = draw(st.booleans() | CONDITIONS)
    if draw(st.booleans()):
        field["relevant"] = draw(CONDITIONS)
    if draw(st.booleans()):
        field["appearance"] = draw(st.sampled_from(["minimal", "w2 h1", "multiline"]))
    return field


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, object]:
    """A definition of a few questions, some in groups and repeats."""
    fields: list[dict[str, object]] = [{"type": "text", "name": "a", "label": draw(LABELS)}]
    for number in range(draw(st.integers(1, 6))):
        inner = draw(questions(f"q{number}"))
        kind = draw(st.sampled_from(["", "", "group", "repeat"]))
        around: dict[str, object] = {"type": kind, "name": f"g{number}", "label": draw(LABELS), "fields": [inner]}
        fields.append(around if kind else inner)
    return {
        "id": "made",
        "title": draw(LABELS),
        "instance_name": "${a}",
        "fields": fields,
        "access": {"roles": {"office": {"fill": True, "read": "all"}}},
    }


@settings(max_examples=150)
@given(definitions())
def test_any_form_that_goes_out_comes_in_again_as_it_was(definition: dict[str, object]) -> None:
    form = parse_form(definition_text(definition, {}), {})
    assert isinstance(form, Form), form
    sheets = export_xlsform(form, {})
    assert plain_form(back(sheets, form)) == plain_form(form)
