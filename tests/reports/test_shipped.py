"""The reports that are shipped, compiled from the demo county: they say what the county's real model says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from demo.loading import load
from records.catalogue import open_catalogue
from records.database import Database
from records.editions import Edition, figures_of
from records.ledger import open_ledger
from records.rows import column_of
from records.tables import submissions
from reports.compile import Draft, Order, draft_edition, keep_edition
from reports.loading import load_reports
from reports.plain import plain_text
from tests.conftest import OFFICE
from tests.test_house import ROOT

NOW = datetime(2023, 9, 23, 8, tzinfo=OFFICE)
MAIN_SENTENCE = (
    "自重大事故隐患排查整治工作开展以来，全县共检查生产经营单位1550家次，督促整改安全隐患2136处"
    "（其中，重大事故隐患30处，全部整改完毕），警示约谈企业72家，联合惩戒企业15家，移送司法机关8人，停产整顿4家。"
)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The whole demo county."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('county') / 'county.sqlite'}")
    database.create()
    load(database, definitions=ROOT / "forms/definitions", now=NOW, progress=lambda *_: None)
    yield database
    database.close()


def compiled(county: Database, report_id: str, now: datetime) -> Edition:
    with county.reading() as conn:
        catalogue = open_catalogue(conn)
        forms = {form_id: published.form for form_id, published in catalogue.newest.items()}
        report = load_reports(Path(ROOT / "reports/definitions"), forms).reports[report_id]
        order = Order(report.period.at(now.date()), now, "schedule")
        draft = draft_edition(open_ledger(conn, catalogue, "419926"), report, order, lambda *_: "")
    with county.writing() as conn:
        return keep_edition(conn, draft)


def test_the_bulletin_says_the_sentence_of_the_county_to_the_letter(county: Database) -> None:
    assert MAIN_SENTENCE in compiled(county, "safety_bulletin", NOW).text.splitlines()


def test_the_table_has_every_town_and_adds_up_to_the_sentence(county: Database) -> None:
    edition = compiled(county, "safety_bulletin", NOW)
    rows = [line.split("\t") for line in edition.text.splitlines() if "\t" in line][1:]
    towns, total = rows[:-1], rows[-1]
    assert len(towns) == 20
    assert total == ["合计", "1550", "2136", "30", "2136", "100"]
    for column in (1, 2, 3, 4):
        assert sum(int(row[column]) for row in towns) == int(total[column])


@pytest.fixture
def some_passed_on(county: Database) -> Iterator[Draft]:
    """The bulletin as it would be, had two hazards, one of them major, been passed on; the county stays as it is."""
    with county.engine.connect() as conn:
        catalogue = open_catalogue(conn)
        form = catalogue["hazard"].form
        of_form = select(submissions.c.id).where(submissions.c.form_id == "hazard").order_by(submissions.c.id)
        for kind in ("major", "general"):
            one = conn.execute(of_form.where(column_of(form, "level") == kind).limit(1)).scalar_one()
            conn.execute(update(submissions).where(submissions.c.id == one).values(state="transferred"))
        forms = {form_id: published.form for form_id, published in catalogue.newest.items()}
        report = load_reports(ROOT / "reports/definitions", forms).reports["safety_bulletin"]
        order = Order(report.period.at(NOW.date()), NOW, "schedule")
        yield draft_edition(open_ledger(conn, catalogue, "419926"), report, order, lambda *_: "")
        conn.rollback()


def test_what_was_passed_on_is_neither_being_fixed_nor_fixed(some_passed_on: Draft) -> None:
    text = plain_text(some_passed_on.parts)
    assert "重大事故隐患30处，已整改29处、移送有关部门1处）" in text
    assert "已整改2134处，整改率99.9%，移送有关部门2处。" in text
    assert "移送有关部门的不算已整改。" in text
    assert "正在整改" not in text
    figures = {figure.name: figure for figure in some_passed_on.printed}
    assert figures["passed_on"].value == len(figures["passed_on"].record_ids) == 2


def test_as_many_records_stand_behind_a_number_as_it_counts(county: Database) -> None:
    edition = compiled(county, "safety_bulletin", NOW)
    with county.reading() as conn:
        figures = {figure.name: figure for figure in figures_of(conn, edition.id)}
    assert len(figures) > 100
    for name in ("visits", "hazards", "major"):
        assert figures[name].value == len(set(figures[name].record_ids))


def test_the_daily_brief_tells_of_a_day_on_which_units_reported(county: Database) -> None:
    text = compiled(county, "daily_brief", NOW.replace(day=22, hour=16, minute=30)).text
    assert text.startswith("2023年9月22日，全县共有")
    assert "未接到生产安全事故报告" in text or "接到生产安全事故报告" in text
