from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from pathlib import Path

import pytest

from records.archive import NotEmpty
from records.database import Database
from records.model import Door
from sync.exchange import Table, take_in
from tests.webapp.commands.office import CommandLine, found_office, rows_of
from webapp.settings import read_settings
from webapp.site import SYSTEM, open_site


@pytest.fixture
def busy(line: CommandLine) -> CommandLine:
    """An office with records, a workbook, an edition with its PDF, and a lock file that is nobody's content."""
    line.fill("粮库,城关镇,3,2026-11-20,'=1", "面粉厂,东河镇,2,2026-11-21,")
    assert line("sync", "all").exit_code == 0
    line.write("files/ab/cd/abcd", b"%PDF")
    line.write("sheets/.~lock.检查台账.xlsx#", b",sun")
    line.write("sheets/.tz-1234-检查台账.xlsx", b"half")
    return line


def backup(line: CommandLine) -> Path:
    path = line.folder / "备份.zip"
    done = line("backup", str(path))
    assert done.exit_code == 0, done.output
    return path


def test_a_backup_holds_records_files_sheets_definitions_and_settings(busy: CommandLine) -> None:
    with zipfile.ZipFile(backup(busy)) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
    assert names >= {
        "config.yaml",
        "files/ab/cd/abcd",
        "sheets/检查台账.xlsx",
        "forms/visit.yaml",
        "reports/weekly.yaml",
        "tables/submissions.jsonl",
    }
    assert not {name for name in names if "lock" in name or ".tz-" in name}
    assert manifest["tables"]["submissions"] == 2
    assert set(manifest["digests"]) == names - {"manifest.json"}


def test_without_a_name_it_is_laid_into_the_folder_of_backups(busy: CommandLine) -> None:
    done = busy("backup")
    [path] = (busy.folder / "backups").iterdir()
    assert path.name.startswith("taizhang-20")
    assert done.stdout.startswith(f"{path}：")


def test_a_backup_shows_one_moment_however_busy_the_office_is(line: CommandLine, tmp_path: Path) -> None:
    stop = threading.Event()
    site = open_site(read_settings(line.config))

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            table = Table(("地点",), [(2, [f"第{number}处"]), (3, [f"又第{number}处"])])
            with site.writing() as ledger:
                form = ledger.catalogue["visit"].form
                assert take_in(ledger, form, table, site.occasion(SYSTEM, Door.IMPORT)).accepted == 2

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for number in range(3):
            line("sync", "all")
            done = line("backup", str(tmp_path / f"{number}.zip"))
            assert done.exit_code == 0, done.output
    finally:
        stop.set()
        writing.join()
    site.database.close()
    for number in range(3):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
            records = archive.read("tables/submissions.jsonl").splitlines()
            revisions = archive.read("tables/revisions.jsonl").splitlines()
        assert len(records) == len(revisions) > 0
        assert len(records) % 2 == 0, "what was written together is there together"


def settings_for(database: Database, folder: str) -> str:
    url = database.url.render_as_string(hide_password=False)
    folders = f"files: {folder}/files\nsheets: {{folder: {folder}/sheets}}\n"
    return f"office: 新办公室\narea: '419926'\ndatabase: {url}\n{folders}"


def target(tmp_path: Path, database: Database) -> CommandLine:
    made = CommandLine(tmp_path / "new" / "config.yaml", database)
    made.write("config.yaml", settings_for(database, "."))
    return made


def test_an_office_moves_from_sqlite_to_postgresql_and_back_with_every_row(tmp_path: Path, postgresql_url: str) -> None:
    first = Database(f"sqlite:///{tmp_path / 'old.db'}")
    old = found_office(tmp_path, first)
    old.fill("粮库,城关镇,3,2026-11-20,'=1", "面粉厂,东河镇,2,2026-11-21,")
    old("sync", "all")
    old.write("files/ab/cd/abcd", b"%PDF")
    grown = target(tmp_path, Database(postgresql_url))
    done = grown("restore", str(backup(old)))
    assert done.exit_code == 0, done.output
    assert "2 个文件" in done.stdout or "个文件" in done.stdout
    assert rows_of(grown.database) == rows_of(first)
    assert (grown.folder / "files/ab/cd/abcd").read_bytes() == b"%PDF"
    assert (grown.folder / "sheets/检查台账.xlsx").read_bytes() == old.book.read_bytes()

    back = CommandLine(tmp_path / "back" / "config.yaml", Database(f"sqlite:///{tmp_path / 'back.db'}"))
    back.write("config.yaml", settings_for(back.database, "."))
    assert back("restore", str(backup(grown))).exit_code == 0
    assert rows_of(back.database) == rows_of(first)
    for database in (first, grown.database, back.database):
        database.close()


def test_a_restored_office_goes_on_working(busy: CommandLine, tmp_path: Path) -> None:
    path = backup(busy)
    made = CommandLine(tmp_path / "new" / "config.yaml", Database(f"sqlite:///{tmp_path / 'new.db'}"))
    made.write("config.yaml", settings_for(made.database, "."))
    assert made("restore", str(path)).exit_code == 0
    before = max(row[0] for row in rows_of(made.database)["events"] if isinstance(row[0], int))
    made.fill("油坊,东河镇,1,,")
    assert (
        min(row[0] for row in rows_of(made.database)["events"] if isinstance(row[0], int) and row[0] > before)
        == before + 1
    )
    done = made("sync", "all")
    assert (done.exit_code, done.stdout) == (0, "visit: 追加行 1\n")
    assert {row[0] for row in made.cells()} == {"粮库", "面粉厂", "油坊"}
    made.database.close()


def test_a_database_that_is_in_use_takes_no_backup(busy: CommandLine) -> None:
    path = backup(busy)
    before = busy.everything()
    (busy.folder / "moved").mkdir()
    for name in ("files", "sheets"):
        (busy.folder / name).rename(busy.folder / "moved" / name)
    done = busy("restore", str(path))
    assert done.exit_code == 1
    assert done.stderr.startswith("数据库里已有内容（")
    assert busy.everything() == before
    assert NotEmpty.code == "restore.not_empty"


def test_folders_that_hold_files_are_not_filled(busy: CommandLine, tmp_path: Path) -> None:
    made = target(tmp_path, Database(f"sqlite:///{tmp_path / 'new.db'}"))
    made.write("sheets/别的.xlsx", b"")
    done = made("restore", str(backup(busy)))
    assert done.exit_code == 1
    assert "里已有文件，请先移走或换一个位置" in done.stderr
    assert rows_of(made.database)["submissions"] == []
    made.database.close()


def forged(path: Path, changed: dict[str, bytes | None], digests: dict[str, str] | None = None) -> Path:
    """A copy of a backup with some members other, missing or more; their digests are kept unless given."""
    made = path.with_name("forged.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        manifest["digests"] |= digests or {}
        members = {name: old.read(name) for name in old.namelist()} | {"manifest.json": json.dumps(manifest).encode()}
        for name, content in (members | changed).items():
            if content is not None:
                new.writestr(name, content)
    return made


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("changed", "digests", "why"),
    [
        ({"tables/submissions.jsonl": b"{}\n"}, {}, "tables/submissions.jsonl 已损坏"),
        ({"sheets/检查台账.xlsx": None}, {}, "已损坏"),
        ({"tables/submissions.jsonl": None}, {}, "已损坏"),
        ({"manifest.json": None}, {}, "里面没有清单"),
        ({"manifest.json": b"[]"}, {}, "里面没有清单"),
        ({"manifest.json": b'{"schema": 99, "digests": {}}'}, {}, "另一个版本"),
        ({"files/../../evil": b""}, {"files/../../evil": EMPTY}, "不合法"),
        ({"sheets//tmp/evil": b""}, {"sheets//tmp/evil": EMPTY}, "不合法"),
        ({"files/": b""}, {"files/": EMPTY}, "不合法"),
    ],
)
def test_a_damaged_or_forged_backup_is_refused_before_anything_is_written(
    small: CommandLine, changed: dict[str, bytes | None], digests: dict[str, str], why: str
) -> None:
    small.fill("粮库,,,,")
    small("sync", "all")
    made = target(small.folder, Database(f"sqlite:///{small.folder / 'new.db'}"))
    done = made("restore", str(forged(backup(small), changed, digests)))
    assert done.exit_code == 1
    assert "forged.zip 不能用来恢复：" in done.stderr
    assert why in done.stderr
    assert rows_of(made.database)["submissions"] == []
    assert {path.name for path in made.folder.rglob("*") if path.is_file()} == {"config.yaml"}
    assert not (small.folder / "evil").exists()
    made.database.close()


def test_rows_that_no_table_takes_are_refused_and_nothing_of_them_stays(small: CommandLine) -> None:
    made = target(small.folder, Database(f"sqlite:///{small.folder / 'new.db'}"))
    for rows in (b"no json\n", b'{"nothing": 1}\n', b'{"id": "x"}\n', b"[1]\n"):
        digest = hashlib.sha256(rows).hexdigest()
        bad = forged(backup(small), {"tables/units.jsonl": rows}, {"tables/units.jsonl": digest})
        done = made("restore", str(bad))
        assert (done.exit_code, "里面的记录读不出来" in done.stderr) == (1, True), done.output
        assert rows_of(made.database)["form_versions"] == []
    assert made("restore", str(backup(small))).exit_code == 0
    made.database.close()


@pytest.mark.parametrize("cut", [0, 10, 1000, -30])
def test_a_backup_that_was_cut_short_is_refused(small: CommandLine, cut: int) -> None:
    path = backup(small)
    path.write_bytes(path.read_bytes()[:cut])
    made = target(small.folder, Database(f"sqlite:///{small.folder / 'new.db'}"))
    done = made("restore", str(path))
    assert done.exit_code == 1
    assert "不能用来恢复：打不开" in done.stderr
    made.database.close()


def test_a_backup_with_flipped_bytes_is_refused_or_says_the_same(small: CommandLine) -> None:
    whole = backup(small).read_bytes()
    for number, place in enumerate(range(60, len(whole), len(whole) // 20)):
        spoilt = small.write("spoilt.zip", whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        made = target(small.folder, Database(f"sqlite:///{small.folder / f'new{number}.db'}"))
        done = made("restore", str(spoilt))
        assert isinstance(done.exception, SystemExit | None), (place, done.exception)
        assert done.exit_code == 1 or rows_of(made.database) == small.everything(), place
        made.database.close()


def test_a_backup_that_fails_leaves_the_old_one_and_nothing_half(
    small: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = backup(small)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        message = "no space left"
        raise OSError(message)

    monkeypatch.setattr("webapp.backups._write_lines", fail)
    assert small("backup", str(path)).exit_code != 0
    assert path.read_bytes() == before
    assert [one.name for one in small.folder.iterdir() if one.name.startswith(".备份")] == []
