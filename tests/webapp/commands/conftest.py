"""An office's command line, on each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from records.database import Database
from tests.webapp.commands.office import CommandLine, found_office


@pytest.fixture
def line(database: Database, tmp_path: Path) -> CommandLine:
    """The command line of an office with people and forms, and no records."""
    return found_office(tmp_path, database)


@pytest.fixture
def small(tmp_path: Path) -> CommandLine:
    """The same on SQLite alone, for what has nothing to do with the database."""
    url = f"sqlite:///{tmp_path / 'office.db'}"
    return found_office(tmp_path, Database(url))
