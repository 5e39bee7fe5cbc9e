"""The steps that are for the sheet, as one writing: cells, rows, ids, marks and the words in the column of problems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kernel.sentences import Sentence, say
from sync.backends.base import Snapshot, Writing
from sync.layout import ID, PROBLEM, CellValue, Layout, to_cell
from sync.merge import (
    AppendRow,
    Columns,
    DropRow,
    Duplicate,
    Line,
    PutCell,
    Record,
    RefuseCell,
    Row,
    Step,
    UnknownRow,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the sheet is to be brought to.

    Attributes:
        lines: its rows with the ids they have or are about to get.
        records: what the records say now.
        steps: what `merge` said of the two.
        refusals: what is not taken in, rows included.
        fresh_ids: row number to the id that is to be written there.
        respelled: (row, column) to the text in the records' spelling, where somebody typed another.
    """

    lines: Sequence[Line]
    records: Mapping[str, Record]
    steps: Sequence[Step]
    refusals: Sequence[RefuseCell]
    fresh_ids: Mapping[int, str]
    respelled: Mapping[tuple[int, str], str]


def row_refusals(steps: Sequence[Step]) -> list[RefuseCell]:
    """What `merge` could not take in, whole rows as refusals of an empty column."""
    found = []
    for step in steps:
        match step:
            case RefuseCell():
                found.append(step)
            case Duplicate(number):
                why = say(
                    "这一行是整行复制来的，与原来那行同一个编号，没有收进系统；要新增请在空行里填写，不要的请删除"
                )
                found.append(RefuseCell(number, "", "", "", why))
            case UnknownRow(number, key):
                why = say(
                    "这一行的编号“{id}”不是系统给的，没有收进系统；请撤销对编号的改动，或删除本行重新填写", id=key
                )
                found.append(RefuseCell(number, "", "", key, why))
    return found


def writing_of(layout: Layout, snapshot: Snapshot, outlook: Outlook, generation: int) -> Writing:
    """Everything the sheet is to be told, at once."""
    numbers, records = numbers_of(outlook), outlook.records
    cells: dict[tuple[int, str], CellValue] = {}
    append: list[str] = []
    drop: set[int] = set()
    for at, text in outlook.respelled.items():
        cells[at] = to_cell(layout.by_key[at[1]], text)
    for step in outlook.steps:
        match step:
            case PutCell(key, column, value):
                cells[numbers[key], column] = to_cell(layout.by_key[column], value)
            case AppendRow(key):
                append.append(key)
            case DropRow(_, number):
                drop.add(number)
    cells |= {(number, ID): key for number, key in outlook.fresh_ids.items()}
    told = _told(layout, snapshot, outlook.refusals)
    cells |= {(number, PROBLEM): words or None for number, words in told.items() if PROBLEM in snapshot.columns}
    wrong = {(step.number, step.column) for step in outlook.refusals if step.column in snapshot.columns}
    return Writing(
        generation=generation,
        cells={at: value for at, value in cells.items() if at[0] not in drop},
        append=[
            _new_row(layout, snapshot.columns, key, records[key].cells) for key in _in_order(layout, outlook, append)
        ],
        drop=drop,
        mark={at for at in wrong if at[0] in told},
        unmark=_right_cells(layout, snapshot, told, wrong, drop),
    )


def shadows_of(outlook: Outlook, base: Mapping[str, Row], columns: Columns) -> dict[str, Row]:
    """What the sheet will read once it is written, by record: the base of the merges to come.

    A cell that was not taken in keeps what was agreed before, so that it stays to be judged.
    """
    wrong: dict[str, set[str]] = defaultdict(set)
    for refusal in outlook.refusals:
        if refusal.id:
            wrong[refusal.id].add(refusal.column)
    dropped = {step.id for step in outlook.steps if isinstance(step, DropRow)}
    appended = {step.id for step in outlook.steps if isinstance(step, AppendRow)}
    likely = {step.likely for step in outlook.steps if isinstance(step, UnknownRow)}
    shadows = {key: base[key] for key in likely if key in base}
    for key in ((numbers_of(outlook).keys() & outlook.records.keys()) - dropped) | appended:
        agreed, record = base.get(key, {}), outlook.records[key].cells
        kept = {name: text for name, text in agreed.items() if name not in columns.names or name in wrong[key]}
        settled = {name: text for name in columns.names if name not in wrong[key] and (text := record.get(name))}
        shadows[key] = {**kept, **settled}
    return shadows


def numbers_of(outlook: Outlook) -> dict[str, int]:
    """The row of each record; copies do not count."""
    copies = {step.number for step in outlook.steps if isinstance(step, Duplicate)}
    return {line.id: line.number for line in outlook.lines if line.id and line.number not in copies}


def _in_order(layout: Layout, outlook: Outlook, keys: Sequence[str]) -> list[str]:
    """Records by their printed number where they have one, else as they came."""
    number = layout.form.numbering.field if layout.form.numbering else ""
    came = {key: place for place, key in enumerate(outlook.records)}
    return sorted(keys, key=lambda key: (outlook.records[key].cells.get(number, ""), came[key]))


def _new_row(layout: Layout, present: Collection[str], key: str, cells: Row) -> Mapping[str, CellValue]:
    row: dict[str, CellValue] = {ID: key}
    return row | {name: to_cell(layout.by_key[name], text) for name, text in cells.items() if name in present}


def _told(layout: Layout, snapshot: Snapshot, refusals: Sequence[RefuseCell]) -> dict[int, str]:
    """Row number to the words in its column of problems, for the rows where they are to change."""
    words: dict[int, list[str]] = defaultdict(list)
    for refusal in refusals:
        words[refusal.number].append(_in_words(layout, refusal))
    wanted = {number: "；".join(dict.fromkeys(each)) for number, each in words.items()}
    standing = {row.number: str(row.cells.get(PROBLEM) or "") for row in snapshot.rows}
    return {
        number: wanted.get(number, "")
        for number in wanted.keys() | standing.keys()
        if wanted.get(number, "") != standing.get(number, "")
    }


def _in_words(layout: Layout, refusal: RefuseCell) -> str | Sentence:
    if not refusal.column:
        return refusal.why
    return say("{label}：{why}", label=layout.by_key[refusal.column].label, why=refusal.why)


def _right_cells(
    layout: Layout,
    snapshot: Snapshot,
    told: Mapping[int, str],
    wrong: Collection[tuple[int, str]],
    drop: Collection[int],
) -> set[tuple[int, str]]:
    """The cells of rows whose problems changed which are not wrong, so that old marks go."""
    keys = [column.key for column in layout.merged if column.key in snapshot.columns]
    return {(number, key) for number in told if number not in drop for key in keys if (number, key) not in wrong}
