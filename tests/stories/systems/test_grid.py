"""网格自查: what enterprises find themselves and what grid workers see becomes a hazard, typed once."""

from __future__ import annotations

from tests.stories.systems.office import Story

CHECK = {
    "level": "shift",
    "date": "2026-11-16",
    "items-0-item": "",
    "items-0-finding": "wrong",
    "by": "钱永兴",
}
SEEN = {
    "grid": "dz",
    "town": "cg",
    "at": "2026-11-16 08:30",
    "place": "东庄村小卖部",
    "kind": ["small_places", "wiring"],
}


def test_what_an_enterprise_finds_is_registered_and_counts_as_its_own(story: Story) -> None:
    item = story.choices("selfcheck", "items", "item")[0]
    check = {**CHECK, "enterprise": story.enterprise(), "items-0-item": item}
    assert "请在这里写成隐患" in story["enterprise"].is_refused("selfcheck", check)
    found = {"hazards-0-hazard_place": "二号车间", "hazards-0-hazard_desc": "配电箱前堆放面粉袋，通道受阻"}
    record = story["enterprise"].files("selfcheck", {**check, **found})
    hazard = story.only("hazard")
    assert (story.answer(hazard, "source"), story.answer(hazard, "dept")) == ("self_check", "yj")
    assert story["inspector"].sees(hazard)
    assert "已经有一条相同的记录" in story["enterprise"].is_refused("selfcheck", {**check, **found})
    assert story["clerk"].sees(record)
    assert not story["neighbour"].sees(record)


def test_what_a_grid_worker_sees_is_registered_by_the_town(story: Story) -> None:
    quiet = story["grid"].files("grid_patrol", SEEN)
    assert story["clerk"].steps(quiet) == ["settle"]
    assert "别的岗位" in story["clerk"].fails(quiet, "register"), "there is nobody it was reported to"
    wrong = {**SEEN, "issue": "店内液化气罐与明火同室，没有报警器"}
    assert "请选择上报到哪里" in story["grid"].is_refused("grid_patrol", {**wrong, "report_to": ""})
    record = story["grid"].files("grid_patrol", {**wrong, "report_to": "cg"})
    assert "别的岗位" in story["grid"].fails(record, "register")
    assert not story["neighbour"].sees(record)
    story["clerk"].takes(record, "register")
    assert story.state(record) == "registered"
    assert story.answer(story.only("hazard"), "desc") == wrong["issue"]
    story["clerk2"].takes(quiet, "settle", comment="无问题")
