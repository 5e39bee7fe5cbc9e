from __future__ import annotations

from pathlib import Path

import pytest

from records.database import Database
from sync.backends.memory import MemorySheet
from tests.conftest import HandClock
from tests.sync.ledgers import Office, open_office


@pytest.fixture
def office(database: Database, tmp_path: Path, now: HandClock) -> Office:
    """A ledger of hazards with a sheet that lies in memory."""
    return open_office(database, tmp_path, now, MemorySheet)


@pytest.fixture
def sheet(office: Office) -> MemorySheet:
    assert isinstance(office.sheet, MemorySheet)
    return office.sheet
