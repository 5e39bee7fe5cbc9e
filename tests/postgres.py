"""A private PostgreSQL for one run of the tests: made in a temporary folder, thrown away at the end.

It listens on a Unix socket in its own folder, so it meets no other server of the machine, and
it does not wait for the disk: nothing in it has to survive.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from records.database import Database

#: PostgreSQL refuses to run as root; Debian's package brings this user.
_UNPRIVILEGED = "postgres"
_TEMPLATE = "taizhang_template"
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=200")
_PATIENCE = 60.0  # seconds to start or stop


class Cluster:
    """A running server; `fresh()` makes an empty database with all tables in some hundredths of a second."""

    def __init__(self) -> None:
        self._programs = _programs()
        # Not pytest's tmp_path: only root may enter that, and a socket's path has at most 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="taizhang-pg-"))
        self._server: subprocess.Popen[bytes] | None = None
        self._made = 0

    def __enter__(self) -> Self:
        if os.geteuid() == 0:
            shutil.chown(self._folder, _UNPRIVILEGED)
        subprocess.run(
            [
                self._programs / "initdb",
                *("--pgdata", self._folder / "cluster"),
                *("--username", "postgres", "--auth", "trust", "--no-sync"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            user=_user(),
            extra_groups=_groups(),
        )
        self._server = self._start()
        self._wait(self._server)
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
        template = Database(self.url(_TEMPLATE))
        template.create()
        template.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.send_signal(signal.SIGINT)  # “fast shutdown”: sends its clients home
            self._server.wait(_PATIENCE)
        shutil.rmtree(self._folder)

    def url(self, name: str) -> str:
        """Where SQLAlchemy finds the database `name`; good for any process of this machine."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def fresh(self) -> str:
        """The URL of a new database in which every table is there and empty."""
        self._made += 1
        name = f"taizhang_{self._made}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(command.format(sql.Identifier(name), sql.Identifier(_TEMPLATE)))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Throw away a database that `fresh` made, even when somebody is still connected."""
        name = sql.Identifier(str(make_url(url).database))
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def _start(self) -> subprocess.Popen[bytes]:
        settings = [*_SETTINGS, f"unix_socket_directories={self._folder}"]
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(
                [
                    self._programs / "postgres",
                    *("-D", self._folder / "cluster"),
                    *(word for setting in settings for word in ("-c", setting)),
                ],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=_user(),
                extra_groups=_groups(),
            )

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self._execute(sql.SQL("SELECT 1"))
            except psycopg.OperationalError as error:
                if server.poll() is not None or time.monotonic() > until:
                    raise TimeoutError((self._folder / "log").read_text()) from error
                time.sleep(0.05)
            else:
                return

    def _execute(self, command: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True) as conn:
            conn.execute(command)


def _programs() -> Path:
    """The folder of the newest PostgreSQL that is installed: Debian's own, or the one in PATH."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=shutil.which("initdb"))
    if newest is None:
        message = "PostgreSQL is not installed; `make test` installs it"
        raise FileNotFoundError(message)
    return Path(newest).parent


def _user() -> str | None:
    return _UNPRIVILEGED if os.geteuid() == 0 else None


def _groups() -> list[str] | None:
    return [] if os.geteuid() == 0 else None
