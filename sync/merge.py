"""Three-way merge of records and the rows of a sheet, cell by cell. Pure: no clock, no database, no file.

`base` is what both sides read when they last agreed. A cell that one side changed is taken from
that side; a cell that both changed differently is taken from the sheet, where the office corrects,
and the loser is kept as a `Conflict`. A value that cannot be taken in stays where it was typed.
Nothing a person entered on either side goes without being in a record, in the sheet or in a conflict.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

#: Column to the text that a person reads there; a column that is missing is empty.
Row: TypeAlias = Mapping[str, str]


class Standing(StrEnum):
    """Whether a record belongs in the sheet."""

    LISTED = "listed"
    UNLISTED = "unlisted"  # living, but kept out by the layout's filter
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the sheet would show it."""

    cells: Row
    standing: Standing = Standing.LISTED


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet as it was read.

    `id` is the record's, empty for a row that somebody typed. `cells` are in the spelling in which
    records show them; those in `wrong` (column to the reason) cannot be read and are as they stand.
    """

    number: int
    id: str
    cells: Row
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that the sheet has now, and those of them that only the records change."""

    names: Sequence[str]
    locked: Collection[str] = frozenset()


# ---- what is to be done --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakeCell:
    """The sheet's value goes into the record."""

    id: str
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class PutCell:
    """The record's value goes into the sheet."""

    id: str
    column: str
    value: str


class Winner(StrEnum):
    """Whose value stands."""

    SHEET = "sheet"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed a cell and not alike, or the sheet changed what it may not: both values are kept.

    An empty `column` is the whole row: it was deleted on one side and changed on the other.
    """

    id: str
    column: str
    base: str
    record: str
    sheet: str
    winner: Winner


@dataclass(frozen=True, slots=True)
class RefuseCell:
    """A value that cannot be taken in stays in the sheet until somebody mends it."""

    number: int
    id: str
    column: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A row without an id becomes a record."""

    number: int
    cells: Row


@dataclass(frozen=True, slots=True)
class AppendRow:
    """A record that the sheet does not have gets a row."""

    id: str


@dataclass(frozen=True, slots=True)
class WithdrawRecord:
    """The row was deleted in the sheet: the record goes to the recycle bin, where it can be restored."""

    id: str


@dataclass(frozen=True, slots=True)
class RestoreRecord:
    """The record was withdrawn while its row was changed: the change outlives the deletion."""

    id: str


@dataclass(frozen=True, slots=True)
class DropRow:
    """The record does not belong in the sheet any more: its row goes."""

    id: str
    number: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A second row with the same id, made by copying: it is listed and not taken in."""

    number: int
    id: str
    original: int


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """A row whose id was changed by hand or comes from elsewhere: it is listed and not taken in.

    `likely` is the record without a row that it looks like, which therefore is not withdrawn; or empty.
    """

    number: int
    id: str
    likely: str = ""


Step: TypeAlias = (
    TakeCell
    | PutCell
    | Conflict
    | RefuseCell
    | NewRecord
    | AppendRow
    | WithdrawRecord
    | RestoreRecord
    | DropRow
    | Duplicate
    | UnknownRow
)


class Accident(StrEnum):
    """What must have gone wrong when a sheet comes back like this."""

    ROWS_VANISHED = "rows_vanished"
    COLUMN_EMPTIED = "column_emptied"
    ROWS_SCRAMBLED = "rows_scrambled"  # sorted without the column of ids


@dataclass(frozen=True, slots=True)
class Halt:
    """Too much is gone to be meant: nothing is done until a person has looked."""

    accident: Accident
    count: int
    total: int
    column: str = ""


def tolerated(total: int) -> int:
    """How many of `total` rows may go at once before it looks like an accident: 5, or a tenth."""
    return max(5, total // 10)


def merge(
    base: Mapping[str, Row],
    records: Mapping[str, Record],
    lines: Sequence[Line],
    columns: Columns,
    *,
    trusting: bool = False,
) -> Halt | list[Step]:
    """The steps that bring the records and the sheet together again, or why none may be taken.

    `lines` may stand in any order. Steps come ordered by id, then those about rows without one.
    `trusting`: nothing is taken for an accident.
    """
    originals, copies = _originals(base, lines)
    halt = None if trusting else _accident(base, records, originals, columns)
    if halt is not None:
        return halt
    unknown = _unknown(base, records, originals, columns)
    settled = {step.id for step in unknown} | {step.likely for step in unknown}
    steps: list[Step] = []
    for key in sorted((base.keys() | records.keys() | originals.keys()) - settled):
        if key in records:
            row = _Row(key, base.get(key), records[key], originals.get(key), copies.get(key, ()))
            steps += _merge_row(row, columns)
    steps += unknown
    steps += [Duplicate(copy.number, step.id, step.number) for step in unknown for copy in copies.get(step.id, ())]
    steps += [step for line in lines if not line.id for step in _new_row(line)]
    return steps


def _originals(base: Mapping[str, Row], lines: Sequence[Line]) -> tuple[dict[str, Line], dict[str, list[Line]]]:
    """The row of each id, and its copies: the original is the row most like what was agreed, then the upper one."""
    same: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.id:
            same[line.id].append(line)
    originals: dict[str, Line] = {}
    copies: dict[str, list[Line]] = {}
    for key, rivals in same.items():
        agreed = base.get(key, {})
        ordered = sorted(rivals, key=lambda line: (-_alike(agreed, line.cells), line.number)) if rivals[1:] else rivals
        originals[key] = ordered[0]
        if ordered[1:]:
            copies[key] = sorted(ordered[1:], key=lambda line: line.number)
    return originals, copies


def _unknown(
    base: Mapping[str, Row], records: Mapping[str, Record], originals: Mapping[str, Line], columns: Columns
) -> list[UnknownRow]:
    """The rows whose id no record has, each with the record that lost its row and reads most like it."""
    lost = {key: agreed for key, agreed in base.items() if key not in originals and key in records}
    found = []
    for key in sorted(originals.keys() - records.keys()):
        line = originals[key]
        best = max(sorted(lost), key=lambda other: _alike(lost[other], line.cells), default="")
        if best and _alike(lost[best], line.cells) * 2 > len(columns.names):
            del lost[best]
        else:
            best = ""
        found.append(UnknownRow(line.number, key, best))
    return found


def _alike(one: Row, other: Row) -> int:
    return sum(1 for column, text in one.items() if other.get(column, "") == text)


# ---- one row -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """Everything about one record: what was agreed, what it says, its row and that row's copies."""

    id: str
    base: Row | None
    record: Record
    line: Line | None
    copies: Sequence[Line]

    @property
    def agreed(self) -> Row:
        """What was agreed; nothing, when the sheet had no such row."""
        return self.base or {}


def _merge_row(row: _Row, columns: Columns) -> Iterator[Step]:
    line = row.line
    if line is None:
        yield from _without_line(row, columns)
    elif row.record.standing is Standing.WITHDRAWN and not _touched(row, columns):
        for each in (line, *row.copies):
            yield from _locked_edits(row, each, columns)
            yield DropRow(row.id, each.number)
    else:
        yield from _with_line(row, line, columns)
        yield from (Duplicate(copy.number, row.id, line.number) for copy in row.copies)


def _with_line(row: _Row, line: Line, columns: Columns) -> Iterator[Step]:
    if row.record.standing is Standing.WITHDRAWN:
        yield RestoreRecord(row.id)
        told = _in_a_line(line.cells, columns)
        yield Conflict(row.id, "", _in_a_line(row.agreed, columns), "", told, Winner.SHEET)
    steps = list(_merge_cells(row, line, columns))
    yield from steps
    unmended = row.copies or any(isinstance(step, TakeCell | RefuseCell) for step in steps)
    if row.record.standing is Standing.UNLISTED and not unmended:
        yield DropRow(row.id, line.number)


def _without_line(row: _Row, columns: Columns) -> Iterator[Step]:
    """The sheet has no row of this id: it was deleted there, or never came to be."""
    cells = row.record.cells
    if row.record.standing is not Standing.LISTED:
        return
    if row.base is None:
        yield AppendRow(row.id)
    elif all(row.base.get(name, "") == cells.get(name, "") for name in columns.names):
        yield WithdrawRecord(row.id)
    else:
        yield AppendRow(row.id)
        yield Conflict(row.id, "", _in_a_line(row.base, columns), _in_a_line(cells, columns), "", Winner.RECORD)


def _touched(row: _Row, columns: Columns) -> bool:
    """Whether somebody worked on the row, or on a copy of it, or put it back, after it was agreed upon."""
    return row.base is None or any(
        line.cells.get(name, "") != row.base.get(name, "")
        for line in (row.line, *row.copies)
        for name in columns.names
        if line is not None and name not in columns.locked
    )


def _locked_edits(row: _Row, line: Line, columns: Columns) -> Iterator[Conflict]:
    """What somebody typed into locked cells of a row that goes."""
    for column in columns.names:
        was, there = row.agreed.get(column, ""), line.cells.get(column, "")
        if there != was:
            yield Conflict(row.id, column, was, row.record.cells.get(column, ""), there, Winner.RECORD)


def _merge_cells(row: _Row, line: Line, columns: Columns) -> Iterator[Step]:
    key, agreed, record = row.id, row.agreed, row.record.cells
    for column in columns.names:
        was, here, there = agreed.get(column, ""), record.get(column, ""), line.cells.get(column, "")
        if column in line.wrong:
            yield RefuseCell(line.number, key, column, there, line.wrong[column])
        elif here == there:
            continue
        elif column in columns.locked:
            if there != was:
                yield Conflict(key, column, was, here, there, Winner.RECORD)
            yield PutCell(key, column, here)
        elif there == was:
            yield PutCell(key, column, here)
        else:
            if here != was:
                yield Conflict(key, column, was, here, there, Winner.SHEET)
            yield TakeCell(key, column, there)


def _new_row(line: Line) -> Iterator[Step]:
    """A row that somebody typed; an empty one is nothing."""
    for column, why in line.wrong.items():
        yield RefuseCell(line.number, "", column, line.cells.get(column, ""), why)
    if not line.wrong and any(line.cells.values()):
        yield NewRecord(line.number, line.cells)


def _in_a_line(row: Row, columns: Columns) -> str:
    """A whole row as one text, for a conflict about the row."""
    return " | ".join(row.get(name, "") for name in columns.names) if row else ""


# ---- accidents -----------------------------------------------------------------------------------------------------


def _accident(
    base: Mapping[str, Row], records: Mapping[str, Record], originals: Mapping[str, Line], columns: Columns
) -> Halt | None:
    expected = [key for key in base if key in records and records[key].standing is Standing.LISTED]
    vanished = sum(1 for key in expected if key not in originals)
    if vanished > tolerated(len(base)):
        return Halt(Accident.ROWS_VANISHED, vanished, len(base))
    met = [(base[key], originals[key].cells) for key in base if key in originals]
    for column in (name for name in columns.names if name not in columns.locked):
        filled = [there.get(column, "") for agreed, there in met if agreed.get(column, "")]
        if len(filled) > tolerated(0) and not any(filled):
            return Halt(Accident.COLUMN_EMPTIED, len(filled), len(base), column)
    scrambled = _scrambled(met, columns)
    if scrambled > tolerated(len(base)):
        return Halt(Accident.ROWS_SCRAMBLED, scrambled, len(base))
    return None


def _scrambled(met: Sequence[tuple[Row, Row]], columns: Columns) -> int:
    """How many rows have exchanged their whole contents with other rows, ids excepted."""
    before = [tuple(agreed.get(name, "") for name in columns.names) for agreed, _ in met]
    after = [tuple(there.get(name, "") for name in columns.names) for _, there in met]
    moved = [(was, now) for was, now in zip(before, after, strict=True) if was != now]
    known = Counter(was for was, _ in moved)
    return sum(1 for _, now in moved if now in known)
