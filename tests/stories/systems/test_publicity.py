"""宣传教育: what was done, in numbers; checked by the office."""

from __future__ import annotations

from tests.stories.systems.office import Story

EVENT = {
    "name": "安全宣传咨询日",
    "theme": "advice_day",
    "org": "cg",
    "date": "2026-11-16",
    "desks": "3",
    "leaflets": "500",
}


def test_an_event_says_in_numbers_what_was_done_and_is_checked(story: Story) -> None:
    nothing = {name: value for name, value in EVENT.items() if name not in ("desks", "leaflets")}
    assert "至少填一项数字" in story["clerk"].is_refused("publicity", nothing)
    assert "媒体级别" in story["clerk"].is_refused("publicity", {**EVENT, "articles": "2"})
    assert "网址" in story["clerk"].is_refused("publicity", {**EVENT, "link": "看微信公众号"})
    event = story["clerk"].files("publicity", {**EVENT, "articles": "2", "media_level": "county"})
    assert not story["neighbour"].sees(event)
    assert "别的岗位" in story["clerk"].fails(event, "approve")
    story["office"].takes(event, "send_back", comment="资料份数请核实")
    assert story["clerk"].changes(event, {"leaflets": "480"}).status_code == 302
    story["clerk"].takes(event, "send_again")
    story["office"].takes(event, "approve")
    assert story.state(event) == "checked"
    assert "480" in story["leader"].reads(event)
    assert not story["enterprise"].may_fill("publicity")
