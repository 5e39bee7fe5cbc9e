"""The small office on each database, and its people at their browsers."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from records.database import Database
from tests.conftest import HandClock
from tests.webapp.office import SignIn, Visitor, open_office
from webapp.app import create_app
from webapp.site import Site


@pytest.fixture
def site(database: Database, now: HandClock, tmp_path: Path) -> Site:
    return open_office(database, now, tmp_path)


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
