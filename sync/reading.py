"""Both sides brought to one spelling, so that they can be compared: records as cells, rows as texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from forms.fields.record import Record as RecordField
from forms.values import Answers
from kernel.clock import from_utc_text
from records.catalogue import Published
from records.ledger import Ledger
from records.measuring import visible_ids
from records.model import Occasion
from records.people import units_under
from records.sheets import SheetRecord
from sync.backends.base import SheetRow, Snapshot
from sync.layout import ID, PROBLEM, Column, Layout, Unreadable, read_cell, text_of
from sync.merge import Line, Record, Row, Standing


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a sheet: as `merge` sees them, and the texts as they stand, by row number."""

    lines: list[Line]
    typed: Mapping[int, Row]


def as_records(
    ledger: Ledger, published: Published, layout: Layout, found: Iterable[SheetRecord], occasion: Occasion
) -> dict[str, Record]:
    """Records as the sheet would show them, by id."""
    for column in layout.columns:
        if isinstance(column.field, RecordField):
            ledger.lookup.learn_records(column.field.form)
    circumstances = ledger.circumstances(occasion)
    records = {}
    listed = list(found)
    reached = _reached(ledger, layout, listed, occasion)
    for item in listed:
        known = {
            **_as_asked_now(published, item.answers),
            "state": item.state,
            "created_by": item.created_by,
            "unit_id": item.unit_id,
            "created_at": _wall_clock(item.created_at, occasion),
            "entered_on": _wall_clock(item.entered_at, occasion)[: len("2026-11-22")] if item.entered_at else None,
            "due_on": item.due_on,
        }
        if item.withdrawn:
            standing = Standing.WITHDRAWN
        elif item.id in reached and published.deriver.in_sheet(known, circumstances):
            standing = Standing.LISTED
        else:
            standing = Standing.UNLISTED
        records[item.id] = Record(layout.cells(known, ledger.lookup), standing)
    return records


def _as_asked_now(published: Published, answers: Answers) -> Answers:
    """Answers under the names of today; most records are of the version of today and are left as they are."""
    form = published.form
    if not form.retyped and answers.keys() == form.questions.keys():
        return answers
    return published.reader.brought_forward(answers)


def _reached(ledger: Ledger, layout: Layout, found: Sequence[SheetRecord], occasion: Occasion) -> Collection[str]:
    """The records that the role whose sheet it is may read, as somebody of the sheet's own unit."""
    ids = [item.id for item in found]
    if layout.role is None:
        return set(ids)
    unit = occasion.actor.unit_id
    reader = replace(occasion.actor, roles=frozenset({layout.role}), units=units_under(ledger.conn, unit))
    return set(visible_ids(ledger.conn, layout.form, ids, reader))


def _wall_clock(stored: str, occasion: Occasion) -> str:
    """A stored moment as expressions write one: by the office's clock, without a zone."""
    at = from_utc_text(stored).astimezone(occasion.at.tzinfo)
    return at.replace(tzinfo=None).isoformat(timespec="seconds")


def as_rows(
    ledger: Ledger, layout: Layout, snapshot: Snapshot, base: Mapping[str, Row], records: Mapping[str, Record]
) -> Rows:
    """The rows of a sheet, each cell in the spelling in which its record would show the same.

    A cell that says what was agreed, or what the record says, is not read again: it may be from a
    list of choices that has changed since.
    """
    lines, typed = [], {}
    for row in snapshot.rows:
        record = records.get(row.id)
        line, texts = _as_line(ledger, layout, row, (base.get(row.id, {}), record.cells if record else {}))
        lines.append(line)
        typed[row.number] = texts
    return Rows(lines, typed)


def _spelled(column: Column, text: str, ledger: Ledger, *, strictly: bool) -> str:
    """`text` in the records' spelling.

    In a new row, what cannot be read is left to the form's reader, who tells at once everything that is wrong.
    """
    try:
        return read_cell(column, text, ledger.lookup)
    except Unreadable:
        if strictly:
            raise
        return text


def _as_line(ledger: Ledger, layout: Layout, row: SheetRow, known: tuple[Row, Row]) -> tuple[Line, Row]:
    agreed, shown = known
    cells: dict[str, str] = {}
    texts: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for key, value in row.cells.items():
        if key in (ID, PROBLEM):
            continue
        column = layout.by_key[key]
        try:
            text = texts[key] = text_of(column, value)
            cells[key] = text
            judged = not (row.id and column.locked)
            if judged and text and text != agreed.get(key) and text != shown.get(key):
                cells[key] = _spelled(column, text, ledger, strictly=bool(row.id))
        except Unreadable as unreadable:
            texts.setdefault(key, str(value))
            cells[key] = texts[key]
            wrong[key] = unreadable.sentence
    for key, why in row.closed.items():
        if texts.get(key) or agreed.get(key) or shown.get(key):
            cells[key], wrong[key] = texts.get(key, ""), why
    return Line(row.number, row.id, {key: text for key, text in cells.items() if text or key in wrong}, wrong), texts
