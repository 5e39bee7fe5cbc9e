"""docs/reference/database.md: every table with the comments of `records/tables.py`."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass, field

from sqlalchemy import Column, Table, UniqueConstraint

from records import tables
from records.database import SCHEMA

_HEAD = f"""\
# Database

The same tables on SQLite and PostgreSQL; `records/tables.py` is the whole schema (number {SCHEMA}). Only the floor
`records/` reads and writes them. To read records yourself, export them (`python -m webapp export FORM FILE.xlsx`)
or read `submissions.answers`: one JSON document for each record, by question.

<!-- Written by `make reference` from the schema and its comments. -->

Times are UTC as text of fixed width (`2026-11-22T08:00:00.000000Z`), days `2026-11-22`. A state that follows from
time is a time: what has no `settled_at` is not settled. Nothing is deleted: a record that was withdrawn has a
`withdrawn_at`, a person who left a `retired_at`.
"""


@dataclass(slots=True)
class _Comments:
    """What the source says: above which table which heading and comment stand, and behind which column what."""

    headings: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)


def page() -> str:
    """Every table in the order of the source."""
    comments = _comments(inspect.getsource(tables))
    return _HEAD + "".join(_section(table, comments) for table in tables.metadata.tables.values())


def _section(table: Table, comments: _Comments) -> str:
    heading = comments.headings.get(table.name)
    about = comments.tables.get(table.name)
    rows = "".join(_row(table, column, comments) for column in table.columns)
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint) and len(one.columns) > 1]
    return "".join(
        [
            f"\n## {heading}\n" if heading else "",
            f"\n### {table.name}\n\n",
            f"{about}\n\n" if about else "",
            f"| Column | Type | Meaning |\n|---|---|---|\n{rows}",
            *(f"\nUnique together: {', '.join(f'`{column.name}`' for column in one.columns)}.\n" for one in unique),
        ]
    )


def _row(table: Table, column: Column[object], comments: _Comments) -> str:
    meaning = [comments.columns.get((table.name, column.name), "")]
    meaning += [f"→ `{key.target_fullname}`" for key in column.foreign_keys]
    key = " (key)" if column.primary_key else ""
    kind = f"{column.type!r}".partition("(")[0].lower() + (", may be empty" if column.nullable else "")
    return f"| `{column.name}`{key} | {kind} | {' '.join(filter(None, meaning))} |\n"


def _comments(source: str) -> _Comments:
    """Headings (`# ---- … ---`), `#:` above a table, and `#` behind a column."""
    found = _Comments()
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _called(node.value) == "Table"):
            continue
        name = ast.literal_eval(node.value.args[0])
        above = node.lineno - 2
        about: list[str] = []
        while lines[above].startswith("#:"):
            about.insert(0, lines[above].removeprefix("#:").strip())
            above -= 1
        found.tables[name] = " ".join(about)
        if heading := re.match(r"# -{4} (.+?) -+$", lines[above] or lines[above - 1]):
            found.headings[name] = heading[1].capitalize()
        for column in node.value.args:
            if isinstance(column, ast.Call) and _called(column) == "Column":
                behind = re.search(r",  # (.+)$", lines[(column.end_lineno or column.lineno) - 1])
                found.columns[name, ast.literal_eval(column.args[0])] = behind[1] if behind else ""
    return found


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""
