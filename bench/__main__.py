"""`python -m bench [--quick] [--setup]`: what the main ways through the house cost."""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import openpyxl

from bench.definitions import definitions
from bench.measuring import Measured, measure, once
from bench.pages import pages
from demo.loading import load
from kernel.clock import Period
from records.listing import Query, find
from records.model import Door
from records.people import actor_of, get_person
from records.submit import Entry, submit
from reports.pdf import draw
from sync.round import run_round
from webapp.bulletins import Bulletins
from webapp.settings import Settings, SheetSettings
from webapp.sheeting import pairs
from webapp.site import SYSTEM, Site, open_site

ROOT = Path(__file__).resolve().parent.parent
_CAMPAIGN = Period(datetime(2023, 5, 4).date(), datetime(2023, 9, 22).date())  # noqa: DTZ001 -- whole days


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="中位数；每项旁边是同一次运行里的基准")
    parser.add_argument("--quick", action="store_true", help="每项少跑几次")
    parser.add_argument("--setup", action="store_true", help="也量从零安装（要网络，约一分钟一次）")
    asked = parser.parse_args()
    runs = 3 if asked.quick else 7
    with tempfile.TemporaryDirectory() as folder:
        for measured in _everything(Path(folder), runs=runs, setup=asked.setup):
            print(measured.line(), flush=True)  # noqa: T201 -- this is what it is for


def _everything(folder: Path, *, runs: int, setup: bool) -> Iterator[Measured]:
    if setup:
        yield once("set-up from nothing", lambda: _set_up(folder), runs=min(runs, 3))
    yield measure("set-up again", lambda: _run(ROOT / "scripts/setup", "run"), runs=runs)
    yield from definitions(runs)
    yield once("demo load (12,700 writes)", lambda: _load(folder / str(uuid.uuid4())), runs=min(runs, 3))
    with _county(folder / "county") as site:
        yield _submission(site, folder, runs)
        yield from pages(site, runs)
        yield _search(site, runs)
        yield from _rounds(site, runs)
        yield _edition(site, runs)


def _submission(site: Site, folder: Path, runs: int) -> Measured:
    """A hazard sent over a page's own path, against one durable insert of the same size."""
    with site.database.reading() as conn:
        actor = actor_of(conn, get_person(conn, "chengguan"))
    raw = {
        "source": "grid", "place_type": "road", "place": "建设路与环城路交叉口", "desc": "路口信号灯不亮，夜间没有照明",
        "level": "general", "category": "site_other", "fix_type": "limited", "found_by": "李桂兰",
        "town": actor.unit_id, "dept": actor.unit_id,
    }  # fmt: skip

    def ours() -> None:
        for _ in range(20):
            with site.writing() as ledger:
                submit(ledger, "hazard", Entry(raw, str(uuid.uuid4()), site.occasion(actor, Door.WEB)))

    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
    plain.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE plain (id TEXT, body TEXT)")

    def theirs() -> None:
        for _ in range(20):
            plain.execute("INSERT INTO plain VALUES (?, ?)", (str(uuid.uuid4()), json.dumps(raw)))

    with closing(plain):
        return measure("20 submissions", ours, runs=runs, baseline="bare durable insert", against=theirs)


def _search(site: Site, runs: int) -> Measured:
    def ours() -> None:
        with site.reading() as ledger:
            form = ledger.catalogue["hazard"].form
            assert find(ledger, form, SYSTEM, Query(search="配电")).total

    def theirs() -> None:
        with site.reading() as ledger:
            form = ledger.catalogue["hazard"].form
            assert find(ledger, form, SYSTEM, Query()).total

    return measure("list, Chinese substring", ours, runs=runs, baseline="same list, no search", against=theirs)


def _rounds(site: Site, runs: int) -> Iterator[Measured]:
    """A round after one change, against openpyxl opening and saving the same book."""
    with site.reading() as ledger:
        pair, catalogue = pairs(ledger.conn, ledger.catalogue, site.settings)["hazard"], ledger.catalogue
    run_round(site.database, catalogue, pair, now=site.now())
    book = site.settings.sheets.folder / pair.sheet.name

    def changed() -> None:
        with site.database.reading() as conn:
            actor = actor_of(conn, get_person(conn, "chengguan"))
        raw = {
            "source": "grid", "place_type": "road", "place": "东河桥头", "desc": "桥头护栏缺失两米，没有警示标志",
            "level": "general", "category": "site_other", "fix_type": "limited", "found_by": "李桂兰",
            "town": actor.unit_id, "dept": actor.unit_id,
        }  # fmt: skip
        with site.writing() as ledger:
            submit(ledger, "hazard", Entry(raw, str(uuid.uuid4()), site.occasion(actor, Door.WEB)))
        report = run_round(site.database, catalogue, pair, now=site.now())
        assert report.waiting is None, report.waiting

    def theirs() -> None:
        opened = openpyxl.load_workbook(book)
        opened.save(book.with_name("copy.xlsx"))
        book.with_name("copy.xlsx").unlink()

    yield measure("round, one record changed", changed, runs=runs, baseline="openpyxl load + save", against=theirs)
    yield measure(
        "round, nothing changed", lambda: run_round(site.database, catalogue, pair, now=site.now()), runs=runs
    )


def _edition(site: Site, runs: int) -> Measured:
    """A bulletin counted, worded, drawn and kept, against drawing the same page alone."""
    bulletins = Bulletins(site)
    report = bulletins.report("safety_bulletin")
    made = [bulletins.draw(bulletins.compile(report, _CAMPAIGN, by=SYSTEM.id).id)]

    def ours() -> None:
        made.append(bulletins.draw(bulletins.compile(report, _CAMPAIGN, by=SYSTEM.id).id))

    measured = measure(
        "edition (4 pages)",
        ours,
        runs=runs,
        baseline="drawing alone, cold",
        against=lambda: draw(made[0].html, timeout=120),
    )
    bulletins.close()
    return measured


@contextmanager
def _county(folder: Path) -> Iterator[Site]:
    site = _load(folder)
    yield site
    site.database.close()


def _load(folder: Path) -> Site:
    settings = Settings(
        office="青山县安全生产委员会办公室",
        area="419926",
        database=f"sqlite:///{folder / 'office.db'}",
        forms=ROOT / "forms/definitions",
        reports=ROOT / "reports/definitions",
        files=folder / "files",
        sheets=SheetSettings(folder=folder / "sheets"),
    )
    site = open_site(settings)
    load(site.database, definitions=settings.forms, now=site.now(), progress=lambda *_: None)
    return site


def _set_up(folder: Path) -> None:
    clone = folder / str(uuid.uuid4())
    _run("git", "clone", "--quiet", str(ROOT), str(clone))
    _run(clone / "scripts/setup", "run", cwd=clone)


def _run(*command: str | Path, cwd: Path = ROOT) -> None:
    subprocess.run([str(word) for word in command], check=True, cwd=cwd, capture_output=True)


if __name__ == "__main__":
    main()
