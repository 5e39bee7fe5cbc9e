"""A whole office in one zip: records, files, sheets, definitions, settings, and a list of digests.

The same zip is taken back by any database: it holds rows as JSON, not a database's own file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from kernel.problems import Problem, Unprocessable
from kernel.sentences import say
from records.archive import dump, empty_schema_row, load, one_moment, renumber_events, tables
from records.database import SCHEMA, Database
from webapp.settings import Settings

_MANIFEST = "manifest.json"
#: How the names of files begin that office programs, and writers of ours that are not done, leave beside others.
_LEFTOVERS = (".", "~$")
#: What reading a damaged zip raises, beside KeyError for a member that is not there.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError
)  # fmt: skip
Report = Callable[[str, int, int], None]


class NotBackup(Unprocessable):
    """The file is no backup, or it was changed since."""

    code = "restore.not_backup"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(say("{name} 不能用来恢复：{why}", name=name, why=why))


class FolderInUse(Problem):
    """A folder that the backup would fill already holds files."""

    code = "restore.folder_in_use"
    status = 409

    def __init__(self, folder: Path) -> None:
        super().__init__(say("{folder} 里已有文件，请先移走或换一个位置", folder=folder))


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    path: Path
    tables: dict[str, int]
    files: int


def back_up(database: Database, settings: Settings, config: Path, path: Path, report: Report) -> Backup:
    """Write the backup beside `path` and move it there when it is whole; an older one is never half overwritten.

    Workbooks are copied before the records and other files after them, for the office goes on working: a
    workbook that is older than its records is merged like any copy that is saved back, and a file is
    there before a record names it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        made = _write(database, settings, config, half, report)
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return Backup(path, made.tables, made.files)


def _write(database: Database, settings: Settings, config: Path, path: Path, report: Report) -> Backup:
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        files = _write_files(archive, list(_files_in("sheets", settings.sheets.folder)), digests, report)
        with database.engine.connect() as opened:
            conn = one_moment(opened)
            for done, table in enumerate(tables(), 1):
                counts[table.name] = _write_lines(archive, f"tables/{table.name}.jsonl", dump(conn, table), digests)
                report("记录", done, len(tables()))
        files += _write_files(archive, list(_other_files(settings, config)), digests, report)
        manifest = {"schema": SCHEMA, "office": settings.office, "tables": counts, "digests": digests}
        archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return Backup(path, counts, files)


def restore(database: Database, settings: Settings, path: Path, report: Report) -> Backup:
    """Put a backup into an empty database and empty folders. Raises `NotBackup`, `NotEmpty`, `FolderInUse`.

    The records count when the last file is in its place.
    """
    with _opened(path) as archive:
        manifest = _checked(archive, path.name)
        targets = _targets(manifest, settings, path.name)
        for folder in (settings.files, settings.sheets.folder):
            if folder.exists() and any(folder.iterdir()):
                raise FolderInUse(folder)
        with database.writing() as conn:
            try:
                _load_tables(conn, archive, report)
            except (ValueError, TypeError, SQLAlchemyError) as error:
                raise NotBackup(path.name, say("里面的记录读不出来（{why}）", why=type(error).__name__)) from error
            for done, (name, target) in enumerate(targets.items(), 1):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
                report("文件", done, len(targets))
    return Backup(path, manifest["tables"], len(targets))


def _load_tables(conn: Connection, archive: zipfile.ZipFile, report: Report) -> None:
    empty_schema_row(conn)
    for done, table in enumerate(tables(), 1):
        load(conn, table, _read_lines(archive, f"tables/{table.name}.jsonl"))
        report("记录", done, len(tables()))
    renumber_events(conn)


def _files_in(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below `folder`; what office programs and half-done writes leave beside files is no content."""
    for source in sorted(folder.rglob("*")):
        if source.is_file() and not source.name.startswith(_LEFTOVERS):
            yield f"{name}/{source.relative_to(folder).as_posix()}", source


def _other_files(settings: Settings, config: Path) -> Iterator[tuple[str, Path]]:
    yield "config.yaml", config
    folders = {
        "files": settings.files,
        "forms": settings.forms,
        "vocabularies": settings.forms.parent / "vocabularies",
        "reports": settings.reports,
    }
    for name, folder in folders.items():
        yield from _files_in(name, folder)


def _write_lines(archive: zipfile.ZipFile, name: str, lines: Iterator[str], digests: dict[str, str]) -> int:
    digest, count = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as member:
        for line in lines:
            data = f"{line}\n".encode()
            digest.update(data)
            member.write(data)
            count += 1
    digests[name] = digest.hexdigest()
    return count


def _write_files(
    archive: zipfile.ZipFile, found: Sequence[tuple[str, Path]], digests: dict[str, str], report: Report
) -> int:
    """Write files; how many. One that went away since it was listed is left out: whoever took it has it."""
    written = 0
    for done, (name, source) in enumerate(found, 1):
        try:
            content = source.read_bytes()
        except FileNotFoundError:
            continue
        archive.writestr(name, content)
        digests[name] = hashlib.sha256(content).hexdigest()
        written += 1
        report("文件", done, len(found))
    return written


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise NotBackup(path.name, say("打不开（{why}）", why=error)) from error


def _checked(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """The manifest, after every member was held against its digest."""
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        digests = dict(manifest["digests"])
        schema = manifest["schema"]
    except (KeyError, TypeError, *_DAMAGE) as error:
        raise NotBackup(name, say("里面没有清单")) from error
    if schema != SCHEMA:
        raise NotBackup(name, say("它是另一个版本的备份"))
    wanted = {f"tables/{table.name}.jsonl" for table in tables()}
    for member in sorted(wanted | set(digests)):
        if _digest_of(archive, member) != digests.get(member, ""):
            raise NotBackup(name, say("{member} 已损坏", member=member))
    return dict(manifest)


def _digest_of(archive: zipfile.ZipFile, member: str) -> str | None:
    """The digest of a member; none when it is not there or cannot be unpacked."""
    digest = hashlib.sha256()
    try:
        with archive.open(member) as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except (KeyError, *_DAMAGE):
        return None
    return digest.hexdigest()


def _targets(manifest: Mapping[str, Any], settings: Settings, backup: str) -> dict[str, Path]:
    """Where each file of the backup goes. One whose name would lead out of its folder condemns the backup."""
    folders = {"files": settings.files.resolve(), "sheets": settings.sheets.folder.resolve()}
    found: dict[str, Path] = {}
    for name in manifest["digests"]:
        kind, _, inside = name.partition("/")
        if kind not in folders:
            continue
        target = (folders[kind] / inside).resolve()
        if target == folders[kind] or not target.is_relative_to(folders[kind]):
            raise NotBackup(backup, say("里面的文件名 {name} 不合法", name=name))
        found[name] = target
    return found


def _read_lines(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    with archive.open(name) as member:
        yield from io.TextIOWrapper(member, "utf-8")
