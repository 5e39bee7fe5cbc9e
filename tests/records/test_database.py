from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from records.counters import take_numbers
from records.database import Database, NestedWriting, WrongSchema
from records.people import Unit, save_units
from records.tables import counters, settings, units

ROOT = Path(__file__).parents[2]


def count(database: Database) -> int:
    with database.reading() as conn:
        return int(conn.execute(select(func.count()).select_from(counters)).scalar_one())


def add(database: Database, series: str) -> None:
    with database.writing() as conn:
        conn.execute(counters.insert().values(series=series, last=0))


def test_what_fails_halfway_happened_not_at_all(database: Database) -> None:
    with suppress(ZeroDivisionError), database.writing() as conn:
        conn.execute(counters.insert().values(series="a", last=0))
        raise ZeroDivisionError
    assert count(database) == 0
    add(database, "b")
    assert count(database) == 1


def test_making_the_tables_twice_changes_nothing(database: Database) -> None:
    add(database, "a")
    database.create()
    assert count(database) == 1


def test_a_database_of_another_version_is_refused(database: Database) -> None:
    with database.writing() as conn:
        conn.execute(update(settings).where(settings.c.name == "schema").values(value=99))
    with pytest.raises(WrongSchema, match="第 99 版"):
        database.create()


def test_a_reading_sees_one_moment(database: Database) -> None:
    with database.reading() as conn:
        before = conn.execute(select(func.count()).select_from(counters)).scalar_one()
        with ThreadPoolExecutor(1) as threads:
            threads.submit(add, database, "a").result()
        assert conn.execute(select(func.count()).select_from(counters)).scalar_one() == before
    assert count(database) == before + 1


def test_a_reading_leaves_nothing_behind(database: Database) -> None:
    with suppress(DBAPIError), database.reading() as conn:
        conn.execute(counters.insert().values(series="a", last=0))
    assert count(database) == 0
    add(database, "b")  # the connection went back to the pool as one that may write


def test_references_between_tables_hold(database: Database) -> None:
    with pytest.raises(DBAPIError), database.writing() as conn:
        save_units(conn, [Unit("T1", "城关镇", "town", ("nowhere",))])
    with database.reading() as conn:
        assert conn.execute(select(func.count()).select_from(units)).scalar_one() == 0


def test_many_threads_write_one_after_the_other(database: Database) -> None:
    def take() -> int:
        with database.writing() as conn:
            (number,) = take_numbers(conn, "JC-", 1)
            time.sleep(0.002)
            return number

    with ThreadPoolExecutor(8) as threads:
        numbers = [future.result() for future in [threads.submit(take) for _ in range(24)]]
    assert sorted(numbers) == list(range(1, 25))


ELSEWHERE = """
import sys
from records.counters import take_numbers
from records.database import Database
database = Database(sys.argv[1])
for _ in range(15):
    with database.writing() as conn:
        print(take_numbers(conn, "JC-", 1)[0])
"""


def test_two_processes_write_one_after_the_other(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", ELSEWHERE, url]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    numbers = [int(line) for process in running for line in process.communicate()[0].split()]
    assert sorted(numbers) == list(range(1, 31))


def test_writing_inside_writing_is_refused_at_once_on_sqlite(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'a.sqlite'}", "sqlite://"):
        database = Database(url)
        database.create()
        with pytest.raises(NestedWriting), database.writing(), database.writing():
            pytest.fail("wrote inside writing")
        add(database, "a")
        assert count(database) == 1
        database.close()


def test_another_thread_waits_for_its_turn(database: Database) -> None:
    order: list[str] = []

    def second() -> None:
        add(database, "b")
        order.append("second")

    with database.writing() as conn:
        conn.execute(counters.insert().values(series="a", last=0))
        thread = threading.Thread(target=second)
        thread.start()
        if database.is_sqlite:
            thread.join(0.1)
            assert thread.is_alive()
        order.append("first")
    thread.join(30)
    assert sorted(order) == ["first", "second"]
    assert count(database) == 2


def test_a_file_is_safe_against_power_cuts_and_its_log_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "below" / "a.sqlite"
    database = Database(f"sqlite:///{path}")
    database.create()
    with database.reading() as conn:
        found = [conn.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
    assert found == ["wal", 2]
    for number in range(12):
        with database.writing() as conn:
            conn.execute(settings.insert().values(name=f"x{number}", value="字" * 400_000))
    assert path.with_name("a.sqlite-wal").stat().st_size <= 4 * 1024 * 1024 + 1024 * 1024
    assert path.stat().st_size > 4 * 1024 * 1024
    database.close()
    assert not path.with_name("a.sqlite-wal").exists()


def test_a_reader_who_stays_keeps_no_writer_waiting_and_the_log_is_shortened_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    database = Database(f"sqlite:///{path}")
    database.create()

    def write(number: int) -> None:
        with database.writing() as conn:
            conn.execute(settings.insert().values(name=f"x{number}", value="字" * 2_000_000))

    with database.reading() as conn:
        conn.execute(select(settings)).all()
        started = time.perf_counter()
        for number in range(3):
            write(number)
        assert time.perf_counter() - started < 20  # each would wait for thirty seconds
        assert path.with_name("a.sqlite-wal").stat().st_size > 4 * 1024 * 1024
    write(4)
    assert path.with_name("a.sqlite-wal").stat().st_size == 0
    with database.reading() as conn:
        assert conn.execute(text("PRAGMA busy_timeout")).scalar() == 30_000
    database.close()


def test_chinese_is_stored_as_it_is(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    database.create()
    with database.writing() as conn:
        conn.execute(settings.insert().values(name="x", value={"名": "台账😀"}))
        stored = conn.execute(text("SELECT value FROM settings WHERE name = 'x'")).scalar()
    assert stored == '{"名":"台账😀"}'
    database.close()
