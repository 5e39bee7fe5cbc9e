"""A form as its YAML file says it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Discriminator
from pydantic import Field as Key

import forms.fields
from forms.access import Access
from forms.fields.base import Condition, Definition, Field, FieldName
from forms.fields.group import Group
from forms.fields.repeat import Repeat
from forms.labels import Label
from forms.obligations import Obligation
from forms.values import Kind
from forms.workflow import Workflow


def field_classes() -> list[type[Field]]:
    """Every question type that lies in `forms/fields/`: the folder is the registry."""
    found: list[type[Field]] = []
    for module in pkgutil.iter_modules(forms.fields.__path__):
        names = vars(importlib.import_module(f"forms.fields.{module.name}")).values()
        found += [cls for cls in names if _is_question_type(cls, f"forms.fields.{module.name}")]
    return found


def _is_question_type(thing: object, module: str) -> bool:
    return (
        isinstance(thing, type)
        and issubclass(thing, Field)
        and thing.__module__ == module
        and thing.model_fields["type"].default is not None
        and isinstance(thing.model_fields["type"].default, str)
    )


#: Any question; which one is chosen by the word after `type:`.
if TYPE_CHECKING:
    AnyField: TypeAlias = Field
else:
    AnyField = Annotated[reduce(or_, field_classes()), Discriminator("type")]

Group.model_rebuild(_types_namespace={"AnyField": AnyField})
Repeat.model_rebuild(_types_namespace={"AnyField": AnyField})


class Rule(Definition):
    """Something that must hold between several answers of one record."""

    #: What must hold for the record.
    rule: Condition
    #: Said when it does not.
    message: Label
    #: Beside which questions the message is shown; none: at the top.
    fields: tuple[FieldName, ...] = ()


class Numbering(Definition):
    """A printed number such as YH-419926-2026-000001, given when a record is first stored."""

    #: The text question that the number is written into; make it `read_only`.
    field: FieldName
    #: Words with {area}, {yyyy}, {mm}, {dd}, then one {seq:6}, then words; what stands before {seq} is the series.
    format: Annotated[str, Key(pattern=r"^[^{}]*(\{(area|yyyy|mm|dd)\}[^{}]*)*\{seq:\d\}[^{}]*$")]
    #: The date the number is of; none: the day it is stored.
    date: FieldName | None = None
    #: The step at which it is given, such as the signing of a notice; none: when the record is first stored.
    transition: str | None = None


class Entity(Definition):
    """A repeat's rows become records of another form, each with its own life (ODK entities)."""

    #: The id of the other form.
    form: str
    #: The repeat of this form whose rows they are; none: the record itself becomes one, at a `transition`.
    repeat: FieldName | None = None
    #: The step at which the record (or each of its rows) becomes one; none: as soon as the row is stored.
    transition: str | None = None
    #: Only rows for which this holds; none: every row.
    create_if: Condition | None = None
    #: The other form's field to an expression over the row and the record around it.
    values: Mapping[FieldName, Condition] = {}
    #: The other form's field that links back to this record.
    link: FieldName | None = None


class SheetLayout(Definition):
    """How records of the form lie in a shared sheet."""

    #: The name of the tab in the workbook.
    tab: str
    #: The questions that are columns, from left to right; also `state`, `created_at` and their like.
    columns: tuple[FieldName, ...]
    #: Columns the office reads there but does not change there.
    locked: tuple[FieldName, ...] = ()
    #: Only records for which this holds.
    filter: Condition | None = None
    #: The role with whose eyes it is written: its records, and what it need not see masked; none: it shows everything.
    role: str | None = None


class ListLayout(Definition):
    """How records of the form are listed."""

    #: Questions, and `state`, `created_at` and their like.
    columns: tuple[FieldName, ...] = ()
    #: What a list can be narrowed down by.
    filters: tuple[FieldName, ...] = ()
    #: What it is sorted by at first; with a minus the greatest first.
    sort: str = "-created_at"


class Registration(Definition):
    """Why units may be asked this at all (报表准入): number, basis, how often, until when."""

    #: Under which number the form was registered.
    number: str = ""
    #: The document it follows from.
    basis: Label = Label("")
    #: How often it is filled.
    frequency: Label = Label("")
    #: The last day it may be asked, in quotes.
    valid_until: str = ""


class Form(Definition):
    """One form: its questions in order, its rules, its workflow, and who may do what."""

    #: What the file is called, without `.yaml`.
    id: FieldName
    #: What people call it.
    title: Label
    #: A line on when it is filled, and by whom.
    hint: Label = Label("")
    #: The system of work it belongs to; forms are listed under it.
    group: Label = Label("")
    #: Printed under the questions' heading.
    registration: Registration | None = None
    #: What a record is called (XLSForm settings: instance_name).
    instance_name: Condition
    #: The questions in order.
    fields: tuple[AnyField, ...]
    #: What must hold between answers; looked at when every answer by itself is right.
    rules: tuple[Rule, ...] = ()
    #: Sets of fields whose answers together must be unique among living records.
    unique: tuple[tuple[FieldName, ...], ...] = ()
    #: A printed number for each record.
    numbering: Numbering | None = None
    #: Rows that become records of other forms.
    entities: tuple[Entity, ...] = ()
    #: The states of a record's life; none: a record has no state.
    workflow: Workflow | None = None
    #: Who may fill, read, change and withdraw.
    access: Access
    #: How its records are listed.
    listing: ListLayout = ListLayout()
    #: How its records lie in a shared sheet; none: it has no sheet.
    sheet: SheetLayout | None = None
    #: A form for one day's report: one tap repeats it with these answers (零报告).
    one_tap: Mapping[FieldName, str] = {}
    #: Who owes a record of this form, and when, by name.
    obligations: Mapping[FieldName, Obligation] = {}
    #: Questions of earlier versions that are asked no more, though records answer them.
    removed: tuple[FieldName, ...] = ()
    #: Questions whose type is another than in earlier versions, though records answer them.
    retyped: tuple[FieldName, ...] = ()
    #: Settings of the XLSForm it came from that mean nothing here: they go out again as they came.
    xlsform: Mapping[str, str] = {}
    #: The language of words that name none.
    language: Literal["zh"] = "zh"

    @cached_property
    def questions(self) -> dict[str, Field]:
        """Every field that has an answer of its own, by name, groups opened, in order."""
        return {field.name: field for field in walk(self.fields) if field.kind is not Kind.NOTHING}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What expressions may know of every name: `place`, and `hazards.place` inside a repeat, also a nested one."""
        kinds = {name: str(stored_kind(field)) for name, field in self.questions.items()}
        for field in self.questions.values():
            if isinstance(field, Repeat):
                kinds |= _columns(field)
        return kinds

    def repeat(self, name: str) -> Repeat:
        """The repeat called `name`."""
        field = self.questions[name]
        assert isinstance(field, Repeat)
        return field


def _columns(repeat: Repeat) -> dict[str, str]:
    """The columns of a repeat, and of the repeats inside it, each under the name of its own table."""
    kinds = {f"{repeat.name}.{name}": str(stored_kind(field)) for name, field in repeat.questions.items()}
    for field in repeat.questions.values():
        if isinstance(field, Repeat):
            kinds |= _columns(field)
    return kinds


def walk(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Every field in order, going into groups but not into repeats."""
    for field in fields:
        yield field
        if isinstance(field, Group):
            yield from walk(field.fields)


def stored_kind(field: Field) -> Kind:
    """The kind that a field's answers are stored as."""
    return field.stored_kind
