"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(conn: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert `rows` (all with the same columns), or change those whose primary key is there."""
    if not rows:
        return
    key = [column.name for column in table.primary_key]
    changed = [name for name in rows[0] if name not in key]
    if conn.dialect.name == "sqlite":
        statement = sqlite.insert(table)
        fresh = {name: statement.excluded[name] for name in changed}
        conn.execute(statement.on_conflict_do_update(index_elements=key, set_=fresh), rows)
    else:
        other = postgresql.insert(table)
        fresh = {name: other.excluded[name] for name in changed}
        conn.execute(other.on_conflict_do_update(index_elements=key, set_=fresh), rows)


def insert_new(conn: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert `row` unless its key is taken; True for the one who got it in."""
    counting = {"preserve_rowcount": True}  # psycopg's count of an INSERT is thrown away otherwise
    if conn.dialect.name == "sqlite":
        done = conn.execute(sqlite.insert(table).values(row).on_conflict_do_nothing(), execution_options=counting)
    else:
        done = conn.execute(postgresql.insert(table).values(row).on_conflict_do_nothing(), execution_options=counting)
    return done.rowcount == 1
