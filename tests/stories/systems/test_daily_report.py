"""日报告: one tap when all is quiet, words when something happened, looked at by the command centre."""

from __future__ import annotations

from tests.stories.systems.office import Story

EVENTFUL = {
    "mode": "eventful",
    "accidents": "0",
    "events": "1",
    "work": "处置建设路燃气泄漏警情一起",
    "reporter": "李桂兰",
}


def test_a_quiet_day_is_one_tap_and_counts_as_on_time(story: Story) -> None:
    story.stand_at("2026-11-16", hour=15)
    tapped = story["clerk"].post("/f/daily_report/one-tap")
    report = tapped.location.split("/")[2]
    assert story.answer(report, "late") is False
    again = story["clerk2"].is_refused("daily_report", {"mode": "safe", "date": "2026-11-16"})
    assert "已经有一条相同的记录" in again, "one report a unit and day"
    assert not story["neighbour"].sees(report)
    assert not story["duty"].may_fill("daily_report")
    story["duty"].takes(report, "check")
    assert story.state(report) == "checked"


def test_what_happened_is_said_and_a_thin_report_is_sent_back(story: Story) -> None:
    story.stand_at("2026-11-16", hour=17)
    silent = {name: value for name, value in EVENTFUL.items() if name != "work"}
    assert "请写明做了什么" in story["clerk"].is_refused("daily_report", silent)
    report = story["clerk"].files("daily_report", EVENTFUL)
    assert story.answer(report, "late") is True
    assert story.answer(report, "org") == "cg"
    assert "理由" in story["duty"].fails(report, "send_back")
    story["duty"].takes(report, "send_back", comment="伤亡情况没有写")
    assert story["clerk"].changes(report, {"work": "处置燃气泄漏警情一起，无人员伤亡"}).status_code == 302
    story["clerk"].takes(report, "send_again")
    assert "别的岗位" in story["clerk"].fails(report, "check")
    story["duty"].takes(report, "check")
    assert "已核" in story["leader"].reads(report)
