"""What tests share: a database of each kind, a clock moved by hand, and remembered texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from records.database import Database
from tests.postgres import Cluster

OFFICE = ZoneInfo("Asia/Shanghai")
SNAPSHOTS = Path(__file__).parent / "snapshots"

# A machine that is busy with something else is no defect of what is tested.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--snapshot-update", action="store_true", help="write down what the tests see now")


class HandClock:
    """A `Clock` that stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return self._at

    def forward(self, **by: float) -> datetime:
        """Move on by what `timedelta` understands: `forward(hours=6)`; the new moment."""
        self._at += timedelta(**by)
        return self._at

    def set(self, at: datetime) -> datetime:
        """Stand at `at`; a moment without a zone is the office's local time."""
        self._at = at if at.tzinfo else at.replace(tzinfo=OFFICE)
        return self._at


@pytest.fixture
def now() -> HandClock:
    """Sunday 22 November 2026, ten in the morning, in the office."""
    return HandClock(datetime(2026, 11, 22, 10, tzinfo=OFFICE))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL of this run, started when the first test asks for it."""
    with Cluster() as running:
        yield running


@pytest.fixture
def postgresql_url(cluster: Cluster) -> Iterator[str]:
    """The URL of a PostgreSQL database of this test's own, with all tables."""
    url = cluster.fresh()
    yield url
    cluster.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables: the test runs once on a SQLite file, once on PostgreSQL."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'taizhang.sqlite'}")
        opened.create()
    else:
        opened = Database(request.getfixturevalue("postgresql_url"))
    yield opened
    opened.close()


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`snapshot(text, name="")` fails unless `text` is what tests/snapshots/ remembers of this test.

    `pytest --snapshot-update` writes down what is seen now; a person reads the difference in git.
    """
    test = re.sub(r"[^\w.-]+", "_", f"{request.path.stem}.{request.node.name}").rstrip("_")

    def compare(text: str, name: str = "") -> None:
        path = SNAPSHOTS / f"{test}{'.' if name else ''}{name}.txt"
        if request.config.getoption("--snapshot-update"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists():
            pytest.fail(f"{path.name} is not remembered yet: pytest --snapshot-update")
        elif (remembered := path.read_text(encoding="utf-8")) != text:
            lines = difflib.unified_diff(remembered.splitlines(), text.splitlines(), "remembered", "seen", lineterm="")
            pytest.fail("\n".join([f"{path.name} differs:", *lines]))

    return compare
