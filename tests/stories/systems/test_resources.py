"""队伍物资: teams that are large enough and sent by those who may, experts by field, stores never below zero."""

from __future__ import annotations

import pytest

from tests.stories.systems.office import Story

TEAM = {
    "name": "城关镇应急队",
    "kind": "town",
    "org": "cg",
    "people": "26",
    "leader": "何文博",
    "leader_phone": "13955556666",
    "skills": ["flood", "fire"],
}
BAGS = {
    "name": "编织袋",
    "kind": "repair",
    "measure": "条",
    "opening": "5000",
    "mode": "own",
    "store": "东河仓库",
    "org": "fb",
    "keeper": "flood",
}


@pytest.mark.parametrize(("kind", "people"), [("town", "19"), ("village", "9")])
def test_a_team_of_a_town_or_village_has_its_number(story: Story, kind: str, people: str) -> None:
    assert "不少于 20 人" in story["clerk"].is_refused("rescue_team", {**TEAM, "kind": kind, "people": people})


def test_a_team_is_staged_sent_out_and_comes_home(story: Story) -> None:
    team = story["clerk"].files("rescue_team", TEAM)
    assert "别的岗位" in story["clerk"].fails(team, "stage", {"staged_at": "河湾险工段"})
    assert "预置地点" in story["flood"].fails(team, "stage")
    story["flood"].takes(team, "stage", {"staged_at": "河湾险工段"})
    story["duty"].takes(team, "dispatch", {"staged_at": "河湾险工段"}, comment="堤防渗漏")
    assert story.state(team) == "dispatched"
    story["duty"].takes(team, "recover")
    assert "13955556666" in story["flood"].reads(team)
    story["clerk"].takes(team, "disband", comment="并入县队")
    assert story["clerk"].steps(team) == []


def test_an_expert_who_left_is_no_longer_found_by_departments(story: Story) -> None:
    someone = {"name": "韩新民", "org_name": "职业技术学院", "field": ["industry_trade"], "phone": "13812345678"}
    expert = story["office"].files("expert", someone)
    assert story["inspector"].sees(expert)
    assert "13812345678" not in story["inspector"].reads(expert)
    assert "138****5678" in story["inspector"].reads(expert)
    assert "13812345678" in story["duty"].reads(expert)
    story["office"].takes(expert, "retire", comment="调离本县")
    assert not story["inspector"].sees(expert)


def test_more_never_leaves_a_store_than_is_in_it(story: Story) -> None:
    bags = story["flood"].files("material", BAGS)
    assert story.answer(bags, "qty") == "5000"
    moves = {
        "moves-0-moved_at": "2026-11-16",
        "moves-0-move": "out",
        "moves-0-amount": "1200",
        "moves-0-moved_to": "河湾乡",
        "moves-1-moved_at": "2026-11-16",
        "moves-1-move": "in",
        "moves-1-amount": "300.5",
    }
    assert story["flood"].changes(bags, moves).status_code == 302
    assert story.answer(bags, "qty") == "4100.5"
    emptied = story["flood"].changes(bags, {**moves, "moves-0-amount": "9000"})
    assert "出库比库存还多" in emptied.text
    nowhere = story["flood"].changes(bags, {**moves, "moves-0-moved_to": ""})
    assert "请写明去向" in nowhere.text
    assert not story["clerk"].sees(bags)
    assert story["leader"].sees(bags)
