"""One database: how it is opened, read and written.

`with database.writing() as conn` is one transaction; nothing below it commits. SQLite runs in
WAL with synchronous=FULL (a power cut loses nothing that was acknowledged). SQLite up to 3.51.2
can corrupt a file when two connections checkpoint at once (sqlite.org/wal.html, “WAL-reset
bug”), so every write and every checkpoint holds one lock, across threads and processes.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from kernel.canonical import to_json
from kernel.problems import Problem
from kernel.sentences import say
from records.tables import metadata, settings

#: Raised by hand when `tables.py` changes; a migration in `records/migrations` goes with it.
SCHEMA = 2
_WAL_LIMIT = 4 * 1024 * 1024
#: How long SQLite waits for a lock (milliseconds).
_PATIENCE = 30_000


class WrongSchema(Problem):
    """The database was made by another version of Taizhang."""

    code = "database.schema"

    def __init__(self, found: object) -> None:
        super().__init__(
            say("数据库的结构是第 {found} 版，本程序需要第 {wanted} 版，请先升级", found=found, wanted=SCHEMA)
        )


class NestedWriting(RuntimeError):
    """A bug: a thread began to write inside its own writing; SQLite has one writer, so it would wait for itself."""


class Database:
    """A store of records: SQLite file, SQLite in memory, or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Open `url` (sqlite:///path, sqlite://, postgresql+psycopg://…); nothing is created yet."""
        self.url: URL = make_url(url)
        self.engine: Engine = _engine(self.url)
        self._lock = threading.Lock()
        self._writer: int | None = None  # the thread that is writing now
        self._lock_file = self._path.with_name(self._path.name + ".lock") if self._path else None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, where one writer at a time is the rule."""
        return self.engine.dialect.name == "sqlite"

    @property
    def _path(self) -> Path | None:
        name = self.url.database
        on_disk = self.url.get_backend_name() == "sqlite" and name and name != ":memory:"
        return Path(name) if on_disk and name else None

    def create(self) -> None:
        """Make every table that is missing; refuse a database of another schema."""
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with self.writing() as conn:
            metadata.create_all(conn)
            found = conn.execute(select(settings.c.value).where(settings.c.name == "schema")).scalar()
            if found is None:
                conn.execute(settings.insert().values(name="schema", value=SCHEMA))
            elif found != SCHEMA:
                raise WrongSchema(found)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment and writes nothing."""
        with self.engine.connect() as conn:
            if not self.is_sqlite:
                conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield conn
            conn.rollback()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it happens, or none. Raises `NestedWriting`."""
        if not self.is_sqlite:
            with self.engine.begin() as conn:
                yield conn
            return
        with self._one_writer():
            with self.engine.begin() as conn:
                yield conn
            self._checkpoint()

    def close(self) -> None:
        """Let go of every connection."""
        if self._path and self._path.exists():
            with self._one_writer():
                self.engine.dispose()
        else:
            self.engine.dispose()

    @contextmanager
    def _one_writer(self) -> Generator[None]:
        if self._writer == threading.get_ident():
            raise NestedWriting
        with self._lock:
            self._writer = threading.get_ident()
            try:
                with self._locked_file():
                    yield
            finally:
                self._writer = None

    @contextmanager
    def _locked_file(self) -> Generator[None]:
        if self._lock_file is None:
            yield
            return
        with self._lock_file.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _checkpoint(self) -> None:
        if self._path is None:
            return
        wal = self._path.with_name(self._path.name + "-wal")
        if wal.exists() and wal.stat().st_size > _WAL_LIMIT:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                conn.execute(
                    text("PRAGMA busy_timeout = 0")
                )  # who reads is not waited for: the next writing tries again
                try:
                    conn.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
                finally:
                    conn.execute(text(f"PRAGMA busy_timeout = {_PATIENCE}"))


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, json_serializer=to_json, pool_pre_ping=True)
    in_memory = not url.database or url.database == ":memory:"
    engine = (
        create_engine(url, json_serializer=to_json, poolclass=StaticPool, connect_args={"check_same_thread": False})
        if in_memory
        else create_engine(url, json_serializer=to_json, connect_args={"timeout": _PATIENCE / 1000})
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3: no transaction of its own; BEGIN is said below
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=0",
        "foreign_keys=ON",
        f"busy_timeout={_PATIENCE}",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN")
