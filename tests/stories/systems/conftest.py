"""The office of the stories: founded once on SQLite, copied for each story."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from demo.material import load_material
from forms.folder import load_folder
from jobs.worker import Worker
from kernel.mail import OutboxMailer
from records.catalogue import Catalogue, open_catalogue, publish
from records.database import Database
from records.people import Person, hash_password, save_people, save_roles, save_units
from tests.conftest import OFFICE, HandClock
from tests.stories.systems.office import PEOPLE, UNITS, Story
from tests.webapp.office import PASSWORD, ROOT
from webapp.app import create_app
from webapp.settings import MailSettings, Settings, WebSettings
from webapp.site import Site
from webapp.tasks import Behind


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Catalogue]:
    """The database of the office, every shipped form published and everybody with an account, and its forms."""
    path = tmp_path_factory.mktemp("stories") / "office.db"
    database = Database(f"sqlite:///{path}")
    database.create()
    hashed = hash_password(PASSWORD)
    with database.writing() as conn:
        save_roles(conn, load_material().roles)
        save_units(conn, UNITS)
        save_people(conn, [Person(*who, email=f"{who[0]}@qingshan.example", password_hash=hashed) for who in PEOPLE])
        folder = load_folder(ROOT / "forms/definitions")
        publish(conn, folder, actor="system", at=datetime(2026, 11, 16, 8, tzinfo=OFFICE))
        catalogue = open_catalogue(conn)
    database.close()
    return path, catalogue


@pytest.fixture
def story(founded: tuple[Path, Catalogue], tmp_path: Path) -> Iterator[Story]:
    """A Monday morning in the office; nothing has been filed."""
    path, catalogue = founded
    shutil.copy(path, tmp_path / "office.db")
    now = HandClock(datetime(2026, 11, 16, 9, tzinfo=OFFICE))
    settings = Settings(
        office="青山县安全生产委员会办公室",
        area="419926",
        database=f"sqlite:///{tmp_path / 'office.db'}",
        forms=ROOT / "forms/definitions",
        reports=tmp_path / "reports",  # no bulletins: they take their time
        files=tmp_path / "files",
        mail=MailSettings(outbox=tmp_path / "outbox"),
        web=WebSettings(secret_key=SecretStr("only for tests")),
    )
    database = Database(settings.database)
    site = Site(settings, database, now, OutboxMailer(tmp_path / "outbox"))
    site._catalogue = catalogue  # read again only if the database says that something else is published
    behind = Behind(site)
    app = create_app(site)
    yield Story(app, site, now, behind, Worker(database, behind.tasks, behind.reactions, now))
    behind.close()
    database.close()
