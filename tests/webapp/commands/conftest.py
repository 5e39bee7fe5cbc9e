"""An office's command line, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.database import Database
from tests.webapp.commands.office import CommandLine, found_office


@pytest.fixture
def line(database: Database, tmp_path: Path) -> CommandLine:
    """The command line of an office with people and forms, and no records."""
    return found_office(tmp_path, database)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[CommandLine]:
    """The same on SQLite alone, for what has nothing to do with the database."""
    database = Database(f"sqlite:///{tmp_path / 'office.db'}")
    yield found_office(tmp_path, database)
    database.close()
