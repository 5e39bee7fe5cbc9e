"""What tests of the demo share: its material, its county, and the county put into a database once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from demo.county import County, found_county
from demo.generator import Story, tell
from demo.loading import Summary, load
from demo.material import Material, load_material
from records.database import Database
from tests.conftest import OFFICE

DEFINITIONS = Path(__file__).parents[2] / "forms" / "definitions"
NOW = datetime(2026, 11, 22, 10, tzinfo=OFFICE)


@pytest.fixture(scope="session")
def material() -> Material:
    return load_material()


@pytest.fixture(scope="session")
def bare_county(material: Material) -> County:
    """The county before its enterprises have accounts."""
    return found_county(material)


@pytest.fixture(scope="session")
def story(material: Material, bare_county: County) -> Story:
    """The half-year of the county."""
    return tell(bare_county, material.profiles["county"])


@pytest.fixture(scope="session")
def hamlet(material: Material, bare_county: County) -> Story:
    """The same, small."""
    return tell(bare_county, material.profiles["hamlet"])


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Summary, list[tuple[str, int, int]]]]:
    """The whole county in a SQLite file, what the loader said of it, and the progress it told."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('county') / 'county.sqlite'}")
    database.create()
    told: list[tuple[str, int, int]] = []
    summary = load(database, definitions=DEFINITIONS, now=NOW, progress=lambda *step: told.append(step))
    yield database, summary, told
    database.close()
