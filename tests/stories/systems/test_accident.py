"""事故报告: first word, follow-ups, the level that follows from the harm; verified by another, closed, evaluated."""

from __future__ import annotations

import pytest

from tests.stories.systems.office import Story

FLASH = {
    "class": "work",
    "time": "2026-11-16 07:40",
    "received": "2026-11-16 08:05",
    "place": "城关镇建设路12号面粉车间",
    "town": "cg",
    "brief": "清理提升机时一名工人手臂被卷入，已送医院抢救",
    "measures": "停机断电，封存现场，家属已通知",
    "commander": "何文博",
    "commander_phone": "13944445555",
    "heavy": "1",
    "reports-0-report_from": "永兴面粉有限公司",
    "reports-0-report_to": "应急管理局",
    "reports-0-report_way": "call",
    "reports-0-report_at": "2026-11-16 08:05",
}
WORSE = {
    "followups-0-followup_no": "1",
    "followups-0-followup_at": "2026-11-16 08:50",
    "followups-0-followup_text": "伤者抢救无效死亡",
    "deaths": "1",
    "heavy": "0",
}


def test_an_accident_is_followed_up_verified_investigated_closed_and_evaluated(story: Story) -> None:
    accident = story["clerk"].files("accident", FLASH)
    assert story.answer(accident, "no") == "SG-419926-2026-0001"
    assert story.answer(accident, "level") == "一般"
    assert story.answer(accident, "amend_until") == "2026-12-16"
    assert not story["neighbour"].sees(accident)
    assert story["duty"].sees(accident)
    assert "139****5555" in story["clerk2"].reads(accident)

    assert "续报" in story["duty"].fails(accident, "follow_up", {"deaths": "1"})
    story["duty"].takes(accident, "follow_up", {**WORSE, "missing": "1"})
    assert "还有人失踪" in story["office"].fails(accident, "verify")
    story["duty"].takes(accident, "follow_up", {**WORSE, "missing": "0"})
    verified = {"type": "machine", "enterprise": story.enterprise()}
    assert "别的岗位" in story["duty"].fails(accident, "verify", verified)
    story["office"].takes(accident, "verify", verified)
    assert story.answer(accident, "dept") == "yj"
    assert story["inspector"].sees(accident), "the department of the enterprise"
    story["inspector"].takes(accident, "investigate", {"responsible": "true", "cause": "未停机清理"})
    closing = {"case_closed": "2026-11-16", "punished": "2"}
    assert "别的岗位" in story["inspector"].fails(accident, "close", closing)
    story["leader"].takes(accident, "close", closing)
    story["inspector"].takes(accident, "evaluate", {"evaluation": "防护装置已加装，培训已补"})
    assert story.state(accident) == "evaluated"


def test_the_days_to_amend_run_out(story: Story) -> None:
    accident = story["clerk"].files("accident", {**FLASH, "class": "traffic"})
    story["office"].takes(accident, "verify", {"type": "road_vehicle"})
    assert "核对伤亡人数" in story.letters_of("2026-11-22")["clerk"]
    story.stand_at("2026-11-24")
    assert "已过补报期限" in story["office"].fails(accident, "amend", comment="又一人死亡")


@pytest.mark.parametrize(
    ("deaths", "heavy", "loss", "level"),
    [
        ("3", "0", "0", "较大"),
        ("2", "9", "999.99", "一般"),
        ("0", "10", "0", "较大"),
        ("9", "0", "5000", "重大"),
        ("29", "100", "0", "特别重大"),
        ("30", "0", "0", "特别重大"),
        ("0", "0", "", None),
    ],
)
def test_the_level_is_the_gravest_of_three(story: Story, deaths: str, heavy: str, loss: str, level: str | None) -> None:
    accident = story["duty"].files("accident", {**FLASH, "deaths": deaths, "heavy": heavy, "loss": loss})
    assert story.answer(accident, "level") == level


def test_the_type_is_one_of_the_standard_of_its_day(story: Story) -> None:
    old = {
        **FLASH,
        "time": "2026-06-30 07:40",
        "received": "2026-06-30 08:05",
        "reports-0-report_at": "2026-06-30 08:05",
    }
    story["duty"].files("accident", {**old, "type": "machine_1986"})
    assert story["duty"].is_refused("accident", {**old, "type": "machine"})
    assert story["duty"].is_refused("accident", {**FLASH, "type": "machine_1986"})
    assert "发生之后" in story["duty"].is_refused("accident", {**FLASH, "received": "2026-11-16 07:00"})
