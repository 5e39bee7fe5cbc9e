"""责任落实: duties that are confirmed, done, checked by another and reported on in December; who is held to account."""

from __future__ import annotations

from tests.stories.systems.office import Story

DUTY = {"kind": "yearly", "owner": "cg", "item": "消除辖区烟花爆竹零售点“下店上宅”", "due": "2026-11-30"}
DONE = {"progress-0-reported_at": "2026-11-16", "progress-0-done": "三家零售点已全部搬离"}


def test_a_duty_is_confirmed_done_checked_and_reported_on_in_december(story: Story) -> None:
    assert not story["clerk"].may_fill("responsibility")
    assert "请填写时限" in story["office"].is_refused("responsibility", {**DUTY, "due": ""})
    duty = story["office"].files("responsibility", DUTY)
    assert not story["neighbour"].sees(duty)
    assert "没有这条记录" in story["neighbour"].fails(duty, "confirm")
    story["clerk"].takes(duty, "confirm")
    assert "还有 7 天" in story.letters_of("2026-11-23")["clerk"]
    assert "进展" in story["clerk"].fails(duty, "finish")
    story["clerk"].takes(duty, "finish", DONE)
    story["office"].takes(duty, "send_back", comment="缺佐证")
    photo = story["clerk"].attaches("搬离清单.pdf")
    story["clerk"].takes(duty, "finish", {**DONE, "progress-0-evidence": photo})
    story["office"].takes(duty, "verify")

    review = {"review": "全年完成年度任务一项，下步巩固成果，防止反弹回潮。"}
    assert "在 12 月办理" in story["clerk"].fails(duty, "report", review)
    story.stand_at("2026-12-10")
    assert "至少写 20 个字" in story["clerk"].fails(duty, "report", {"review": "完成了"})
    story["clerk"].takes(duty, "report", review)
    story["office"].takes(duty, "archive")
    assert story.state(duty) == "archived"


def test_who_is_held_to_account_is_known_to_few(story: Story) -> None:
    case = {"target": "某副镇长", "org": "cg", "reason": "重大隐患超期未整改，监管不力", "kind": "talk"}
    assert not story["clerk"].may_fill("discipline")
    record = story["office"].files("discipline", case)
    assert not story["leader"].sees(record), "a proposal is no decision"
    assert "别的岗位" in story["office"].fails(record, "decide")
    story["discipline"].takes(record, "decide", {"kind": "admonition", "decided_at": "2026-11-16"})
    assert story["leader"].sees(record)
    assert "某副镇长" not in story["leader"].reads(record)
    assert "某副镇长" in story["discipline"].reads(record)
    assert not story["clerk"].sees(record)
    story["discipline"].takes(record, "execute")
    assert story.state(record) == "executed"
