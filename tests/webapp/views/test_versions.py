"""Pages and programs that were at an older version of a form when it changed; nothing that was typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from records.catalogue import retire
from tests.webapp.office import HAZARD, Visitor, publish_changed
from webapp.site import Site

#: A change that changes nothing but the number of the version.
AGAIN = {"id: hazard\n": "id: hazard\nremoved: []\n"}


@pytest.fixture
def newer(site: Site, tmp_path: Path) -> Site:
    """The office after its form of hazards was published anew."""
    publish_changed(site, tmp_path / "again", "hazard", AGAIN)
    return site


def sent(answers: Mapping[str, str], version: object) -> dict[str, Any]:
    return {"instance_id": str(uuid.uuid4()), "answers": dict(answers), "version": version}


def api(visitor: Visitor, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = visitor.client.post("/api/f/hazard", json=body, headers={"X-CSRFToken": visitor.token()})
    return answer.status_code, answer.get_json()


def test_an_open_page_of_an_older_version_is_taken_by_its_own_rules(as_clerk: Visitor, newer: Site) -> None:
    assert 'name="_version" value="2"' in as_clerk.get("/f/hazard/new").text
    record = as_clerk.store("hazard", {**HAZARD, "_version": "1"})
    assert as_clerk.get(f"/api/r/{record}").get_json()["version"] == 1
    assert HAZARD["desc"] in as_clerk.get(f"/r/{record}").text
    other = as_clerk.store("hazard", {**HAZARD, "desc": "另一处路口晚上没有照明很危险", "_version": "2"})
    assert as_clerk.get(f"/api/r/{other}").get_json()["version"] == 2


def test_what_an_older_page_has_wrong_is_told_on_that_page(as_clerk: Visitor, newer: Site) -> None:
    answer = as_clerk.fill("hazard", {**HAZARD, "desc": "", "_version": "1"})
    assert answer.status_code == 422
    assert 'name="_version" value="1"' in answer.text


def test_a_page_of_a_retired_form_keeps_what_was_typed(as_clerk: Visitor, site: Site) -> None:
    with site.database.writing() as conn:
        retire(conn, "hazard", site.now())
    answer = as_clerk.fill("hazard", {**HAZARD, "_version": "1"})
    assert answer.status_code == 410
    assert "“隐患”已停用，不再收" in answer.text
    assert HAZARD["desc"] in answer.text


def test_a_page_of_a_version_that_was_out_of_use_is_drawn_anew(as_clerk: Visitor, site: Site, tmp_path: Path) -> None:
    with site.database.writing() as conn:
        retire(conn, "hazard", site.now())
    publish_changed(site, tmp_path / "again", "hazard", AGAIN)
    answer = as_clerk.fill("hazard", {**HAZARD, "_version": "1"})
    assert answer.status_code == 409
    assert "停用过，您打开的第 1 版不再收" in answer.text
    assert HAZARD["desc"] in answer.text
    assert 'name="_version" value="2"' in answer.text


def test_programs_name_the_version_they_filled(as_clerk: Visitor, newer: Site) -> None:
    status, told = api(as_clerk, sent(HAZARD, 1))
    assert (status, told["version"]) == (201, 1)
    status, told = api(as_clerk, sent({**HAZARD, "desc": "又一处路口晚上没有照明很危险"}, None))
    assert (status, told["version"]) == (201, 2)
    assert api(as_clerk, sent(HAZARD, 9))[0] == 409
    assert [api(as_clerk, sent(HAZARD, wrong))[0] for wrong in ("1", 0, True, 1.5)] == [400] * 4
