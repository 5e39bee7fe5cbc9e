"""The installation: everything wired once, handed on in parts, never imported."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from kernel.clock import Clock
from kernel.mail import Mailer, OutboxMailer, SmtpMailer
from kernel.problems import Unavailable
from kernel.sentences import say
from kernel.yamlfile import Issue
from records.catalogue import Catalogue, catalogue_stamp, open_catalogue, publish
from records.database import Database
from records.ledger import Ledger, open_ledger
from records.model import Actor, Door, Occasion
from webapp.definitions import office_folder
from webapp.settings import MailSettings, Settings

#: What a piece of work comes to.
Done = TypeVar("Done")
#: Whoever acts when nobody does: the schedule, a sheet's round, the first publication.
SYSTEM = Actor("system", "系统", "", frozenset({"administrator"}))


class DatabaseAway(Unavailable):
    """The database of the settings cannot be opened."""

    code = "database.away"

    def __init__(self, address: str, why: object) -> None:
        super().__init__(say("打不开数据库 {address}：{why}", address=address, why=why))


@dataclass(slots=True)
class Site:
    """One office's Taizhang: its settings, its database, its clock, its mail."""

    settings: Settings
    database: Database
    now: Clock
    mailer: Mailer
    #: Called after each write, for what waits behind the scenes; the worker of this process sets it.
    wake: Callable[[], None] = lambda: None
    _catalogue: Catalogue | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def catalogue(self, conn: Connection) -> Catalogue:
        """The forms as the database says they are published now; read anew only when that changed."""
        stamp = catalogue_stamp(conn)
        with self._lock:
            if self._catalogue is None or self._catalogue.stamp != stamp:
                self._catalogue = open_catalogue(conn)
            return self._catalogue

    @contextmanager
    def reading(self) -> Iterator[Ledger]:
        """The records as they are at one moment."""
        with self.database.reading() as conn:
            yield open_ledger(conn, self.catalogue(conn), self.settings.area)

    @contextmanager
    def writing(self) -> Iterator[Ledger]:
        """The records in one transaction; what it leaves to do behind the scenes is begun when it is over."""
        with self.database.writing() as conn:
            yield open_ledger(conn, self.catalogue(conn), self.settings.area)
        self.wake()

    def attempt(self, work: Callable[[Ledger], Done]) -> Done:
        """Do `work` in one transaction, and once more when it met another writer at a key that both wanted.

        The second time it finds what the other has written, and says so as it says everything.
        """
        try:
            return self._write(work)
        except IntegrityError:
            return self._write(work)

    def _write(self, work: Callable[[Ledger], Done]) -> Done:
        with self.writing() as ledger:
            return work(ledger)

    def occasion(self, actor: Actor, door: Door) -> Occasion:
        """Somebody's write, now."""
        return Occasion(actor, self.now(), door)

    def publish_forms(self, actor: str) -> list[Issue]:
        """Publish what changed in the folder of forms; what is wrong with those that stay as they were."""
        folder = office_folder(self.settings)
        with self.database.writing() as conn:
            published = publish(conn, folder, actor=actor, at=self.now())
        return [*folder.issues, *published.issues]


def open_site(settings: Settings, *, now: Clock | None = None, mailer: Mailer | None = None) -> Site:
    """Open the database (made when missing) and the mail of an office. Raises `DatabaseAway`, `WrongSchema`."""
    database = open_database(settings)

    def clock() -> datetime:
        return datetime.now(settings.zone)

    return Site(settings, database, now or clock, mailer or _mailer(settings.mail))


def open_database(settings: Settings) -> Database:
    """The database of an office, made when missing. Raises `DatabaseAway`, `WrongSchema`."""
    database = Database(settings.database)
    try:
        database.create()
    except (DBAPIError, OSError) as error:
        why = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise DatabaseAway(database.url.render_as_string(), why) from error
    return database


def secret_key(settings: Settings) -> str:
    """The key that signs cookies: from the settings, else made once and kept beside the database's folder."""
    if settings.web.secret_key:
        return settings.web.secret_key.get_secret_value()
    path = settings.files.parent / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep_secret(path, secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()


def _keep_secret(path: Path, key: str) -> None:
    """Keep the key under its name only when it is whole, for another process may be reading."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        half.touch(mode=0o600)
        half.write_text(key, "ascii")
        path.hardlink_to(half)
    except FileExistsError:
        return  # another process was first; its key is the key
    except OSError:  # a file system without links
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)


def _mailer(settings: MailSettings) -> Mailer:
    if settings.host is None:
        return OutboxMailer(settings.outbox)
    password = settings.password.get_secret_value() if settings.password else None
    return SmtpMailer(settings.host, settings.port, settings.security, settings.user, password)
