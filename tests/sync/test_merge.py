from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.merge import (
    Accident,
    AppendRow,
    Columns,
    Conflict,
    DropRow,
    Duplicate,
    Halt,
    Line,
    NewRecord,
    PutCell,
    Record,
    RefuseCell,
    RestoreRecord,
    Row,
    Standing,
    Step,
    TakeCell,
    UnknownRow,
    Winner,
    WithdrawRecord,
    merge,
    tolerated,
)

COLUMNS = Columns(("no", "place", "level"), frozenset({"no"}))
ROW: Row = {"no": "1", "place": "东街", "level": "一般"}
Merge: TypeAlias = Callable[[Mapping[str, Row], Mapping[str, Record], Sequence[Line], Columns], Halt | list[Step]]


def one(base: Row | None, record: Record | None, line: Line | None) -> list[Step]:
    """What becomes of a single row."""
    steps = merge(
        {} if base is None else {"A": base},
        {} if record is None else {"A": record},
        [] if line is None else [line],
        COLUMNS,
    )
    assert isinstance(steps, list)
    return steps


def line(number: int = 2, key: str = "A", wrong: Mapping[str, str] | None = None, **cells: str) -> Line:
    return Line(number, key, {**ROW, **cells}, wrong or {})


def record(standing: Standing = Standing.LISTED, **cells: str) -> Record:
    return Record({**ROW, **cells}, standing)


# ---- one cell ------------------------------------------------------------------------------------------------------


def test_what_only_the_sheet_changed_goes_into_the_record() -> None:
    assert one(ROW, record(), line(level="重大")) == [TakeCell("A", "level", "重大")]


def test_what_only_the_record_changed_goes_into_the_sheet() -> None:
    assert one(ROW, record(level="重大"), line()) == [PutCell("A", "level", "重大")]


def test_what_both_changed_alike_is_settled() -> None:
    assert one(ROW, record(level="重大"), line(level="重大")) == []


def test_changes_to_different_cells_of_a_row_meet() -> None:
    assert one(ROW, record(place="西街"), line(level="重大")) == [
        PutCell("A", "place", "西街"),
        TakeCell("A", "level", "重大"),
    ]


def test_of_two_different_changes_the_offices_stands_and_the_other_is_kept() -> None:
    assert one(ROW, record(level="较大"), line(level="重大")) == [
        Conflict("A", "level", "一般", "较大", "重大", Winner.SHEET),
        TakeCell("A", "level", "重大"),
    ]


def test_an_emptied_cell_is_a_change_like_any_other() -> None:
    assert one(ROW, record(), line(level="")) == [TakeCell("A", "level", "")]


def test_a_value_that_cannot_be_read_stays_and_keeps_the_records_change_waiting() -> None:
    steps = one(ROW, record(level="较大"), line(level="大", wrong={"level": "没有这一项"}))
    assert steps == [RefuseCell(2, "A", "level", "大", "没有这一项")]


def test_a_locked_cell_is_put_back_and_what_was_typed_is_kept() -> None:
    assert one(ROW, record(), line(no="9")) == [
        Conflict("A", "no", "1", "1", "9", Winner.RECORD),
        PutCell("A", "no", "1"),
    ]


def test_a_column_that_the_sheet_has_lost_is_not_taken_for_empty() -> None:
    steps = merge({"A": ROW}, {"A": record()}, [Line(2, "A", {"place": "东街"})], Columns(("place",)))
    assert steps == []


# ---- one row -------------------------------------------------------------------------------------------------------


def test_a_new_record_gets_a_row() -> None:
    assert one(None, record(), None) == [AppendRow("A")]


def test_a_typed_row_becomes_a_record() -> None:
    typed = Line(7, "", {"place": "西街"})
    assert merge({}, {}, [typed], COLUMNS) == [NewRecord(7, {"place": "西街"})]


def test_an_empty_row_is_nothing() -> None:
    assert merge({}, {}, [Line(7, "", {"place": ""})], COLUMNS) == []


def test_a_deleted_row_withdraws_its_record() -> None:
    assert one(ROW, record(), None) == [WithdrawRecord("A")]


def test_a_row_that_was_deleted_while_its_record_changed_comes_back() -> None:
    steps = one(ROW, record(level="重大"), None)
    assert AppendRow("A") in steps
    assert Conflict("A", "", "1 | 东街 | 一般", "1 | 东街 | 重大", "", Winner.RECORD) in steps


def test_the_row_of_a_withdrawn_record_goes() -> None:
    assert one(ROW, record(Standing.WITHDRAWN), line(5)) == [DropRow("A", 5)]


def test_a_row_that_was_changed_while_its_record_was_withdrawn_brings_it_back() -> None:
    steps = one(ROW, record(Standing.WITHDRAWN), line(level="重大"))
    assert steps[0] == RestoreRecord("A")
    assert TakeCell("A", "level", "重大") in steps


def test_a_record_that_leaves_the_filter_takes_its_row_along_once_its_changes_are_taken() -> None:
    assert one(ROW, record(Standing.UNLISTED), line(5)) == [DropRow("A", 5)]
    assert one(ROW, record(Standing.UNLISTED), line(5, level="重大")) == [TakeCell("A", "level", "重大")]


def test_deleted_on_both_sides_is_deleted() -> None:
    assert one(ROW, record(Standing.WITHDRAWN), None) == []


def test_a_copied_row_is_told_and_the_one_that_reads_as_agreed_is_the_original() -> None:
    steps = merge({"A": ROW}, {"A": record()}, [line(2, place="北街"), line(3)], COLUMNS)
    assert steps == [Duplicate(2, "A", 3)]


def test_a_row_with_a_damaged_id_is_told_and_its_record_stays() -> None:
    steps = merge({"A": ROW}, {"A": record()}, [line(2, key="A?")], COLUMNS)
    assert steps == [UnknownRow(2, "A?", "A")]


# ---- accidents -----------------------------------------------------------------------------------------------------


def many(count: int) -> tuple[dict[str, Row], dict[str, Record], list[Line]]:
    rows: dict[str, Row] = {f"R{at:03}": {"no": str(at), "place": f"第{at}号", "level": "一般"} for at in range(count)}
    records = {key: Record(row) for key, row in rows.items()}
    return rows, records, [Line(number, key, row) for number, (key, row) in enumerate(rows.items(), 2)]


@pytest.mark.parametrize(("count", "most"), [(6, 5), (50, 5), (100, 10)])
def test_more_than_five_rows_or_a_tenth_gone_at_once_halts(count: int, most: int) -> None:
    base, records, lines = many(count)
    assert merge(base, records, lines[most:], COLUMNS) == [WithdrawRecord(row.id) for row in lines[:most]]
    assert merge(base, records, lines[most + 1 :], COLUMNS) == Halt(Accident.ROWS_VANISHED, most + 1, count)


def test_a_column_that_is_suddenly_empty_halts() -> None:
    base, records, lines = many(9)
    emptied = [replace(row, cells={**row.cells, "level": ""}) for row in lines]
    assert merge(base, records, emptied, COLUMNS) == Halt(Accident.COLUMN_EMPTIED, 9, 9, "level")


def test_rows_sorted_without_their_ids_halt() -> None:
    base, records, lines = many(9)
    slipped = [replace(row, cells=other.cells) for row, other in zip(lines, lines[::-1], strict=True)]
    assert merge(base, records, slipped, COLUMNS) == Halt(Accident.ROWS_SCRAMBLED, 8, 9)


def test_a_person_may_say_that_it_is_meant() -> None:
    base, records, _ = many(9)
    assert merge(base, records, [], COLUMNS, trusting=True) == [WithdrawRecord(key) for key in base]


# ---- for all worlds ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """What was agreed, and what has become of it on either side."""

    base: dict[str, Row]
    records: dict[str, Record]
    lines: list[Line]


BAD = "坏"
texts = st.sampled_from(["", "一般", "重大", "东街", "0012", "=1+1"])
typed = st.sampled_from(["", "一般", "重大", "东街", "0012", "=1+1", BAD])
contents = st.fixed_dictionaries({"no": st.just(""), "place": texts.filter(bool), "level": texts})


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """One table, perturbed twice: on the side of the records and on the side of the sheet."""
    base: dict[str, Row] = {}
    records: dict[str, Record] = {}
    rows: list[tuple[str, Row]] = []
    for at in range(draw(st.integers(0, 7))):
        key = f"R{at}"
        agreed = {**draw(contents), "no": str(at)}
        base[key] = agreed
        changed = {**agreed, draw(st.sampled_from(["place", "level"])): draw(texts)}
        standing = draw(st.sampled_from([*[Standing.LISTED] * 6, Standing.UNLISTED, Standing.WITHDRAWN]))
        records[key] = Record(changed if draw(st.booleans()) else agreed, standing)
        edited = {**agreed, draw(st.sampled_from(COLUMNS.names)): draw(typed)} if draw(st.booleans()) else agreed
        copies = draw(st.sampled_from([1, 1, 1, 1, 0, 2]))
        rows += [(key, edited)] * min(copies, 1) + [(key, agreed)] * (copies == 2)
    for at in range(draw(st.integers(0, 2))):
        records[f"W{at}"] = Record({**draw(contents), "no": f"w{at}"})
    rows += [("", {**draw(contents), "no": ""}) for _ in range(draw(st.integers(0, 2)))]
    rows += [("Q?", draw(contents))] if draw(st.integers(0, 9)) == 0 else []
    numbers = draw(st.permutations(range(2, len(rows) + 2)))
    lines = [Line(number, key, cells, _wrong(cells)) for number, (key, cells) in zip(numbers, rows, strict=True)]
    return World(base, records, lines)


def _wrong(cells: Row) -> dict[str, str]:
    return {name: "读不了" for name, text in cells.items() if text == BAD}


def carried_out(world: World, steps: Sequence[Step]) -> World:
    """Both sides after `steps`, as a round would leave them."""
    records, lines = records_after(world, steps), {row.number: row for row in world.lines}
    copies = {step.number for step in steps if isinstance(step, Duplicate)}
    places = {row.id: row.number for row in world.lines if row.id and row.number not in copies}
    for step in steps:
        match step:
            case NewRecord(number):
                lines[number] = replace(lines[number], id=f"N{number}", cells=records[f"N{number}"].cells)
            case PutCell(key, column, value):
                row = lines[places[key]]
                lines[row.number] = replace(row, cells={**row.cells, column: value})
            case DropRow(_, number):
                del lines[number]
            case AppendRow(key):
                number = max(lines, default=1) + 1
                lines[number] = Line(number, key, records[key].cells)
    held = {step.likely for step in steps if isinstance(step, UnknownRow)}
    base = {key: row for key, row in world.base.items() if key in held}
    for row in lines.values():
        if row.id in records and row.number not in copies:
            pending = {name: world.base.get(row.id, {}).get(name, "") for name in row.wrong}
            base[row.id] = {**records[row.id].cells, **pending}
    return World(base, records, list(lines.values()))


def records_after(world: World, steps: Sequence[Step]) -> dict[str, Record]:
    records = dict(world.records)
    for step in steps:
        match step:
            case TakeCell(key, column, value):
                records[key] = replace(records[key], cells={**records[key].cells, column: value})
            case RestoreRecord(key):
                records[key] = replace(records[key], standing=Standing.LISTED)
            case WithdrawRecord(key):
                records[key] = replace(records[key], standing=Standing.WITHDRAWN)
            case NewRecord(number, cells):
                records[f"N{number}"] = Record({**cells, "no": f"n{number}"})
    return records


def told(steps: Sequence[Step]) -> list[Step]:
    """The steps that only tell: they come again until somebody mends the sheet."""
    return [step for step in steps if isinstance(step, RefuseCell | Duplicate | UnknownRow)]


def check_nothing_is_lost(merging: Merge, world: World) -> None:
    """Each changed cell, of either side, stands in a record or in the sheet, or is kept in a conflict."""
    steps = merging(world.base, world.records, world.lines, COLUMNS)
    if isinstance(steps, Halt):
        return
    after = carried_out(world, steps)
    conflicts = [step for step in steps if isinstance(step, Conflict)]
    for key, item in world.records.items():
        for name, changed in item.cells.items():
            if changed == world.base.get(key, {}).get(name, "") or after.records[key].cells[name] == changed:
                continue
            about = [step for step in conflicts if step.id == key and step.column in (name, "")]
            assert any(changed in step.record.split(" | ") for step in about), (key, name)
    for row in world.lines:
        now = {other.number: other for other in after.lines}.get(row.number)
        for name, changed in row.cells.items():
            if changed == world.base.get(row.id, {}).get(name, "") or (now and now.cells.get(name) == changed):
                continue
            about = [step for step in conflicts if step.id == row.id and step.column in (name, "")]
            stands = row.id in after.records and after.records[row.id].cells.get(name) == changed
            assert stands or any(changed in step.sheet.split(" | ") for step in about), (row, name)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_nothing_that_was_entered_on_either_side_is_lost(world: World) -> None:
    check_nothing_is_lost(merge, world)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_once_carried_out_there_is_nothing_left_to_do(world: World) -> None:
    steps = merge(world.base, world.records, world.lines, COLUMNS)
    if isinstance(steps, Halt):
        return
    once = carried_out(world, steps)
    second = merge(once.base, once.records, once.lines, COLUMNS, trusting=True)
    assert isinstance(second, list)
    left = [step for step in second if not isinstance(step, DropRow)]  # a row that was taken in and is filtered out
    assert left == told(second)
    twice = carried_out(once, second)
    third = merge(twice.base, twice.records, twice.lines, COLUMNS, trusting=True)
    assert isinstance(third, list)
    assert third == told(third)


@settings(max_examples=150, deadline=None)
@given(worlds(), st.randoms())
def test_the_order_of_rows_does_not_matter(world: World, chance: Random) -> None:
    shuffled = list(world.lines)
    chance.shuffle(shuffled)
    first = merge(world.base, world.records, world.lines, COLUMNS)
    other = merge(world.base, world.records, shuffled, COLUMNS)
    assert (first if isinstance(first, Halt) else set(map(repr, first))) == (
        other if isinstance(other, Halt) else set(map(repr, other))
    )


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_a_value_that_cannot_be_read_is_neither_taken_nor_overwritten(world: World) -> None:
    steps = merge(world.base, world.records, world.lines, COLUMNS, trusting=True)
    assert isinstance(steps, list)
    copies = {step.number for step in steps if isinstance(step, Duplicate)}
    unknown = {step.number for step in steps if isinstance(step, UnknownRow)}
    dropped = {step.number for step in steps if isinstance(step, DropRow)}
    bad = {(row.id, name) for row in world.lines for name in row.wrong if row.number not in copies | unknown}
    refused = {(step.id, step.column) for step in steps if isinstance(step, RefuseCell)}
    locked_only = {(row.id, name) for row in world.lines if row.number in dropped for name in row.wrong}
    assert refused == bad - locked_only
    assert not {(step.id, step.column) for step in steps if isinstance(step, TakeCell | PutCell)} & bad
    assert all(step.value != BAD for step in steps if isinstance(step, TakeCell))


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_only_cells_that_differ_are_written_and_no_locked_one_is_taken(world: World) -> None:
    steps = merge(world.base, world.records, world.lines, COLUMNS, trusting=True)
    assert isinstance(steps, list)
    for step in steps:
        if isinstance(step, PutCell):
            assert any(row.id == step.id and row.cells.get(step.column, "") != step.value for row in world.lines)
        if isinstance(step, TakeCell):
            assert step.column not in COLUMNS.locked


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_an_emptied_sheet_never_withdraws_more_than_is_tolerated(world: World) -> None:
    steps = merge(world.base, world.records, [], COLUMNS)
    if isinstance(steps, Halt):
        assert steps.accident is Accident.ROWS_VANISHED
    else:
        assert sum(1 for step in steps if isinstance(step, WithdrawRecord)) <= tolerated(len(world.base))


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_a_copy_from_before_the_last_writing_reverts_nothing(world: World) -> None:
    """Somebody saves back the book as it was before the records' changes were written into it."""
    agreed = [Line(number, key, row) for number, (key, row) in enumerate(world.base.items(), 2)]
    steps = merge(world.base, world.records, agreed, COLUMNS)
    assert isinstance(steps, list)
    assert not [step for step in steps if isinstance(step, TakeCell | WithdrawRecord | RestoreRecord | Conflict)]


# ---- the properties can fail ---------------------------------------------------------------------------------------


def forgetful(
    base: Mapping[str, Row], records: Mapping[str, Record], lines: Sequence[Line], columns: Columns
) -> Halt | list[Step]:
    """A merge with a bug: it keeps no losers."""
    steps = merge(base, records, lines, columns)
    return steps if isinstance(steps, Halt) else [step for step in steps if not isinstance(step, Conflict)]


def overbearing(
    base: Mapping[str, Row], records: Mapping[str, Record], lines: Sequence[Line], columns: Columns
) -> Halt | list[Step]:
    """A merge with a bug: it does not ask what was agreed, the sheet is always right."""
    steps = merge({key: records[key].cells for key in base}, records, lines, columns)
    return steps if isinstance(steps, Halt) else [step for step in steps if not isinstance(step, PutCell)]


@pytest.mark.parametrize("buggy", [forgetful, overbearing])
def test_a_planted_bug_is_found(buggy: Merge) -> None:
    @settings(max_examples=1000, deadline=None, database=None)
    @given(worlds())
    def judged(world: World) -> None:
        check_nothing_is_lost(buggy, world)

    with pytest.raises((AssertionError, BaseExceptionGroup)):
        judged()
