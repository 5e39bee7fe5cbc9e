"""专项行动: campaigns that begin by themselves, targets with a lamp, units without accidents, work taken up again."""

from __future__ import annotations

from tests.stories.systems.office import Story

CAMPAIGN = {
    "name": "冬季“查漏洞、补短板、保安全”专项行动",
    "from": "2026-11-20",
    "to": "2026-12-20",
    "lead": "leader",
    "sectors": ["industry_trade"],
    "orgs": ["cg", "yj"],
    "items-0-aspect": "企业",
    "items-0-task": "检查有限空间企业一遍",
    "items-0-task_org": "yj",
    "items-0-task_due": "2026-12-10",
}
TARGET = {
    "name": "大型商业综合体消防达标率",
    "formula": "达标数除以总数",
    "target": "80",
    "direction": "at_least",
    "due": "2026-11-30",
    "org": "yj",
}


def test_a_campaign_begins_on_its_day_and_is_closed_by_a_leader(story: Story) -> None:
    assert "行动期间" in story["office"].is_refused("campaign", {**CAMPAIGN, "items-0-task_due": "2027-01-01"})
    campaign = story["office"].files("campaign", CAMPAIGN)
    assert not story["neighbour"].sees(campaign)
    assert "还没到起始日期" in story["office"].fails(campaign, "begin_late")
    assert "今天启动" in story.letters_of("2026-11-20")["clerk"]
    assert story.state(campaign) == "running"
    summary = {"summary": "检查企业86家，发现隐患213处，整改完毕。全面完成方案任务。"}
    assert "行动还没结束" in story["office"].fails(campaign, "sum_up", summary)
    story.stand_at("2026-12-21")
    story["office"].takes(campaign, "sum_up", summary)
    assert "别的岗位" in story["office2"].fails(campaign, "close")
    story["leader"].takes(campaign, "close")
    assert story.state(campaign) == "closed"


def test_a_target_that_lags_when_it_is_due_shows_red_and_says_why(story: Story) -> None:
    target = story["office"].files("kpi_target", TARGET)
    assert story.answer(target, "lamp") == "未报"
    value = {"values-0-valued_at": "2026-11-16", "values-0-reached": "71", "value": "71"}
    story["inspector"].takes(target, "track", value)
    assert story.answer(target, "lamp") == "黄"
    assert "未达标的到截止日期才结算" in story["office"].fails(target, "settle")
    story.stand_at("2026-12-01")
    late = story["inspector"].fails(target, "report", value)
    assert "亮红灯请写明原因" in late
    story["inspector"].takes(target, "report", {**value, "reason": "两家停业装修", "next": "复业前验收"})
    assert story.answer(target, "lamp") == "红"
    story["office"].takes(target, "settle")


def test_a_unit_without_accidents_is_awarded_and_loses_the_plate_after_one(story: Story) -> None:
    village = {"kind": "village", "village": "东庄村", "town": "cg", "year": "2026"}
    unit = story["clerk"].files("zero_unit", village)
    story["clerk"].takes(unit, "self_check", {"selfcheck-0-item": "网格员到位", "selfcheck-0-score": "7"})
    assert "自评平均 8 分以上" in story["office"].fails(unit, "accept", {"accepted_at": "2026-11-16"})
    story["office"].takes(unit, "reject", comment="自评分数不够")
    story["clerk"].takes(unit, "self_check", {"selfcheck-0-item": "网格员到位", "selfcheck-0-score": "9"})
    story["office"].takes(unit, "accept", {"accepted_at": "2026-11-16"})
    story["leader"].takes(unit, "award")
    story["office"].takes(unit, "revoke", {"accidents": "1"}, comment="12 月发生一起亡人事故")
    assert story.state(unit) == "revoked"


def test_work_is_taken_up_again_when_every_condition_is_met(story: Story) -> None:
    asked = {"enterprise": story.enterprise(), "reason": "suspension"}
    assert "请上传自查报告" in story["enterprise"].is_refused("resumption", asked)
    record = story["enterprise"].files("resumption", {**asked, "self": story["enterprise"].attaches("自查.pdf")})
    assert story.answer(record, "dept") == "yj"
    story["inspector"].takes(record, "check", {"team-0-member": "王建国", "team-0-member_org": "应急管理局"})
    assert "逐项条件全部合格" in story["inspector"].fails(record, "pass")
    conditions = {
        "items-0-condition": "除尘系统修复",
        "items-0-met": "false",
        "items-1-condition": "人员培训",
        "items-1-met": "true",
    }
    assert story["inspector"].changes(record, conditions).status_code == 302
    assert story.answer(record, "result") == "不通过"
    story["inspector"].takes(record, "reject", comment="除尘系统未修复")
    again = {"self_text": "除尘系统已修复并检测合格", "self": story["enterprise"].attaches("再查.pdf")}
    story["enterprise"].takes(record, "apply_again", again)
    story["inspector"].takes(record, "check", {"team-0-member": "王建国", "team-0-member_org": "应急管理局"})
    assert story["inspector"].changes(record, {**conditions, "items-0-met": "true"}).status_code == 302
    story["inspector"].takes(record, "pass")
    assert not story["builder"].sees(record)
    story["leader"].takes(record, "sign", {"signer": "leader"})
    assert story.state(record) == "signed"
