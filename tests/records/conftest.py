from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.database import Database
from records.tables import metadata, settings
from tests.conftest import HandClock
from tests.postgres import Cluster
from tests.records.office import Office


@pytest.fixture(scope="session")
def lasting_postgresql(cluster: Cluster) -> Iterator[Database]:
    """One PostgreSQL database for every tiny office: emptying it takes a tenth of the time of making one."""
    url = cluster.fresh()
    opened = Database(url)
    yield opened
    opened.close()
    cluster.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, now: HandClock, tmp_path: Path) -> Iterator[Office]:
    """The tiny office of `tests.records.office`, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'taizhang.sqlite'}")
        database.create()
    else:
        database = request.getfixturevalue("lasting_postgresql")
        _empty(database)
    made = Office(database, now, tmp_path)
    made.settle()
    yield made
    if request.param == "sqlite":
        database.close()


def _empty(database: Database) -> None:
    with database.writing() as conn:
        for table in reversed(metadata.sorted_tables):
            if table is not settings:
                conn.execute(table.delete())
