from __future__ import annotations

import json
import threading
from datetime import UTC, datetime

from openpyxl import load_workbook

from records.events import note
from records.tables import metadata
from tests.webapp.commands.office import VISIT, CommandLine
from webapp.running import behind_the_scenes
from webapp.settings import read_settings
from webapp.site import open_site


def type_in(line: CommandLine, cell: str, value: object) -> None:
    """Somebody changes a cell and saves."""
    book = load_workbook(line.book)
    sheet = book.active
    assert sheet is not None
    sheet[cell] = value  # type: ignore[assignment]  # what cells take
    book.save(line.book)


def test_records_and_workbook_come_together(line: CommandLine) -> None:
    line.fill("粮库,城关镇,3,2026-11-20,", "面粉厂,东河镇,2,2026-11-21,复查")
    done = line("sync", "visit")
    assert (done.exit_code, done.stdout) == (0, "visit: 追加行 2\n")
    assert {row[0] for row in line.cells()} == {"粮库", "面粉厂"}

    mill = [row[0] for row in line.cells()].index("面粉厂")
    type_in(line, f"F{mill + 2}", "已整改")
    assert line("sync", "visit").stdout == "visit: 从表格收进 1\n"
    assert [item.answers["remark"] for item in line.records() if item.title == "面粉厂"] == ["已整改"]
    assert line("sync", "all").stdout == "visit: 已一致\n"


def test_a_dry_run_tells_what_would_be_done_and_changes_nothing(line: CommandLine) -> None:
    line.fill("粮库,城关镇,3,2026-11-20,")
    first = line("sync", "visit", "--dry-run", "--json")
    assert json.loads(first.stdout) == {"visit": {"counts": {"appended": 1}, "waiting": None}}
    assert not line.book.exists()
    line("sync", "visit")
    type_in(line, "D2", 5)
    before, book = line.everything(), line.book.read_bytes()
    assert line("sync", "all", "--dry-run").stdout == "visit: 从表格收进 1\n"
    assert (line.everything(), line.book.read_bytes()) == (before, book)


def test_a_book_that_somebody_has_open_waits_and_says_so(line: CommandLine) -> None:
    line.fill("粮库,,,,")
    line("sync", "visit")
    line.fill("面粉厂,,,,")
    mark = line.book.with_name(f"~${line.book.name}")
    mark.write_bytes(bytes([3]) + b"sun".ljust(54) + bytes([3, 0]) + "sun".encode("utf-16-le").ljust(108))
    done = line("sync", "visit")
    assert done.exit_code == 3
    assert "“检查台账.xlsx”正由sun打开" in done.stdout
    told = json.loads(line("sync", "visit", "--json").stdout)
    assert "正由sun打开" in told["visit"]["waiting"]
    mark.unlink()
    assert line("sync", "visit").exit_code == 0
    assert len(line.cells()) == 2


def test_a_form_without_a_sheet_is_used_wrongly(small: CommandLine) -> None:
    for form in ("note", "nothing"):
        done = small("sync", form)
        assert done.exit_code == 2
        assert f"没有同步表格的表单“{form}”，可用：visit、all" in done.output


def test_all_says_so_when_no_form_has_a_sheet(small: CommandLine) -> None:
    small.write("forms/definitions/visit.yaml", VISIT[: VISIT.index("sheet:")])
    small.publish()
    assert small("sync", "all").exit_code == 2


def test_a_round_that_fails_is_told_and_is_no_success(small: CommandLine) -> None:
    small.fill("粮库,,,,")
    (small.folder / "sheets").write_text("no folder")
    done = small("sync", "visit")
    assert done.exit_code == 3
    assert "检查台账.xlsx" in done.stdout


def test_a_server_that_works_beside_it_may_make_the_round(line: CommandLine) -> None:
    line.fill("粮库,,,,")
    site = open_site(read_settings(line.config))
    stop = threading.Event()
    with behind_the_scenes(site, stop):
        for _ in range(3):
            assert line("sync", "visit").exit_code == 0
            assert [row[0] for row in line.cells()] == ["粮库"]
    site.database.close()


def test_work_of_others_is_done_on_the_way_and_does_not_stop_it(small: CommandLine) -> None:
    with small.database.writing() as conn:
        note(conn, "edition.drawn", subject="nowhere", actor="system", at=datetime.now(UTC))
    assert small("sync", "visit").exit_code == 0
    assert metadata.tables["bindings"].name in small.everything()
