"""隐患治理: from a town's finding to the signature; what happens when nobody acts; what only some may see."""

from __future__ import annotations

from tests.stories.systems.office import Story
from tests.webapp.office import HAZARD

HAZARD_AT_WORKS = {
    **{name: value for name, value in HAZARD.items() if name not in ("place_type", "town")},
    "found_at": "2026-11-16",
}
ASSIGNED = {
    "owner_org": "yx",
    "owner": "钱永兴",
    "measure": "更换老化线路，配电箱加锁",
    "fund": "0",
    "deadline": "2026-11-26",
    "tracker": "王建国",
}


def _found(story: Story, **other: str) -> str:
    enterprise = story.enterprise()
    return story["clerk"].files("hazard", {**HAZARD_AT_WORKS, "enterprise": enterprise, **other})


def test_a_hazard_is_fixed_by_the_enterprise_rechecked_by_others_and_signed_by_a_third(story: Story) -> None:
    hazard = _found(story)
    assert story.answer(hazard, "no") == "YH-419926-2026-000001"
    assert story.answer(hazard, "town") == "cg", "the town comes from the ledger"
    assert story.answer(hazard, "owner_org") == "yx", "and so does who has to fix it"

    assert story["neighbour"].sees(hazard) is False
    assert "没有" in story["neighbour"].fails(hazard, "assign", ASSIGNED)
    story["inspector"].takes(hazard, "assign", ASSIGNED)
    assert story["enterprise"].sees(hazard)
    assert story["enterprise"].steps(hazard) == ["report_fixed", "ask_for_time"]

    assert "整改情况" in story["enterprise"].fails(hazard, "report_fixed", {"fixed_at": "2026-11-16"})
    fixed = {"fixed_at": "2026-11-16", "fix_desc": "线路已更换，配电箱已上锁"}
    story["enterprise"].takes(hazard, "report_fixed", fixed)
    rechecked = {"recheck_by": "王建国、马晓明", "recheck_at": "2026-11-16", "recheck_result": "passed"}
    assert "别的岗位" in story["enterprise"].fails(hazard, "pass_recheck", rechecked)
    story["inspector"].takes(hazard, "pass_recheck", rechecked)
    signed = {"sign_by": "leader", "sign_at": "2026-11-16"}
    assert "别人来审" in story["inspector"].fails(hazard, "sign", signed)
    story["inspector2"].takes(hazard, "sign", signed)
    assert story.state(hazard) == "closed"
    assert story["leader"].sees(hazard)


def test_an_overdue_hazard_is_told_upwards_day_by_day_and_at_last_drafts_a_directive(story: Story) -> None:
    hazard = _found(story)
    story["inspector"].takes(hazard, "assign", ASSIGNED)
    assert story.letters_of("2026-11-23", hour=7) == {}
    early = story.letters_of("2026-11-23")
    assert {"inspector", "enterprise"} <= set(early)
    assert "还有 3 天到整改时限" in early["enterprise"]
    assert "neighbour" not in early
    assert "今天到整改时限" in story.letters_of("2026-11-26")["enterprise"]
    assert "请乡镇（街道）主要负责人督促" in story.letters_of("2026-11-27")["clerk"]
    assert "超期七天" in story.letters_of("2026-12-03")["leader"]
    story.stand_at("2026-12-10")
    assert not story.records("directive"), "fourteen days late is not fifteen"
    story.stand_at("2026-12-11")
    directive = story.only("directive")
    assert story.state(directive) == "drafted"
    assert story.answer(directive, "hazard") == hazard
    assert story.answer(directive, "lead_org") == "yx"
    assert story.answer(directive, "doc_no") is None, "a draft has no number"
    story.stand_at("2026-12-20")
    assert story.only("directive") == directive, "one hazard, one directive"


def test_more_time_is_asked_for_before_the_deadline_and_granted_by_others(story: Story) -> None:
    hazard = _found(story)
    story["inspector"].takes(hazard, "assign", ASSIGNED)
    wanted = {"extend-0-extend_reason": "配件要等厂家发货", "extend-0-new_deadline": "2026-12-10"}
    story["enterprise"].takes(hazard, "ask_for_time", wanted)
    story["inspector"].takes(hazard, "grant_time", {"deadline": "2026-12-10"})
    assert story.state(hazard) == "fixing"
    story.stand_at("2026-12-11")
    assert "延期要在时限之前申请" in story["enterprise"].fails(hazard, "ask_for_time", wanted)


def test_who_gave_a_report_is_known_to_those_who_took_it_in_alone(story: Story) -> None:
    report = {"source": "report", "informant": "张三丰", "informant_phone": "13911112222", "found_by": "举报受理中心"}
    hazard = _found(story, **report)
    assert "张三丰" in story["office"].reads(hazard)
    for name in ("inspector", "clerk2", "leader"):
        seen = story[name].reads(hazard)
        assert "张三丰" not in seen, name
        assert "1391111" not in seen, name
        assert "举报人电话" not in seen, "not even that it is asked"
        assert "张三丰" not in story[name].get("/f/hazard/export.csv").text, name


def test_a_general_hazard_that_is_judged_major_is_put_under_supervision_once(story: Story) -> None:
    hazard = _found(story)
    story["inspector"].takes(hazard, "assign", ASSIGNED)
    assert "先把级别改为" in story["inspector"].fails(hazard, "upgrade", {"contingency": "停用三号车间"})
    judged = {"level": "major", "basis": "industry_trade", "contingency": "停用三号车间"}
    assert story["inspector"].changes(hazard, judged).status_code == 302
    story["inspector"].takes(hazard, "upgrade", {"contingency": "停用三号车间"})
    case = story.only("major_case")
    assert story.answer(case, "hazard") == hazard
    assert story.answer(case, "town") == "cg"
    story["inspector"].takes(hazard, "upgrade", {"contingency": "停用三号车间"})
    assert story.only("major_case") == case
