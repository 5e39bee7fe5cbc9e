"""The shipped forms of the county: whole, in two languages, and with workflows that end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from pydantic import BaseModel

from forms.definition import Form
from forms.fields.choices import ChoiceField
from forms.fields.group import Group
from forms.fields.repeat import Repeat
from forms.fields.select_multiple import SelectMultiple
from forms.folder import load_folder
from forms.labels import Label
from forms.linting import placed_fields
from forms.workflow import Trigger, Workflow

ROOT = Path(__file__).parents[2]
DEFINITIONS = ROOT / "forms" / "definitions"
FOLDER = load_folder(DEFINITIONS)
#: The 26 systems of work that the shipped forms lie in, as the glossary names them.
SYSTEMS = re.findall(r"[一-鿿]+(?=[,.])", (ROOT / "docs/glossary.md").read_text("utf-8").partition("## Systems")[2])

every_form = pytest.mark.parametrize("form", FOLDER.forms.values(), ids=list(FOLDER.forms))
every_workflow = pytest.mark.parametrize(
    "workflow",
    [pytest.param(form.workflow, id=form.id) for form in FOLDER.forms.values() if form.workflow],
)


def _labels(thing: object, place: str) -> Iterator[tuple[str, Label]]:
    """Every label in a form, with its place."""
    if isinstance(thing, Label):
        yield place, thing
    elif isinstance(thing, BaseModel):
        for name in type(thing).model_fields:
            yield from _labels(getattr(thing, name), f"{place}.{name}")
    elif isinstance(thing, Mapping):
        for name, part in thing.items():
            yield from _labels(part, f"{place}.{name}")
    elif isinstance(thing, Sequence) and not isinstance(thing, str):
        for index, part in enumerate(thing):
            yield from _labels(part, f"{place}.{index}")


def _reached(workflow: Workflow, state: str) -> set[str]:
    """The states that can be reached from `state`, itself counted in."""
    found, waiting = {state}, [state]
    while waiting:
        fresh = {step.new_state for step in workflow.leads_out(waiting.pop()).values()} - found
        found |= fresh
        waiting += fresh
    return found


#: What no shared sheet may hold: who is held to account.
NOT_SHARED = {"discipline"}


def test_all_forms_load_without_an_issue() -> None:
    assert FOLDER.issues == []
    assert len(FOLDER.forms) == 38


def test_every_form_lies_in_one_of_the_systems_of_work() -> None:
    assert len(SYSTEMS) == len(set(SYSTEMS)) == 26
    assert {str(form.group) for form in FOLDER.forms.values()} == set(SYSTEMS)


@every_form
def test_every_label_is_written_in_chinese_and_in_english(form: Form) -> None:
    written = [(place, label) for place, label in _labels(form, form.id) if label]
    assert len(written) > 20
    assert [place for place, label in written if not (label.languages.get("zh") and label.languages.get("en"))] == []


def test_every_shared_choice_is_written_in_chinese_and_in_english() -> None:
    choices = [choice for choices in FOLDER.vocabularies.values() for choice in choices.values()]
    assert len(choices) > 150
    assert all(set(choice.languages) == {"zh", "en"} and all(choice.languages.values()) for choice in choices)


@every_form
def test_every_choice_can_be_typed_by_its_label_and_no_two_are_called_alike(form: Form) -> None:
    for place, field in placed_fields(form.fields):
        if isinstance(field, ChoiceField):
            for name, label in field.choices.items():
                assert field.find_choices(name) == field.find_choices(label) == (name,), (place, name)


@every_form
def test_labels_of_several_choices_hold_no_sign_that_parts_them(form: Form) -> None:
    for _, field in placed_fields(form.fields):
        if isinstance(field, SelectMultiple):
            assert not any(set("、，,；;|") & set(label) for label in field.choices.values()), field.name


@every_form
def test_whoever_must_answer_or_fails_a_constraint_is_told_why(form: Form) -> None:
    fields = [field for _, field in placed_fields(form.fields)]
    assert [field.name for field in fields if field.constraint and not field.constraint_message] == []
    prefilled = {field.name for field in fields if field.default}
    assert [
        field.name for field in fields if field.required and not field.required_message and field.name not in prefilled
    ] == []


@every_form
def test_a_page_asks_few_questions_at_a_time(form: Form) -> None:
    first, *_ = form.fields
    assert isinstance(first, Group)
    assert 4 <= len(first.fields) <= 12
    assert sum(1 for field in form.questions.values() if field.required is True) <= 16


@every_form
def test_a_list_has_few_columns_and_a_sheet_keeps_its_number_locked(form: Form) -> None:
    assert 4 <= len(form.listing.columns) <= 6
    if form.sheet is None:
        assert form.id in NOT_SHARED
        return
    assert 8 <= len(form.sheet.columns) <= 20
    assert form.sheet.locked
    assert form.sheet.locked[0] == (form.numbering.field if form.numbering else form.sheet.columns[0])
    assert set(form.sheet.locked) < set(form.sheet.columns)
    assert not any(isinstance(form.questions.get(name), Repeat) for name in form.sheet.columns)


@every_form
def test_every_form_is_registered_with_a_number_of_its_own(form: Form) -> None:
    numbers = [other.registration.number for other in FOLDER.forms.values() if other.registration]
    assert form.registration is not None
    assert numbers.count(form.registration.number) == 1
    assert form.registration.basis
    assert form.registration.frequency


@every_workflow
def test_every_state_can_be_reached_and_every_state_leads_to_an_end(workflow: Workflow) -> None:
    assert _reached(workflow, workflow.initial_state) == set(workflow.states)
    for state in workflow.states:
        assert any(workflow.is_final(end) for end in _reached(workflow, state)), state


@every_workflow
def test_every_step_names_who_may_take_it(workflow: Workflow) -> None:
    by_people = {name: step for name, step in workflow.transitions.items() if step.trigger is Trigger.USER}
    assert [name for name, step in by_people.items() if not step.guard.roles] == []


@every_workflow
def test_sending_back_asks_for_a_reason_and_judging_is_left_to_others(workflow: Workflow) -> None:
    for name, step in workflow.transitions.items():
        if name in {"send_back", "refuse_time", "transfer"}:
            assert step.comment == "required", name
        if name in {"verify", "approve", "pass_recheck", "sign", "sign_major", "grant_time", "refuse_time"}:
            assert not step.self_approval, name


def test_closed_hazards_are_an_end_and_can_still_be_looked_at_again() -> None:
    workflow = FOLDER.forms["hazard"].workflow
    assert workflow is not None
    assert workflow.is_final("closed")
    assert workflow.editable("closed", ["town"]) == frozenset({"lookback"})
