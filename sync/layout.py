"""How records of one form lie in a tab: its columns, and what a cell says against what an answer is.

A cell is read and shown by the question itself (`Field.read`, `Field.show`), as on the web page.
What is added here is only what spreadsheets do to values: numbers that were text, dates that are
moments, digits that are lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from forms.access import Sight
from forms.definition import Form, SheetLayout, stored_kind
from forms.fields.base import Field
from forms.fields.calculate import Calculate
from forms.fields.choices import Ambiguous
from forms.fields.select_one import SelectOne
from forms.fields.yes_no import YesNo
from forms.privacy import OPEN, Eyes, Privacy, privacy_of, seen_text, states_hiding
from forms.values import Answers, Kind, Lookup, Rejected, Value
from kernel.sentences import Sentence, say
from records.sheets import LONGEST_CELL
from sync.merge import Columns, Row

#: What a cell can hold; dates and times have no zone.
CellValue: TypeAlias = str | int | float | bool | date | datetime | None

#: Keys of the columns that no question has. They cannot be names of questions, which begin with a letter.
ID = "_id"
STATE = "_state"
PROBLEM = "_problem"

#: Who has sent in what came from a sheet: no person's id.
SHEET_ACTOR = "sheet"

#: From here on a spreadsheet has dropped digits of a whole number (it keeps 15).
DAMAGED_FROM = 10**15
#: More choices than this are no drop-down list.
_LONGEST_LIST = 1000
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"})


#: What is known of every record's sending, by the name that expressions use, and its heading.
_SENT = {
    "created_at": say("填报时间"),
    "created_by": say("填报人"),
    "unit_id": say("填报单位"),
    "entered_on": say("进入本状态日期"),
    "due_on": say("办理期限"),
}


class Unreadable(ValueError):
    """What stands in a cell cannot be what was typed, or cannot be read; the sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the tab.

    Attributes:
        key: the question's name, or `created_at`, `created_by`, `unit_id`, `entered_on`, `due_on`, or one of `ID`,
            `STATE`, `PROBLEM`.
        kind: how its answers are stored; decides what is written into a cell.
        locked: the office reads it there and does not change it there.
        field: the question; none for the system's own columns.
        computed: the system gives the answer, so that a typed row cannot bring one.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    hint: str = ""
    locked: bool = True
    field: Field | None = None
    computed: bool = True


@dataclass(frozen=True)
class Layout:
    """The columns of one form's tab, the hidden id first and the problems last."""

    form: Form
    tab: str
    columns: tuple[Column, ...]
    #: With whose eyes records are written there; none: everything is.
    role: str | None = None

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        """The columns by key."""
        return {column.key: column for column in self.columns}

    @cached_property
    def _privacy(self) -> Privacy:
        return privacy_of(self.form)

    def eyes(self, state: Value) -> Eyes:
        """With whose eyes a record in `state` is written: the role's that the sheet is for."""
        if self.role is None:
            return OPEN
        return self._privacy.eyes({self.role}, state=str(state) if state else None, own=False)

    @cached_property
    def merged(self) -> tuple[Column, ...]:
        """The columns whose cells are compared: all but the id and the problems."""
        return tuple(column for column in self.columns if column.key not in (ID, PROBLEM))

    def present(self, keys: frozenset[str]) -> Columns:
        """What `merge` is to know of the columns, when the sheet has those in `keys`."""
        names = tuple(column.key for column in self.merged if column.key in keys)
        return Columns(names, frozenset(column.key for column in self.merged if column.locked))

    def cells(self, known: Answers, lookup: Lookup) -> Row:
        """What a record's cells say; empty ones are left out.

        `known`: its answers, `state`, `created_by`, `unit_id`, `entered_on`, `due_on`, and `created_at` by the
        office's clock.
        """
        cells = {}
        for column in self.merged:
            shown = self._shown(column, known, lookup)
            if shown:
                cells[column.key] = shown[:LONGEST_CELL]
        return cells

    def _shown(self, column: Column, known: Answers, lookup: Lookup) -> str:
        if column.field is not None:
            eyes = self.eyes(known.get("state"))
            return seen_text(eyes, column.field, _answer(known, column), lambda field, value: field.show(value, lookup))
        match column.key:
            case "created_at":
                return str(known.get("created_at") or "").replace("T", " ")[: len("2026-11-22 08:30")]
            case "created_by" if known.get("created_by") == SHEET_ACTOR:
                return say("共享表格")
            case "created_by":
                return lookup.person_name(str(known.get("created_by") or ""))
            case "entered_on" | "due_on":
                return str(known.get(column.key) or "")
            case "unit_id":
                return lookup.unit_name(str(known.get("unit_id") or ""))
            case _:
                return self._state(known.get("state"))

    def _state(self, state: Value) -> str:
        states = self.form.workflow.states if self.form.workflow else {}
        return str(states[state].title) if isinstance(state, str) and state in states else str(state or "")


def layout_of(form: Form) -> Layout | None:
    """The layout of a form's shared tab; none when it has no `sheet:`."""
    if form.sheet is None:
        return None
    columns = [Column(ID, say("编号ID"))]
    for name in dict.fromkeys(form.sheet.columns):
        if name == "state":
            columns += _state_column(form)
        elif name in _SENT:
            columns.append(Column(name, _SENT[name], hint=say("由系统填写")))
        elif name in form.questions and _sight(form, form.sheet, name) is not Sight.HIDDEN:
            columns.append(_column(form, form.sheet, name))
    if "state" not in form.sheet.columns:
        columns += _state_column(form)
    columns.append(Column(PROBLEM, say("问题"), hint=say("由系统填写：这一行有哪些内容还不能收进系统，改好后自动消失")))
    return Layout(form, form.sheet.tab, tuple(columns), form.sheet.role)


def _state_column(form: Form) -> list[Column]:
    if form.workflow is None:
        return []
    titles = "、".join(str(state.title) for state in form.workflow.states.values())
    return [Column(STATE, say("状态"), hint=say("由系统填写：{states}", states=titles))]


def _column(form: Form, sheet: SheetLayout, name: str) -> Column:
    field = form.questions[name]
    computed = _is_computed(form, field) or _sight(form, sheet, name) is not Sight.WHOLE
    return Column(
        key=name,
        label=str(field.label),
        kind=stored_kind(field),
        choices=() if computed else _offered(field),
        hint=str(field.hint),
        locked=computed or name in sheet.locked,
        field=field,
        computed=computed,
    )


def _offered(field: Field) -> tuple[str, ...]:
    """What a cell's drop-down list offers; a longer list than people scroll through is typed."""
    match field:
        case SelectOne() if len(field.choices) <= _LONGEST_LIST:
            return tuple(dict.fromkeys(str(label) for label in field.choices.values()))
        case YesNo():
            return ("是", "否")
        case _:
            return ()


def _sight(form: Form, sheet: SheetLayout, name: str) -> Sight:
    """How the role that a sheet is for sees a question: what it does not see whole in every state it cannot write."""
    if sheet.role is None:
        return Sight.WHOLE
    sight = form.access.sight(name, {sheet.role}, own=False)
    return Sight.MASKED if sight is Sight.WHOLE and states_hiding(form, name, {sheet.role}) else sight


def _is_computed(form: Form, field: Field) -> bool:
    numbered = form.numbering is not None and form.numbering.field == field.name
    in_words = field.kind not in (Kind.TABLE, Kind.FILES)
    return numbered or isinstance(field, Calculate) or field.read_only is True or not in_words


def _answer(answers: Answers, column: Column) -> Value:
    assert column.field is not None
    if answers.get(column.key) is not None:
        return answers[column.key]
    return next((answers[name] for name in column.field.was if answers.get(name) is not None), None)


# ---- from a cell ---------------------------------------------------------------------------------------------------


def text_of(column: Column, value: CellValue) -> str:
    """The text that a cell's value stands for, as a person would have typed it. Raises `Unreadable`."""
    match value:
        case None:
            return ""
        case str():
            if value in _ERRORS:
                raise Unreadable(say("公式出错（{error}），请填写内容", error=value))
            return value.replace("\r\n", "\n").strip()
        case bool():
            return ("是" if value else "否") if column.kind is Kind.YES_NO else str(value).upper()
        case datetime():
            return _moment_text(column, value)
        case date():
            return value.isoformat()
        case _:
            return _number_text(value)


def read_cell(column: Column, text: str, lookup: Lookup) -> str:
    """`text` in the spelling in which records show it. Raises `Unreadable` with the question's own words."""
    if column.field is None or column.computed or not text:
        return text
    try:
        return column.field.show(column.field.read(text, lookup), lookup)
    except Ambiguous:
        return text  # which of those that are called alike, the other cells of the row say
    except Rejected as rejected:
        raise Unreadable(rejected.sentence) from None


def _moment_text(column: Column, value: datetime) -> str:
    if column.kind is Kind.TIME:
        return f"{value:%H:%M}"
    if column.kind is Kind.DATETIME:
        return f"{value:%Y-%m-%d %H:%M}"
    if column.kind is Kind.DATE or (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return f"{value:%Y-%m-%d %H:%M}"


def _number_text(value: float) -> str:
    if abs(value) >= DAMAGED_FROM:
        raise Unreadable(say("表格把这串数字变成了数值，末几位已经丢失，请把单元格设为“文本”格式后重新填写"))
    if float(value).is_integer():
        return str(int(value))
    return format(Decimal(format(value, ".15g")), "f")


# ---- to a cell -----------------------------------------------------------------------------------------------------


def to_cell(column: Column, text: str) -> CellValue:
    """What is written into a cell so that it reads `text`: dates and numbers as such, all else as text."""
    if not text:
        return None
    match column.kind:
        case Kind.DATE:
            return _date(text)
        case Kind.INTEGER | Kind.DECIMAL:
            return _number(text)
        case _:
            return text


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _number(text: str) -> int | float | str:
    """A number where the sheet keeps every digit of it, else the text."""
    digits = text.removeprefix("-").replace(".", "", 1)
    if not digits.isdecimal() or len(digits) > 15:
        return text
    return float(text) if "." in text else int(text)
