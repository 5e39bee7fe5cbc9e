"""挂牌督办: a plan of six parts, a number at its listing, progress, two signatures of two houses, delisted."""

from __future__ import annotations

from tests.stories.systems.office import Story
from tests.stories.systems.test_hazard import HAZARD_AT_WORKS

PLAN = {
    "status_cause": "粉尘车间除尘器未按规定泄爆，设备老旧",
    "severity": "可能造成粉尘爆炸，整改需停产十天",
    "need_gov": "false",
    "stop_part": "true",
    "stop_full": "false",
    "plan_goal": "更换除尘器",
    "plan_method": "停产更换，重新设计泄爆口",
    "plan_fund": "80 万元，企业自筹",
    "plan_org": "企业成立专班，县应急管理局督办",
    "plan_time": "2027-01-31",
    "plan_safety": "停产期间断电、清灰，专人看守",
}
LISTING = {
    "list_level": "county",
    "listed_by": "yj",
    "listed_at": "2026-11-16",
    "chief": "leader",
    "members-0-member_org": "yj",
    "members-0-member": "王建国",
    "members-0-member_phone": "13933334444",
}


def _listed(story: Story) -> str:
    major = {"enterprise": story.enterprise(), "level": "major", "basis": "industry_trade"}
    hazard = story["clerk"].files("hazard", {**HAZARD_AT_WORKS, **major})
    case = story["inspector"].files("major_case", {"hazard": hazard})
    story["inspector"].takes(case, "report", PLAN)
    story["office"].takes(case, "list", LISTING)
    story["inspector"].takes(case, "begin")
    return case


def test_a_case_is_listed_with_a_number_signed_by_leader_and_department_and_delisted(story: Story) -> None:
    case = _listed(story)
    assert story.answer(case, "no") == "GP-2026-0001"
    assert story["enterprise"].sees(case)
    assert not story["neighbour"].sees(case)
    assert "13933334444" not in story["enterprise"].reads(case)

    half = {
        "progress-0-progress_at": "2026-11-16",
        "progress-0-percent": "50",
        "progress-0-progress_text": "除尘器已到货",
    }
    assert story["enterprise"].changes(case, half).status_code == 302
    assert "100%" in story["enterprise"].fails(case, "apply")
    story.stand_at("2026-11-24")
    done = {
        "progress-1-progress_at": "2026-11-24",
        "progress-1-percent": "100",
        "progress-1-progress_text": "安装调试完毕",
    }
    assert story["enterprise"].changes(case, half | done).status_code == 302
    story["enterprise"].takes(case, "apply")

    failed = {"accept_result": "failed", "accept_by": "王建国、马晓明、韩新民"}
    story["inspector"].takes(case, "inspect", failed)
    assert "不合格" in story["inspector"].fails(case, "accept")
    story["inspector"].takes(case, "rework", comment="泄爆口朝向通道")
    story["enterprise"].takes(case, "apply")
    story["inspector"].takes(case, "inspect", {**failed, "accept_result": "passed"})
    story["inspector"].takes(case, "accept")

    story["leader"].takes(case, "sign", {"signer": "leader"})
    assert story.state(case) == "accepted", "one signature is not two"
    assert "别的岗位" in story["builder"].fails(case, "sign") or not story["builder"].sees(case)
    story["inspector2"].takes(case, "sign")
    assert story.state(case) == "signed"
    story["office"].takes(case, "delist", {"delisted_at": "2026-11-24"})
    story["inspector"].takes(case, "look_back", {"lookback_result": "stays"})
    assert story.state(case) == "lookback"


def test_a_plan_lacks_no_part_and_whoever_reports_does_not_list(story: Story) -> None:
    major = {"enterprise": story.enterprise(), "level": "major", "basis": "industry_trade"}
    hazard = story["clerk"].files("hazard", {**HAZARD_AT_WORKS, **major})
    case = story["office"].files("major_case", {"hazard": hazard})
    said = story["office"].fails(case, "report", {**PLAN, "plan_safety": "", "stop_full": "true"})
    assert "安全措施与应急预案" in said
    assert "只能选一个" in said
    story["office"].takes(case, "report", PLAN)
    assert "别人来审" in story["office"].fails(case, "list", LISTING)
    again = story["inspector"].is_refused("major_case", {"hazard": hazard})
    assert "已经有一条相同的记录" in again


def test_a_week_without_progress_and_a_missed_deadline_are_told(story: Story) -> None:
    _listed(story)
    assert "已治理一周" in story.letters_of("2026-11-23")["leader"]
    assert "20 个工作日" in story.letters_of("2027-01-04")["enterprise"]
    assert "超过时限" in story.letters_of("2027-02-01")["leader2"]
