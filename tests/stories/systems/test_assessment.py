"""考核排名: points within the limits of their rule, approved by another, shown for three workdays, open to appeal."""

from __future__ import annotations

import pytest

from tests.stories.systems.office import Story

LATE = {
    "org": "cg",
    "happened_at": "2026-11-16",
    "rule": "report_late",
    "points": "-0.5",
    "basis": "日报告 11 月 15 日",
}


@pytest.mark.parametrize(
    ("rule", "points"), [("report_late", "-0.6"), ("report_late", "0.5"), ("innovation", "6"), ("innovation", "0")]
)
def test_points_lie_within_the_limits_of_their_rule(story: Story, rule: str, points: str) -> None:
    assert "超出这一评分项的范围" in story["office"].is_refused("score_event", {**LATE, "rule": rule, "points": points})


def test_points_are_published_when_nobody_appeals(story: Story) -> None:
    event = story["office"].files("score_event", LATE)
    assert story.answer(event, "period") == "2026-11"
    assert not story["clerk"].sees(event)
    assert "别人来审" in story["office"].fails(event, "approve")
    story["office2"].takes(event, "approve")
    assert story["clerk"].sees(event)
    assert not story["neighbour"].sees(event)
    story.stand_at("2026-11-19")
    assert story.state(event) == "reviewed"
    story.stand_at("2026-11-20")
    assert story.state(event) == "published"


def test_a_unit_appeals_within_the_time(story: Story) -> None:
    event = story["office"].files("score_event", LATE)
    story["office2"].takes(event, "approve")
    assert "请写明理由" in story["clerk"].fails(event, "appeal")
    story["clerk"].takes(event, "appeal", comment="当天停电，已电话报告")
    story.stand_at("2026-11-30")
    assert story.state(event) == "appealed"
    story["office"].takes(event, "reject", comment="属实，不扣分")
    assert not story["clerk"].sees(event)
    assert story.state(event) == "rejected"
