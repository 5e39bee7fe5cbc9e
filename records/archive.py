"""Every table as lines of JSON: a backup that either database can be restored from.

Reading happens in one transaction, so the copy shows one moment however busy the office is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from kernel.canonical import to_json
from kernel.problems import Unprocessable
from kernel.sentences import say
from records.tables import events, metadata

_BATCH = 1000


class NotEmpty(Unprocessable):
    """The database that should take a backup already holds records."""

    code = "restore.not_empty"

    def __init__(self, table: str) -> None:
        super().__init__(say("数据库里已有内容（{table}），不能往上恢复；请换一个空的数据库", table=table))


def one_moment(conn: Connection) -> Connection:
    """The same connection, seeing one moment until its transaction ends."""
    return conn.execution_options(isolation_level="REPEATABLE READ") if conn.dialect.name == "postgresql" else conn


def tables() -> list[Table]:
    """Every table, those that others point to first."""
    return list(metadata.sorted_tables)


def dump(conn: Connection, table: Table) -> Iterator[str]:
    """The rows of a table as lines of JSON, in the order of its key."""
    query = select(table).order_by(*table.primary_key.columns)
    result = conn.execution_options(yield_per=_BATCH).execute(query)
    for row in result.mappings():
        yield to_json(dict(row))


def load(conn: Connection, table: Table, lines: Iterable[str]) -> int:
    """Put the rows that `dump` wrote into an empty table; how many.

    Raises `NotEmpty`, and ValueError, TypeError or an error of the database for rows that `dump` did not write.
    """
    if conn.execute(select(func.count()).select_from(table)).scalar_one():
        raise NotEmpty(table.name)
    rest, names = iter(lines), set(table.columns.keys())
    count = 0
    while batch := [_row(line, names) for line in islice(rest, _BATCH)]:
        conn.execute(insert(table), batch)
        count += len(batch)
    return count


def _row(line: str, names: set[str]) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict) or set(row) != names:
        message = f"no row of a table: {line[:80]}"
        raise TypeError(message)
    return row


def empty_schema_row(conn: Connection) -> None:
    """Take away what creating the tables wrote, so that a backup's own settings fit."""
    conn.execute(metadata.tables["settings"].delete())


def renumber_events(conn: Connection) -> None:
    """Let new events be numbered after those that were loaded; SQLite does so by itself."""
    if conn.dialect.name == "postgresql":
        last = conn.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one()
        conn.execute(text("SELECT setval(pg_get_serial_sequence('events', 'id'), :next, false)"), {"next": last + 1})
