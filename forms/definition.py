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
from forms.fields.calculate import Calculate, kind_of_result
from forms.fields.group import Group
from forms.fields.repeat import Repeat
from forms.labels import Label
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

    rule: Condition
    message: Label
    #: Beside which questions the message is shown; none: at the top.
    fields: tuple[FieldName, ...] = ()


class Numbering(Definition):
    """A printed number such as YH-419926-2026-000001, given when a record is first stored."""

    field: FieldName
    #: Words with {area}, {yyyy}, {mm}, {dd} and one {seq:6}; what stands before {seq} is the series.
    format: Annotated[str, Key(pattern=r"^[^{}]*(\{(area|yyyy|mm|dd)\}[^{}]*)*\{seq:\d\}$")]
    #: The date the number is of; none: the day it is stored.
    date: FieldName | None = None


class Entity(Definition):
    """A repeat's rows become records of another form, each with its own life (ODK entities)."""

    form: str
    repeat: FieldName
    create_if: Condition | None = None
    #: The other form's field to an expression over the row and the record around it.
    values: Mapping[FieldName, Condition] = {}
    #: The other form's field that links back to this record.
    link: FieldName | None = None


class SheetLayout(Definition):
    """How records of the form lie in a shared sheet."""

    tab: str
    columns: tuple[FieldName, ...]
    #: Columns the office reads there but does not change there.
    locked: tuple[FieldName, ...] = ()
    #: Only records for which this holds.
    filter: Condition | None = None


class ListLayout(Definition):
    """How records of the form are listed."""

    columns: tuple[FieldName, ...] = ()
    filters: tuple[FieldName, ...] = ()
    sort: str = "-created_at"


class Registration(Definition):
    """Why units may be asked this at all (报表准入): number, basis, how often, until when."""

    number: str = ""
    basis: Label = Label("")
    frequency: Label = Label("")
    valid_until: str = ""


class Form(Definition):
    """One form: its questions in order, its rules, its workflow, and who may do what."""

    id: FieldName
    title: Label
    hint: Label = Label("")
    #: The system of work it belongs to; forms are listed under it.
    group: Label = Label("")
    icon: str = ""
    registration: Registration | None = None
    #: What a record is called (XLSForm settings: instance_name).
    instance_name: Condition
    fields: tuple[AnyField, ...]
    rules: tuple[Rule, ...] = ()
    #: Sets of fields whose answers together must be unique among living records.
    unique: tuple[tuple[FieldName, ...], ...] = ()
    numbering: Numbering | None = None
    entities: tuple[Entity, ...] = ()
    workflow: Workflow | None = None
    access: Access
    listing: ListLayout = ListLayout()
    sheet: SheetLayout | None = None
    #: A form for one day's report: one tap repeats it with these answers (零报告).
    one_tap: Mapping[FieldName, str] = {}
    language: Literal["zh"] = "zh"

    @cached_property
    def questions(self) -> dict[str, Field]:
        """Every field that has an answer of its own, by name, groups opened, in order."""
        return {field.name: field for field in walk(self.fields) if field.kind is not Kind.NOTHING}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What expressions may know of every name: `place`, and `hazards.place` inside a repeat."""
        kinds = {name: str(stored_kind(field)) for name, field in self.questions.items()}
        for field in self.questions.values():
            if isinstance(field, Repeat):
                kinds |= {f"{field.name}.{inner.name}": str(stored_kind(inner)) for inner in walk(field.fields)}
        return kinds

    def repeat(self, name: str) -> Repeat:
        """The repeat called `name`."""
        field = self.questions[name]
        assert isinstance(field, Repeat)
        return field


def walk(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Every field in order, going into groups but not into repeats."""
    for field in fields:
        yield field
        if isinstance(field, Group):
            yield from walk(field.fields)


def stored_kind(field: Field) -> Kind:
    """The kind that a field's answers are stored as."""
    return kind_of_result(field) if isinstance(field, Calculate) else field.kind
