from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from records.archive import NotEmpty, dump, empty_schema_row, load, one_moment, renumber_events, tables
from records.database import Database
from records.events import latest_id, note
from records.people import Unit, save_units
from records.tables import editions, events, figures, metadata, submissions, unit_parents, units
from tests.postgres import Cluster

AT = datetime(2026, 11, 22, 2, tzinfo=UTC)
#: What JSON, SQLite and PostgreSQL could each have spelled in their own way.
ANSWERS = {"text": "引号\"'\\ 换行\n表情😀 \u2028", "none": None, "yes": True, "many": [1, 2.5, "0.10"], "big": 2**53}


def fill(database: Database) -> None:
    with database.writing() as conn:
        save_units(conn, [Unit("aw", "县安委办", "office"), Unit("cg", "城关镇", "town", ("aw",), 1)])
        row = dict.fromkeys((column.name for column in submissions.c if not column.nullable), "x")
        conn.execute(
            insert(submissions).values({**row, "id": "A", "form_version": 1, "revision": 1, "answers": ANSWERS})
        )
        issue = dict.fromkeys((column.name for column in editions.c if not column.nullable), "x")
        conn.execute(insert(editions).values({**issue, "id": "E", "year": 2026, "number": 1}))
        figure = {"label": "检查", "printed": "3", "query": "SELECT 1", "form_id": "visit", "record_ids": ["A"]}
        conn.execute(insert(figures).values({**figure, "edition_id": "E", "name": "visits", "value": 0.1 + 0.2}))
        conn.execute(insert(figures).values({**figure, "edition_id": "E", "name": "none", "value": None}))
        for _ in range(3):
            note(conn, "unit.changed", subject="aw", actor="sun", at=AT, details={"答": 1})


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as conn:
        return {
            table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns))]
            for table in tables()
        }


def dumped(database: Database) -> dict[str, list[str]]:
    with database.engine.connect() as opened:
        conn = one_moment(opened)
        return {table.name: list(dump(conn, table)) for table in tables()}


def fill_from(database: Database, lines: dict[str, list[str]]) -> None:
    with database.writing() as conn:
        empty_schema_row(conn)
        for table in tables():
            assert load(conn, table, lines[table.name]) == len(lines[table.name])
        renumber_events(conn)


def test_every_table_is_there_and_those_that_others_point_to_come_first() -> None:
    assert {table.name for table in tables()} == set(metadata.tables)
    places = {table.name: place for place, table in enumerate(tables())}
    for table in tables():
        for key in table.foreign_keys:
            assert places[key.column.table.name] <= places[table.name]


@pytest.fixture
def another(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> Iterator[Database]:
    """An empty database beside the test's own: of SQLite, or of PostgreSQL."""
    url = f"sqlite:///{tmp_path / 'copy.db'}" if request.param == "sqlite" else cluster.fresh()
    copy = Database(url)
    copy.create()
    yield copy
    copy.close()
    if request.param == "postgresql":
        cluster.drop(url)


@pytest.mark.parametrize("another", ["sqlite", "postgresql"], indirect=True)
def test_what_one_database_gives_every_other_takes_and_gives_again(database: Database, another: Database) -> None:
    fill(database)
    lines = dumped(database)
    fill_from(another, lines)
    assert rows(another) == rows(database)
    told = {name: [json.loads(line) for line in found] for name, found in dumped(another).items()}
    assert told == {name: [json.loads(line) for line in found] for name, found in lines.items()}


def test_new_events_are_numbered_after_those_that_were_taken_back(database: Database, tmp_path: Path) -> None:
    source = Database(f"sqlite:///{tmp_path / 'source.db'}")
    source.create()
    fill(source)
    fill_from(database, dumped(source))
    source.close()
    with database.writing() as conn:
        assert latest_id(conn, "unit.changed", "aw") == 3
        note(conn, "unit.changed", subject="aw", actor="sun", at=AT)
        assert latest_id(conn, "unit.changed", "aw") == 4


def test_an_office_without_events_begins_with_the_first(database: Database) -> None:
    with database.writing() as conn:
        renumber_events(conn)
        note(conn, "unit.changed", subject="aw", actor="sun", at=AT)
        assert conn.execute(select(events.c.id)).scalars().all() == [1]


def test_a_table_that_holds_something_takes_nothing(database: Database) -> None:
    fill(database)
    lines = dumped(database)
    with database.writing() as conn, pytest.raises(NotEmpty, match="数据库里已有内容（units）"):
        load(conn, units, lines["units"])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no json", ValueError),
        ("[1]", TypeError),
        ('{"nothing": 1}', TypeError),
        ('{"unit_id": "cg", "parent_id": "aw", "more": 1}', TypeError),
        ('{"unit_id": "none", "parent_id": "none"}', IntegrityError),
    ],
)
def test_what_is_no_row_of_the_table_is_refused(database: Database, line: str, why: type[Exception]) -> None:
    with pytest.raises(why), database.writing() as conn:
        load(conn, unit_parents, [line])


def test_a_dump_shows_one_moment_while_others_write(database: Database) -> None:
    fill(database)
    with database.engine.connect() as opened:
        conn = one_moment(opened)
        first = [json.loads(line)["id"] for line in dump(conn, units)]
        with database.writing() as other:
            save_units(other, [Unit("dh", "东河镇", "town", (), 2)])
        assert [json.loads(line)["id"] for line in dump(conn, units)] == first == ["aw", "cg"]
