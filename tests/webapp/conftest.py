"""The small office on each database, and its people at their browsers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from forms.folder import Folder, load_folder
from jobs.worker import Worker
from records.catalogue import Catalogue, open_catalogue, publish
from records.database import Database
from tests.conftest import OFFICE, HandClock
from tests.webapp.office import ROOT, SignIn, Visitor, open_office
from tests.webapp.shelf import Shelf
from webapp.app import create_app
from webapp.site import Site
from webapp.tasks import Behind


@pytest.fixture(scope="session")
def shipped() -> Folder:
    """The forms that are shipped: read once, for that takes most of a second."""
    return load_folder(ROOT / "forms/definitions")


@pytest.fixture(scope="session")
def catalogue(shipped: Folder) -> Catalogue:
    """What every office of these tests serves after it published the shipped forms."""
    database = Database("sqlite://")
    database.create()
    with database.writing() as conn:
        publish(conn, shipped, actor="system", at=datetime(2026, 11, 22, 10, tzinfo=OFFICE))
        found = open_catalogue(conn)
    database.close()
    return found


@pytest.fixture
def site(database: Database, now: HandClock, tmp_path: Path, shipped: Folder, catalogue: Catalogue) -> Site:
    office = open_office(database, now, tmp_path, shipped)
    office._catalogue = catalogue  # read again only if the database says that something else is published
    return office


@pytest.fixture
def app(site: Site) -> Flask:
    return create_app(site)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(app)


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    def signed_in(name: str) -> Visitor:
        somebody = Visitor(app)
        assert somebody.sign_in(name).status_code == 302
        return somebody

    return signed_in


@pytest.fixture
def as_office(sign_in: SignIn) -> Visitor:
    return sign_in("office")


@pytest.fixture
def as_admin(sign_in: SignIn) -> Visitor:
    return sign_in("admin")


@pytest.fixture
def as_clerk(sign_in: SignIn) -> Visitor:
    """A clerk of 城关镇."""
    return sign_in("clerk")


@pytest.fixture
def as_neighbour(sign_in: SignIn) -> Visitor:
    """A clerk of 东河镇."""
    return sign_in("neighbour")


@pytest.fixture
def shelf(site: Site, now: HandClock, tmp_path: Path) -> Iterator[Shelf]:
    """The office's shared folder, and whoever works behind the scenes."""
    sheets = site.settings.sheets.model_copy(update={"folder": tmp_path / "sheets"})
    site.settings = site.settings.model_copy(update={"sheets": sheets})
    behind = Behind(site)
    yield Shelf(site, now, behind, Worker(site.database, behind.tasks, behind.reactions, now))
    behind.close()
