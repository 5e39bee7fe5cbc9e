"""A whole office in one zip: records, files, sheets, definitions, settings, and a list of digests.

The same zip is taken back by any database: it holds rows as JSON, not a database's own file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.problems import Problem, Unprocessable
from kernel.sentences import say
from records.archive import dump, empty_schema_row, load, one_moment, renumber_events, tables
from records.database import SCHEMA, Database
from webapp.settings import Settings

_MANIFEST = "manifest.json"
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
    """Write the backup beside `path` and move it there when it is whole; an older one is never half overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    everything = tables()
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive, database.engine.connect() as opened:
        conn = one_moment(opened)
        for done, table in enumerate(everything, 1):
            counts[table.name] = _write_lines(archive, f"tables/{table.name}.jsonl", dump(conn, table), digests)
            report("记录", done, len(everything))
        found = list(_files(settings, config))
        for done, (name, source) in enumerate(found, 1):
            _write_file(archive, name, source, digests)
            report("文件", done, len(found))
        manifest = {"schema": SCHEMA, "office": settings.office, "tables": counts, "digests": digests}
        archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    with half.open("rb") as file:
        os.fsync(file.fileno())
    half.replace(path)
    return Backup(path, counts, len(found))


def restore(database: Database, settings: Settings, path: Path, report: Report) -> Backup:
    """Put a backup into an empty database and empty folders. Raises `NotBackup`, `NotEmpty`, `FolderInUse`."""
    with _opened(path) as archive:
        manifest = _checked(archive, path.name)
        for folder in (settings.files, settings.sheets.folder):
            if folder.exists() and any(folder.iterdir()):
                raise FolderInUse(folder)
        with database.writing() as conn:
            empty_schema_row(conn)
            for done, table in enumerate(tables(), 1):
                load(conn, table, _read_lines(archive, f"tables/{table.name}.jsonl"))
                report("记录", done, len(manifest["tables"]))
            renumber_events(conn)
        names = [name for name in manifest["digests"] if name.startswith(("files/", "sheets/"))]
        for done, name in enumerate(names, 1):
            _take_out(archive, name, settings)
            report("文件", done, len(names))
    return Backup(path, manifest["tables"], len(names))


def _files(settings: Settings, config: Path) -> Iterator[tuple[str, Path]]:
    yield "config.yaml", config
    folders = {
        "files": settings.files,
        "sheets": settings.sheets.folder,
        "forms": settings.forms,
        "vocabularies": settings.forms.parent / "vocabularies",
        "reports": settings.reports,
    }
    for name, folder in folders.items():
        for source in sorted(folder.rglob("*")):
            if source.is_file():
                yield f"{name}/{source.relative_to(folder).as_posix()}", source


def _write_lines(archive: zipfile.ZipFile, name: str, lines: Iterator[str], digests: dict[str, str]) -> int:
    digest, count = hashlib.sha256(), 0
    with archive.open(name, "w") as member:
        for line in lines:
            data = f"{line}\n".encode()
            digest.update(data)
            member.write(data)
            count += 1
    digests[name] = digest.hexdigest()
    return count


def _write_file(archive: zipfile.ZipFile, name: str, source: Path, digests: dict[str, str]) -> None:
    content = source.read_bytes()
    archive.writestr(name, content)
    digests[name] = hashlib.sha256(content).hexdigest()


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise NotBackup(path.name, say("打不开（{why}）", why=error)) from error


def _checked(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """The manifest, after every member was held against its digest."""
    try:
        manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
    except (KeyError, ValueError) as error:
        raise NotBackup(name, say("里面没有清单")) from error
    if manifest.get("schema") != SCHEMA:
        raise NotBackup(name, say("它是另一个版本的备份"))
    for member, expected in manifest["digests"].items():
        digest = hashlib.sha256()
        with archive.open(member) as file:
            while block := file.read(1 << 20):
                digest.update(block)
        if digest.hexdigest() != expected:
            raise NotBackup(name, say("{member} 已损坏", member=member))
    return manifest


def _read_lines(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    with archive.open(name) as member:
        yield from io.TextIOWrapper(member, "utf-8")


def _take_out(archive: zipfile.ZipFile, name: str, settings: Settings) -> None:
    """Write one file of the backup below its folder; a name that would lead out of it is refused."""
    kind, _, inside = name.partition("/")
    folder = (settings.files if kind == "files" else settings.sheets.folder).resolve()
    target = (folder / inside).resolve()
    if not target.is_relative_to(folder):
        raise NotBackup(name, say("文件名不合法"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(archive.read(name))
