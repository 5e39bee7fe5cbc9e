"""Tables handed over once: records exported to xlsx or CSV, and a table taken in row by row.

Nothing exported is ever executed: text is typed text in xlsx, and in CSV a cell that a spreadsheet
would take for a formula (CWE-1236) gets an apostrophe before it, which the import takes off again. So
does a cell that begins with apostrophes and goes on like a formula, or the import would take off its own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from forms.access import Sight
from forms.definition import Form
from forms.fields.base import Field
from forms.values import Kind, Raw
from forms.widths import half_width
from kernel.canonical import digest
from kernel.names import is_id
from kernel.problems import Unprocessable
from kernel.sentences import say
from records.access import sees_column
from records.ledger import Ledger
from records.model import Accepted, Actor, Occasion, Refused, Submission
from records.seeing import Seeing
from records.store import load_submissions
from records.submit import Entry, submit_many
from sync.layout import Column, Unreadable, text_of
from sync.workbook.book import CellValue
from sync.workbook.read import read_book

#: What a spreadsheet takes for the start of a formula, also as typed on a Chinese keyboard.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NOT_IN_TAB_NAMES = re.compile(r"[\\*?:/\[\]]")
_BATCH = 500
#: One import is one transaction, and everybody else waits for it: longer tables are handed in in parts.
MOST_ROWS = 5000
#: The heading of the column that says which record a row is.
_ID = "编号ID"
_ENCODINGS = ("utf-8-sig", "gb18030")


class NoTable(Unprocessable):
    """The file holds no table whose header names questions of the form."""

    code = "import.no_table"

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__(say("文件里没有找到表头；第一行应写题目，例如：{known}", known="、".join(list(known)[:6])))


class BrokenCsv(Unprocessable):
    """The file is called .csv and cannot be read as one."""

    code = "import.broken_csv"

    def __init__(self) -> None:
        super().__init__(say("这个 CSV 文件读不完整，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入"))


class TooLong(Unprocessable):
    """The table has more rows than one import takes."""

    code = "import.too_long"

    def __init__(self, rows: int) -> None:
        super().__init__(say("表里有 {rows} 行，一次最多导入 {most} 行，请分成几份", rows=rows, most=MOST_ROWS))


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it lies in a file: its header, and its rows by their numbers in the file (the first is 1)."""

    header: tuple[str, ...]
    rows: list[tuple[int, list[CellValue]]]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken in: its number in the file, and why by question."""

    number: int
    refusals: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with `dry_run` would do."""

    accepted: int
    repeated: int
    refused: tuple[RefusedRow, ...]
    #: Headings that are no question of the form; their cells were not taken in.
    unknown: tuple[str, ...]


def headings(form: Form, actor: Actor) -> list[str]:
    """The header of an export: every question that is there for the actor, and what the system knows of a record."""
    return [
        _ID,
        *(str(field.label) for field in _columns_for(form, actor)),
        *(["状态"] if form.workflow else []),
        "填报单位",
        "填报人",
        "填报时间",
    ]


def cells_of(seeing: Seeing, form: Form, submission: Submission, zone: tzinfo) -> list[CellValue]:
    """A record as a row below `headings`, with the actor's eyes; moments in the office's `zone`."""
    lookup = seeing.ledger.lookup
    cells: list[CellValue] = [submission.id]
    for field in _columns_for(form, seeing.actor):
        told, value = seeing.told(field, submission)
        whole = seeing.eyes(submission).whole(told)
        counted = isinstance(value, int) and told.stored_kind is Kind.INTEGER and whole
        cells.append(value if counted and isinstance(value, int) else seeing.column(field, submission))
    if form.workflow:
        state = form.workflow.states.get(submission.state or "")
        cells.append(str(state.title) if state else "")
    when = submission.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return [*cells, lookup.unit_name(submission.unit_id), lookup.person_name(submission.created_by), when]


def _columns_for(form: Form, actor: Actor) -> list[Field]:
    questions = form.questions.items()
    return [field for name, field in questions if sees_column(form, actor, name) is not Sight.HIDDEN]


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """A workbook of one tab; every text is typed text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_TAB_NAMES.sub("_", title)[:31])
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, value=text) for text in header]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([_typed(sheet, value) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def write_csv(header: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """A CSV that spreadsheets open as it is: UTF-8 with a mark, RFC 4180 quoting, no formulas."""
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow([_harmless(text) for text in header])
    writer.writerows([[_harmless(value) for value in row] for row in rows])
    return b"\xef\xbb\xbf" + content.getvalue().encode()


def read_table(source: Path | bytes, *, name: str = "") -> Table:
    """The first table of an xlsx or CSV file (UTF-8 or GBK).

    Raises the problems of `read_book`, `BrokenCsv` and `NoTable`.
    """
    rows: Sequence[list[CellValue]]
    if (name or str(source)).lower().endswith(".csv"):
        rows = list(_csv_rows(source if isinstance(source, bytes) else source.read_bytes()))
    else:
        visible = [tab for tab in read_book(source).tabs if tab.visible]
        rows = visible[0].rows if visible else []
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(value not in (None, "") for value in row)]
    if not filled:
        raise NoTable(())
    (_, header), *rest = filled
    return Table(tuple(str(value or "").strip() for value in header), rest)


def take_in(
    ledger: Ledger,
    form: Form,
    table: Table,
    occasion: Occasion,
    *,
    dry_run: bool = False,
    tell: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Take in the rows of `table` by the same reader as the web; the same row again adds nothing.

    A row that says the id of a record that is there (it was exported) is left alone: an import brings new
    records, and those that are there are changed in the pages or in the shared sheet. A dry run writes
    nothing: it does everything and then undoes it. `tell` hears how many rows are done. Raises `TooLong`.
    """
    columns = _columns(form, table.header)
    if not any(columns):
        raise NoTable(str(field.label) for field in form.questions.values())
    if len(table.rows) > MOST_ROWS:
        raise TooLong(len(table.rows))
    rows = _new_rows(ledger, form, table)
    accepted, repeated, refused = 0, len(table.rows) - len(rows), list[RefusedRow]()
    seen: dict[str, int] = {}
    trial = ledger.conn.begin_nested()
    for start in range(0, len(rows), _BATCH):
        entries, unreadable = _entries(form, columns, rows[start : start + _BATCH], occasion, seen)
        refused += unreadable
        for (number, _), outcome in zip(
            entries, submit_many(ledger, form.id, [entry for _, entry in entries]), strict=True
        ):
            match outcome:
                case Accepted():
                    accepted, repeated = accepted + (not outcome.repeated), repeated + outcome.repeated
                case Refused():
                    refused.append(RefusedRow(number, outcome.refusals))
        tell(min(start + _BATCH, len(rows)))
    if dry_run:
        trial.rollback()
    else:
        trial.commit()
    unknown = tuple(
        text for text, column in zip(table.header, columns, strict=True) if text and text != _ID and column is None
    )
    return ImportReport(accepted, repeated, tuple(sorted(refused, key=lambda row: row.number)), unknown)


def _new_rows(ledger: Ledger, form: Form, table: Table) -> list[tuple[int, list[CellValue]]]:
    """The rows that do not say the id of a record of `form`."""
    if _ID not in table.header:
        return table.rows
    place = table.header.index(_ID)
    said = {number: str(row[place] or "").strip() for number, row in table.rows if place < len(row)}
    there = load_submissions(ledger.conn, [text for text in said.values() if is_id(text)])
    return [
        (number, row)
        for number, row in table.rows
        if (found := there.get(said.get(number, ""))) is None or found.form_id != form.id
    ]


def _entries(
    form: Form,
    columns: Sequence[Column | None],
    numbered: Sequence[tuple[int, list[CellValue]]],
    occasion: Occasion,
    seen: dict[str, int],
) -> tuple[list[tuple[int, Entry]], list[RefusedRow]]:
    """Rows as they are handed in, and rows that cannot be; `seen` rows are known by what they say."""
    entries: list[tuple[int, Entry]] = []
    unreadable: list[RefusedRow] = []
    for number, row in numbered:
        raw: dict[str, Raw] = {}
        refusals: dict[str, str] = {}
        for column, value in zip(columns, row, strict=False):
            if column is None:
                continue
            try:
                raw[column.key] = text_of(column, value)
            except Unreadable as why:
                refusals[column.key] = why.sentence
        mark = f"import/{occasion.actor.id}/{digest([form.id, raw])}"
        if refusals:
            unreadable.append(RefusedRow(number, refusals))
        elif mark in seen:
            unreadable.append(RefusedRow(number, {"": say("与第 {row} 行完全相同", row=seen[mark])}))
        else:
            seen[mark] = number
            entries.append((number, Entry(raw, mark, occasion)))
    return entries, unreadable


def _columns(form: Form, header: Sequence[str]) -> list[Column | None]:
    """For each heading the question it names, by name or by label in any language; a second time it names nothing."""
    known: dict[str, Column] = {}
    for name, field in form.questions.items():
        if field.type in ("calculate", "repeat") or field.read_only is True:
            continue
        column = Column(name, str(field.label), field.kind, field=field, locked=False, computed=False)
        for spelling in (name, *field.label.languages.values()):
            known.setdefault(half_width(spelling).casefold(), column)
    named: list[Column | None] = []
    for text in header:
        meant = known.get(half_width(text).casefold())
        named.append(None if meant in named else meant)
    return named


def _csv_rows(content: bytes) -> Iterator[list[CellValue]]:
    try:
        for row in csv.reader(io.StringIO(_decoded(content), newline="")):
            yield [_without_mark(value) for value in row]
    except csv.Error as error:
        raise BrokenCsv from error


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BrokenCsv


def _typed(sheet: WriteOnlyWorksheet, value: CellValue) -> Any:  # noqa: ANN401 -- openpyxl makes the class by hand
    """A cell whose text stays text, whatever it begins with."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)  # nothing that an xlsx can hold
    cell: Any = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # the stubs know no date and no bool
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA)
    return cell


def _harmless(value: CellValue) -> CellValue:
    return f"'{value}" if isinstance(value, str) and _could_be_formula(value) else value


def _without_mark(value: str) -> str:
    return value[1:] if value.startswith("'") and _could_be_formula(value) else value


def _could_be_formula(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)
