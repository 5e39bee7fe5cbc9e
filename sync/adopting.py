"""Rows that were taken in before their id could be written beside them, known again.

A row that somebody types has no id. It becomes a record first, then its id is written; between the
two the program may be killed, or somebody may save the book again from memory. Such a row must not
become a second record, even when it was edited meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kernel.canonical import digest
from sync.merge import Line, Row


@dataclass(frozen=True, slots=True)
class Born:
    """A record that came from a row of this sheet, under which name it was sent in, and what it reads."""

    id: str
    instance_id: str
    cells: Row


def instance_ids(binding_id: str, generation: int, lines: Sequence[Line]) -> dict[int, str]:
    """Row number to the name under which that row without an id is sent in.

    The same row of the same generation of the book gives the same name, wherever it has moved to;
    two rows with equal contents give two.
    """
    seen: Counter[str] = Counter()
    names = {}
    for line in lines:
        if line.id:
            continue
        mark = digest(sorted((column, text) for column, text in line.cells.items() if text))[:32]
        names[line.number] = f"{binding_id}/{generation}/{mark}/{seen[mark]}"
        seen[mark] += 1
    return names


def adopted(
    lines: Sequence[Line], names: Mapping[int, str], born: Sequence[Born], lost: Mapping[str, Row]
) -> dict[int, str]:
    """Row number to the id of the record that it is, for rows without an id.

    `born` are the records of this sheet whose id was never seen in it: a row that was edited since
    is known by agreeing with the record in more than half of what it says. `lost` are the records
    whose row is gone: a row that says exactly the same is theirs, and has only lost its id.
    """
    by_name = {record.instance_id: record for record in born}
    found = {number: by_name[name].id for number, name in names.items() if name in by_name}
    waiting = {record.id: record.cells for record in born if record.id not in found.values()}
    contents = {_content(cells): key for key, cells in lost.items()}
    for line in lines:
        if line.id or line.number in found or not any(line.cells.values()):
            continue
        likely = contents.pop(_content(line.cells), None) or _likeliest(line.cells, waiting)
        if likely:
            found[line.number] = likely
            waiting.pop(likely, None)
    return found


def with_ids(lines: Sequence[Line], ids: Mapping[int, str]) -> list[Line]:
    """`lines`, those in `ids` (row number to record) with their id."""
    return [replace(line, id=ids[line.number]) if line.number in ids else line for line in lines]


def _content(row: Row) -> frozenset[tuple[str, str]]:
    """What a row says, whatever the order of its columns."""
    return frozenset((column, text) for column, text in row.items() if text)


def _likeliest(said: Row, waiting: Mapping[str, Row]) -> str | None:
    content = _content(said)
    best = max(waiting, key=lambda key: len(content & _content(waiting[key])), default=None)
    return best if best and len(content & _content(waiting[best])) * 2 > len(content) else None
