"""举报处理: whoever told is known to the hotline alone; sixty days; a reward by the rules."""

from __future__ import annotations

import pytest

from tests.stories.systems.office import Story

TIP = {
    "channel": "phone_12350",
    "kind": "breach",
    "target": "某烟花爆竹零售点",
    "place": "城关镇建设路",
    "content": "无证经营，夜间卸货，存放量大",
    "received_at": "2026-11-16",
    "real": "true",
    "reporter": "于正义",
    "phone": "13611112222",
}
FOUND = {"checkers": "王建国、马晓明", "result": "confirmed", "findings": "现场查获，已立案", "fine": "100000"}


def test_a_tip_off_is_looked_into_answered_and_rewarded_and_nobody_learns_who_told(story: Story) -> None:
    assert not story["inspector"].may_fill("tip")
    tip = story["hotline"].files("tip", TIP)
    assert story.answer(tip, "no") == "JB-419926-2026-00001"
    assert story.answer(tip, "due") == "2027-01-15"
    assert not story["inspector"].sees(tip)
    story["hotline"].takes(tip, "assign", {"org": "yj"})
    for name in ("inspector", "office", "leader", "discipline"):
        page = story[name].reads(tip)
        assert "无证经营" in page
        assert "于正义" not in page
        assert "13611112222" not in page
    assert "于正义" in story["hotline"].reads(tip)
    assert not story["builder"].sees(tip)

    assert "还有 10 天" in story.letters_of("2027-01-05")["inspector"]
    assert "结论" in story["inspector"].fails(tip, "look_into")
    story["inspector"].takes(tip, "look_into", FOUND)
    assert story.answer(tip, "award") == "15000"
    story["hotline"].takes(tip, "handle", comment="已处罚")
    story["hotline"].takes(tip, "answer", {"answered_at": "2027-01-05"})
    story["hotline"].takes(tip, "pay")
    story["hotline"].takes(tip, "close")
    assert story.state(tip) == "closed"


@pytest.mark.parametrize(
    ("kind", "found", "award"),
    [
        ("breach", {"fine": "1000"}, "3000"),
        ("breach", {"fine": "9000000"}, "300000"),
        ("concealed", {"concealed": "2"}, "60000"),
        ("concealed", {"concealed": "5"}, "200000"),
        ("concealed", {"concealed": "12"}, "300000"),
        ("breach", {"result": "unfounded", "fine": ""}, "0"),
    ],
)
def test_the_reward_is_that_of_the_rules(story: Story, kind: str, found: dict[str, str], award: str) -> None:
    tip = story["hotline"].files("tip", {**TIP, "kind": kind})
    story["hotline"].takes(tip, "assign", {"org": "yj"})
    story["inspector"].takes(tip, "look_into", {**FOUND, "fine": "", **found})
    assert story.answer(tip, "award") == award


def test_nobody_is_rewarded_who_gave_no_name(story: Story) -> None:
    tip = story["hotline"].files("tip", {**TIP, "real": "false", "reporter": "", "phone": ""})
    story["hotline"].takes(tip, "assign", {"org": "cg"})
    story["clerk"].takes(tip, "look_into", FOUND)
    story["hotline"].takes(tip, "handle", comment="已处罚")
    story["hotline"].takes(tip, "answer", {"answered_at": "2026-11-16"})
    assert "实名举报才发奖励" in story["hotline"].fails(tip, "pay")
