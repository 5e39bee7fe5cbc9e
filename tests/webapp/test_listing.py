from __future__ import annotations

import re
from pathlib import Path

import pytest

from forms.folder import load_folder
from records.catalogue import publish
from tests.webapp.office import Visitor
from webapp.site import Site

VISIT = """id: night_visit
title: 夜查
instance_name: ${place}
fields:
  - {type: image, name: photo, label: 照片}
  - {type: text, name: place, label: 地点}
  - {type: datetime, name: began, label: 开始}
  - {type: calculate, name: twice, label: 两倍, result: integer, calculation: "2 * ${people}"}
  - {type: integer, name: people, label: 人数}
  - {type: calculate, name: many, label: 人多, result: yes_no, calculation: "${people} > 5"}
  - {type: units, name: towns, label: 乡镇, unit_kinds: [town]}
access: {roles: {office: {fill: true, read: all}}}
listing: {filters: [began, twice, many, towns]}
"""


@pytest.fixture
def visits(site: Site, as_office: Visitor, tmp_path: Path) -> Visitor:
    folder = tmp_path / "visits"
    folder.mkdir()
    (folder / "night_visit.yaml").write_text(VISIT, "utf-8")
    definitions = load_folder(folder)
    assert definitions.issues == []
    with site.database.writing() as conn:
        publish(conn, definitions, actor="office", at=site.now())
    for place, began, people, towns in (
        ("东桥", "2026-11-20T23:30", "3", ["cg"]),
        ("西桥", "2026-11-21T00:30", "6", ["cg", "dh"]),
        ("南桥", "2026-11-21T22:00", "8", ["dh"]),
    ):
        sent = {"place": place, "began": began, "people": people, "towns": towns}
        assert as_office.fill("night_visit", sent).status_code == 302
    return as_office


def listed(visitor: Visitor, query: str) -> set[str]:
    return set(re.findall("[东西南]桥", visitor.get(f"/f/night_visit?{query}").text))


def test_moments_are_filtered_by_whole_days(visits: Visitor) -> None:
    page = visits.get("/f/night_visit").text
    assert '<input type="date" name="began_from"' in page
    assert listed(visits, "began_from=2026-11-21&began_to=2026-11-21") == {"西桥", "南桥"}
    assert listed(visits, "began_to=2026-11-20") == {"东桥"}


def test_what_is_worked_out_is_filtered_and_shown_as_what_it_is(visits: Visitor) -> None:
    page = visits.get("/f/night_visit").text
    assert re.search(r'<td class="integer" data-label="两倍"><span>16</span>', page)
    assert re.search(r'<select name="many">', page)
    assert listed(visits, "twice_from=7&twice_to=12") == {"西桥"}
    assert listed(visits, "many=true") == {"西桥", "南桥"}


def test_several_units_are_chosen_like_one(visits: Visitor) -> None:
    page = visits.get("/f/night_visit").text
    assert '<option value="cg"' in page
    assert '<option value="yj"' not in page
    assert listed(visits, "towns=cg") == {"东桥", "西桥"}


def test_a_list_that_names_no_columns_shows_no_files(visits: Visitor) -> None:
    page = visits.get("/f/night_visit").text
    assert 'data-label="照片"' not in page
    assert 'data-label="地点"' in page
    assert 'data-label="人多"' in page
