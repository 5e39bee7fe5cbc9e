"""What every question type promises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict, PlainValidator
from pydantic import Field as Key

from forms.expressions.parsing import Expression, ExpressionMistake, parse
from forms.expressions.values import number_text
from forms.flaws import shapes
from forms.labels import Label
from forms.refused import refused
from forms.values import Kind, Lookup, Raw, Rejected, Value
from kernel.sentences import say


def _condition(given: object) -> Expression:
    if isinstance(given, Expression):
        return given
    if isinstance(given, bool):
        return parse("true()" if given else "false()")
    return _parsed(given)


def _of_choice(given: object) -> Expression:
    return given if isinstance(given, Expression) else _parsed(given, of_choice=True)


def _parsed(given: object, *, of_choice: bool = False) -> Expression:
    if not isinstance(given, str | int | float):
        raise refused(shapes.NOT_TEXT.found(key=say("表达式")))
    try:
        return parse(str(given), of_choice=of_choice)
    except ExpressionMistake as mistake:
        raise refused(mistake.sentence, column=mistake.column) from mistake


#: A condition on what can be chosen; it calls what is known of it by bare names.
ChoiceCondition: TypeAlias = Annotated[Expression, PlainValidator(_of_choice)]

#: A condition or calculation: XLSForm's expression, parsed when the file is loaded.
Condition: TypeAlias = Annotated[Expression, PlainValidator(_condition)]


def _switch(given: object) -> object:
    if isinstance(given, str) and given.strip().casefold() in _YES_NO_WORDS:
        raise refused(shapes.YES_NO_WORD.found(given=given))
    return given if isinstance(given, bool) else _condition(given)


#: What YAML 1.1 or a hurried author takes for true and false.
_YES_NO_WORDS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "是", "否"})


#: Always, never, or when a condition holds.
Switch: TypeAlias = Annotated[bool | Expression, PlainValidator(_switch)]

#: What a field may be called: lower-case Latin, so that it can be a column and a name in expressions.
FieldName: TypeAlias = Annotated[str, Key(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Definition(BaseModel):
    """A part of a definition file: unknown keys are mistakes, and nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Field(Definition):
    """One question of a form; its keys are XLSForm's."""

    kind: ClassVar[Kind]
    #: What sort of control it is, in one word: a title shows some by the names that people use.
    widget: ClassVar[str] = "line"

    #: Which type of question it is.
    type: str
    #: What expressions, sheets and exports call it; unlike the label it stays as it is when the words change.
    name: FieldName
    #: What is asked.
    label: Label
    #: A line under the question.
    hint: Label = Label("")
    #: More help, shown on demand.
    guidance_hint: Label = Label("")
    #: How it is drawn, in XLSForm's words (`minimal`, `multiline`, `likert`, `w2` …); what is not known is kept.
    appearance: str = ""
    #: Whether it must be answered, where it is shown at all.
    required: Switch = False
    #: Said when it must be answered and is not.
    required_message: Label = Label("")
    #: Shown, judged and kept only where this holds; an answer to what is hidden is not stored.
    relevant: Condition | None = None
    #: Must hold for the answer, which it calls `.`.
    constraint: Condition | None = None
    #: Said when the constraint does not hold: what is accepted, not what was wrong.
    constraint_message: Label = Label("")
    #: Shown and not changed: what is sent for it is not looked at.
    read_only: Switch = False
    #: What stands there when the form is opened: `today()`, `user('unit')`, `'general'`.
    default: Condition | None = None
    #: Whether what the same person answered last time stands there instead (XLSForm: `${last-saved#…}`).
    remember: bool = False
    #: Works the answer out: of a `calculate` always, of any other question while it is blank.
    calculation: Condition | None = None
    #: Names this question had in earlier versions of the form: a rename keeps its answers.
    was: tuple[FieldName, ...] = ()
    #: Columns of the XLSForm it came from that mean nothing here: they go out again as they came.
    xlsform: Mapping[str, str] = {}

    @property
    def stored_kind(self) -> Kind:
        """The kind that the answers are stored as; of a few types it depends on their keys."""
        return self.kind

    def read(self, raw: Raw, lookup: Lookup) -> Value:
        """Turn what a door hands in into a value, or raise `Rejected`. Empty is None."""
        text = plain(raw)
        return self.read_text(text, lookup) if text else None

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Turn what a person typed (trimmed, not empty) into a value, or raise `Rejected`."""
        raise NotImplementedError

    def show(self, value: Value, lookup: Lookup) -> str:
        """Turn a value into what a person reads, and what a sheet's cell holds; reading it gives `value` again."""
        del lookup
        return "" if value is None else str(value)


def plain(raw: Raw) -> str:
    """What a door handed in as trimmed text; a JSON number or truth is written as its text."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw)
    if isinstance(raw, float):
        return number_text(float(f"{raw:.15g}"))  # as many digits as a spreadsheet shows: 0.1 + 0.2 is 0.3
    if isinstance(raw, str):
        return _UNSTORABLE.sub("", re.sub(r"\r+\n?", "\n", raw)).strip()
    raise Rejected(say("应当是一个值"))


#: Control characters and halves of characters: nobody typed them, PostgreSQL and XML refuse them.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
