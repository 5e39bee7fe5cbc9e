"""An office's command line, on each database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from records.database import Database
from tests.webapp.commands.office import CommandLine, found_office


@pytest.fixture
def line(database: Database, tmp_path: Path) -> CommandLine:
    """The command line of an office with people and forms, and no records."""
    return found_office(tmp_path, database)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of such an office on SQLite, to be copied: it takes a while to found one."""
    folder = tmp_path_factory.mktemp("founded")
    database = Database(f"sqlite:///{folder / 'office.db'}")
    line = found_office(folder, database)
    database.close()
    text = line.config.read_text("utf-8")
    line.config.write_text(text.replace(f"sqlite:///{folder}/", "sqlite:///"), "utf-8")
    return folder


@pytest.fixture
def small(founded: Path, tmp_path: Path) -> Iterator[CommandLine]:
    """The same on SQLite alone, for what has nothing to do with the database."""
    shutil.copytree(founded, tmp_path, dirs_exist_ok=True)
    database = Database(f"sqlite:///{tmp_path / 'office.db'}")
    yield CommandLine(tmp_path / "config.yaml", database)
    database.close()
