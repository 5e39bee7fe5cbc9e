"""Chromium at the small office: a phone, a desk, a browser without scripts."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress import create_server

from forms.folder import Folder
from records.catalogue import Catalogue
from records.database import Database
from tests.conftest import OFFICE, HandClock
from tests.webapp.office import PASSWORD, open_office
from webapp.app import create_app

PHONE, DESK = 390, 1280
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, shipped: Folder, catalogue: Catalogue) -> Iterator[str]:
    """Where the office's pages are served; its records live as long as the module's tests."""
    folder = tmp_path_factory.mktemp("office")
    database = Database(f"sqlite:///{folder / 'office.db'}")
    database.create()
    site = open_office(database, HandClock(datetime(2026, 11, 22, 10, tzinfo=OFFICE)), folder, shipped)
    site._catalogue = catalogue
    server = create_server(create_app(site), host="127.0.0.1", port=0, threads=4)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown()
    serving.join(5)
    database.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Open]:
    """Open an empty browser of a width, signed in as `name`; a script's error in it fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(width: int = DESK, *, name: str = "clerk", scripts: bool = True, locale: str = "zh-CN") -> Page:
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": 844},
            is_mobile=width == PHONE,
            has_touch=width == PHONE,
            java_script_enabled=scripts,
            locale=locale,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/sign-in")
        page.fill("[name=name]", name)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors
