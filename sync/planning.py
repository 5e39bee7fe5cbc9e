"""The middle of a round, in one transaction: the records take what is theirs, and the sheet's part is made ready."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kernel.problems import Stale, Unprocessable
from kernel.sentences import Sentence, say
from records.catalogue import Published
from records.ledger import Ledger
from records.model import Occasion
from records.sheets import (
    KEPT_GENERATIONS,
    Binding,
    SheetConflict,
    SheetRecord,
    SheetRefusal,
    load_shadows,
    note_conflicts,
    prune_shadows,
    records_stamp,
    replace_refusals,
    sheet_records,
    stamp_of_records,
    write_shadows,
)
from sync.adopting import Born, adopted, instance_ids, with_ids
from sync.backends.base import Snapshot, Writing
from sync.giving import Outlook, numbers_of, row_refusals, shadows_of, writing_of
from sync.layout import ID, Layout
from sync.merge import (
    Accident,
    Columns,
    Conflict,
    Halt,
    Line,
    NewRecord,
    Record,
    RefuseCell,
    Row,
    Step,
    TakeCell,
    Winner,
    merge,
)
from sync.reading import Rows, as_records, as_rows
from sync.taking import Place, Taken, take


class MassDisappearance(Stale):
    """Too much of the sheet is gone at once to be meant; nothing was done."""

    code = "sheet.mass_disappearance"


class TooOld(Stale):
    """Somebody saved back a copy that is older than everything it could be compared with."""

    code = "sheet.too_old"

    def __init__(self, generation: int, current: int) -> None:
        super().__init__(
            say(
                "这份表格是很早以前的副本（第 {generation} 次同步时的，现在是第 {current} 次），无法判断哪些是新改的。"
                "请换回最近的那份，要改的内容在新的那份里再改一次",
                generation=generation,
                current=current,
            )
        )


class ForeignBook(Unprocessable):
    """The sheet says that it belongs to another binding."""

    code = "sheet.foreign"

    def __init__(self) -> None:
        super().__init__(say("这里放的是另一张台账的表格，系统没有读它。请把原来的表格放回来"))


@dataclass(frozen=True, slots=True)
class Desk:
    """What one round works with."""

    ledger: Ledger
    published: Published
    layout: Layout
    binding: Binding
    occasion: Occasion


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left to do once the records have taken theirs.

    Attributes:
        writing: for the sheet; none when it is to stay as it is.
        generation: of the sheet when that is done.
        stamp: of the records that were read and taken; what others have committed since is not in it.
        steps: what the sheet and the records had to say to each other.
        counts: how many of each: taken, put, created, appended, withdrawn, restored, dropped, conflicts, refused.
        missing: labels of the columns that the sheet has lost.
    """

    writing: Writing | None
    generation: int
    stamp: str
    steps: tuple[Step, ...]
    counts: Mapping[str, int]
    missing: tuple[str, ...]


def settle(desk: Desk, snapshot: Snapshot, *, fresh: bool = False, trusting: bool = False) -> Plan:
    """Bring records and sheet together as far as the database goes.

    `fresh`: the sheet is about to be made. `trusting`: a person has said that what looks like an
    accident is meant. Raises `MassDisappearance`, `TooOld`, `ForeignBook`, `ChangedMeanwhile`.
    """
    conn, binding = desk.ledger.conn, desk.binding
    reached = _generation(binding, snapshot)
    base: dict[str, Row] = {} if fresh else {**load_shadows(conn, binding.id, reached)}
    found = sheet_records(conn, desk.layout.form.id)
    records = _as_records(desk, found.values())
    rows = as_rows(desk.ledger, desk.layout, snapshot, base, records)
    names = instance_ids(binding.id, reached, rows.lines)
    ids = _adopted(desk, rows, names, base, found, records)
    lines = with_ids(rows.lines, ids)
    base |= _shadows_for(desk, [line for line in lines if line.number in ids], base)
    columns = desk.layout.present(snapshot.columns)
    steps = merge(base, records, lines, columns, trusting=trusting)
    if isinstance(steps, Halt):
        raise _too_much(desk.layout, steps)
    place = Place(_numbers(steps, lines), {key: item.revision for key, item in found.items()}, names)
    taken = take(desk.ledger, desk.layout, steps, place, desk.occasion)
    found |= (after := sheet_records(conn, desk.layout.form.id, taken.touched))
    records |= _as_records(desk, after.values())
    outlook = _outlook(_Sides(base, records, lines, rows, columns), taken, ids)
    _keep(desk, outlook, [*_conflicts(steps, taken, records), *_overruled(outlook, taken)])
    generation = max(binding.generation, reached) + 1
    writing = writing_of(desk.layout, snapshot, outlook, generation)
    changed = _shadows_changed(desk, outlook, base, columns, max(binding.generation, reached))
    dirty = fresh or bool(changed) or not writing.is_empty or reached < binding.generation
    if dirty:
        write_shadows(conn, binding.id, generation, changed)
        prune_shadows(conn, binding.id, generation)
    return Plan(
        writing=writing if dirty else None,
        generation=generation if dirty else reached,
        stamp=_stamp(desk, stamp_of_records(found.values())),
        steps=tuple(steps),
        counts=_counts(steps, taken, outlook),
        missing=tuple(column.label for column in desk.layout.columns if column.key not in snapshot.columns),
    )


def stamp_of(desk: Desk) -> str:
    """Differs whenever a record of the form may read otherwise, a new version of the form included."""
    return _stamp(desk, records_stamp(desk.ledger.conn, desk.layout.form.id))


def _stamp(desk: Desk, records: str) -> str:
    return f"{desk.published.version}/{records}"


def _generation(binding: Binding, snapshot: Snapshot) -> int:
    """The generation of the sheet that was read, when it can be merged at all."""
    if snapshot.binding not in ("", binding.id):
        raise ForeignBook
    if ID not in snapshot.columns:
        raise MassDisappearance(say("表格里的编号列（隐藏的第一列）不见了，系统没有做任何改动。请撤销删除，或换回备份"))
    generation = binding.generation if snapshot.generation is None else snapshot.generation
    if generation < binding.generation - KEPT_GENERATIONS:
        raise TooOld(generation, binding.generation)
    return generation


def _too_much(layout: Layout, halt: Halt) -> MassDisappearance:
    return MassDisappearance(_accident_words(layout, halt))


def _accident_words(layout: Layout, halt: Halt) -> Sentence:
    match halt.accident:
        case Accident.ROWS_VANISHED:
            what = say("表格里一下子少了 {count} 行（共 {total} 行）", count=halt.count, total=halt.total)
        case Accident.COLUMN_EMPTIED:
            what = say("“{label}”这一列的 {count} 格全空了", label=layout.by_key[halt.column].label, count=halt.count)
        case Accident.ROWS_SCRAMBLED:
            what = say("有 {count} 行的内容与编号错了位，像是排序时漏选了隐藏的编号列", count=halt.count)
    return say("{what}，系统没有做任何改动。如是误操作请撤销或换回备份；如确是有意，请点“按表格执行”", what=what)


def _as_records(desk: Desk, found: Iterable[SheetRecord]) -> dict[str, Record]:
    return as_records(desk.ledger, desk.published, desk.layout, found, desk.occasion)


# ---- rows whose id is not written yet ------------------------------------------------------------------------------


def _adopted(
    desk: Desk,
    rows: Rows,
    names: Mapping[int, str],
    base: Mapping[str, Row],
    found: Mapping[str, SheetRecord],
    records: Mapping[str, Record],
) -> dict[int, str]:
    if not names:
        return {}
    present = {line.id for line in rows.lines}
    prefix = f"{desk.binding.id}/"
    absent = [item for key, item in found.items() if key not in present and not item.withdrawn]
    born = [
        Born(item.id, item.instance_id, records[item.id].cells)
        for item in absent
        if item.id not in base and item.instance_id.startswith(prefix)
    ]
    lost = {item.id: base[item.id] for item in absent if item.id in base}
    return adopted(rows.lines, names, born, lost)


def _shadows_for(desk: Desk, lines: Sequence[Line], base: Mapping[str, Row]) -> dict[str, Row]:
    """What was agreed about adopted rows when their records came to be.

    What the system fills in was not written beside them yet: of that, what they say is what was agreed.
    """
    wanted = [line for line in lines if line.id not in base]
    if not wanted:
        return {}
    prepared = load_shadows(desk.ledger.conn, desk.binding.id, desk.binding.generation + 1)
    locked = {column.key for column in desk.layout.merged if column.locked}
    return {
        line.id: {name: text for name, text in prepared.get(line.id, {}).items() if name not in locked}
        | {name: text for name, text in line.cells.items() if name in locked}
        for line in wanted
    }


# ---- after the records have taken theirs ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sides:
    """Base, records as they are now, and the rows with their ids."""

    base: Mapping[str, Row]
    records: Mapping[str, Record]
    lines: Sequence[Line]
    rows: Rows
    columns: Columns


def _numbers(steps: Sequence[Step], lines: Sequence[Line]) -> dict[str, int]:
    return numbers_of(Outlook(lines, {}, steps, (), {}, {}))


def _outlook(before: _Sides, taken: Taken, ids: Mapping[int, str]) -> Outlook:
    """Look again: what the sheet must be told, now that the records have what they took."""
    fresh_ids = {**ids, **taken.created}
    refused: dict[str, dict[str, str]] = defaultdict(dict)
    for step in taken.refused:
        if step.id and step.column:
            refused[step.id][step.column] = step.why
    lines = [
        replace(line, wrong={**line.wrong, **refused[line.id]}) if line.id in refused else line
        for line in with_ids(before.lines, taken.created)
    ]
    base = {**before.base}
    for key, cells in taken.taken.items():
        base[key] = {**base.get(key, {}), **cells}
    for line in lines:
        if line.number in taken.created:
            base[line.id] = {name: text for name, text in line.cells.items() if name not in before.columns.locked}
    second = merge(base, before.records, lines, before.columns, trusting=True)
    assert not isinstance(second, Halt)
    rowless = [step for step in taken.refused if not (step.id and step.column)]
    known = [step for step in second if not isinstance(step, NewRecord)]
    outlook = Outlook(lines, before.records, known, [*row_refusals(known), *rowless], fresh_ids, {})
    return replace(outlook, respelled=_respelled(outlook, before.rows, taken))


def _respelled(outlook: Outlook, rows: Rows, taken: Taken) -> dict[tuple[int, str], str]:
    """Cells that were just taken in, where somebody wrote 2026.9.3 for what records spell 2026-09-03."""
    numbers = numbers_of(outlook)
    lines = {line.number: line for line in outlook.lines}
    found = {}
    for key in [*taken.taken, *taken.created.values()]:
        number = numbers.get(key)
        if number is None:
            continue
        for column, text in rows.typed[number].items():
            shown = outlook.records[key].cells.get(column, "")
            if text != shown and lines[number].cells.get(column, "") == shown:
                found[number, column] = shown
    return found


def _conflicts(steps: Sequence[Step], taken: Taken, records: Mapping[str, Record]) -> list[Conflict]:
    """The conflicts that came to something, and the cells that the record's own rules did not let in."""
    refused = {(step.id, step.column) for step in taken.refused}
    noted = [step for step in steps if isinstance(step, Conflict)]
    overridden = {(step.id, step.column): step for step in noted}
    ignored = []
    for step in steps:
        if not isinstance(step, TakeCell) or step.value != taken.taken.get(step.id, {}).get(step.column):
            continue
        shown = records[step.id].cells.get(step.column, "")
        if shown != step.value:
            at = (step.id, step.column)
            base = overridden[at].base if at in overridden else shown
            refused.add(at)
            ignored.append(Conflict(step.id, step.column, base, shown, step.value, Winner.RECORD))
    return [step for step in noted if (step.id, step.column) not in refused] + ignored


def _overruled(outlook: Outlook, taken: Taken) -> list[Conflict]:
    """What somebody typed into locked columns of a new row."""
    created = set(taken.created.values())
    return [step for step in outlook.steps if isinstance(step, Conflict) and step.id in created]


def _keep(desk: Desk, outlook: Outlook, conflicts: Sequence[Conflict]) -> None:
    conn, binding, occasion = desk.ledger.conn, desk.binding, desk.occasion
    note_conflicts(
        conn,
        binding.id,
        [
            SheetConflict(
                submission_id=step.id,
                field=step.column,
                base=step.base,
                record_value=step.record,
                sheet_value=step.sheet,
                winner=step.winner.value,
                author=occasion.author,
                at=occasion.at,
            )
            for step in conflicts
        ],
    )
    replace_refusals(conn, binding.id, _told_once(outlook.refusals, occasion))


def _told_once(refusals: Sequence[RefuseCell], occasion: Occasion) -> list[SheetRefusal]:
    """One refusal a cell; several about a whole row are joined."""
    found: dict[tuple[str, str], SheetRefusal] = {}
    for step in refusals:
        at = (step.id or f"row:{step.number}", step.column)
        why = say("{first}；{second}", first=found[at].sentence, second=step.why) if at in found else step.why
        found[at] = SheetRefusal(*at, step.number, step.value, why, occasion.at)
    return list(found.values())


def _shadows_changed(
    desk: Desk, outlook: Outlook, base: Mapping[str, Row], columns: Columns, generation: int
) -> dict[str, Row | None]:
    """The shadows of the generation to come, where they differ from the newest there are."""
    now = shadows_of(outlook, base, columns)
    newest = load_shadows(desk.ledger.conn, desk.binding.id, generation)
    changed: dict[str, Row | None] = {key: cells for key, cells in now.items() if newest.get(key) != cells}
    return changed | {key: None for key in newest if key not in now}


def _counts(steps: Sequence[Step], taken: Taken, outlook: Outlook) -> dict[str, int]:
    kinds = Counter(type(step).__name__ for step in outlook.steps)
    counts = {
        "taken": sum(len(cells) for cells in taken.taken.values()),
        "created": len(taken.created),
        "withdrawn": len(taken.withdrawn),
        "restored": len(taken.restored),
        "put": kinds["PutCell"],
        "appended": kinds["AppendRow"],
        "dropped": kinds["DropRow"],
        "conflicts": sum(1 for step in steps if isinstance(step, Conflict)),
        "refused": len(outlook.refusals),
    }
    return {name: count for name, count in counts.items() if count}
