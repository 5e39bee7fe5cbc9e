"""督导检查: a visit with what it found, its papers' rules, verified by another."""

from __future__ import annotations

from tests.stories.systems.office import Story
from tests.webapp.office import INSPECTION

VISIT = {**{name: value for name, value in INSPECTION.items() if name != "town"}, "date": "2026-11-16"}


def test_a_visit_files_its_hazards_and_is_verified_by_the_office(story: Story) -> None:
    story.enterprise()
    visit = story["clerk"].files("inspection", VISIT)
    assert (story.answer(visit, "town"), story.answer(visit, "sector")) == ("cg", "industry_trade")
    hazard = story.only("hazard")
    assert story.answer(hazard, "inspection") == visit
    assert not story["neighbour"].sees(visit)
    assert not story["enterprise"].may_fill("inspection"), "nobody inspects themselves"
    assert "别的岗位" in story["clerk"].fails(visit, "verify")
    story["office"].takes(visit, "send_back", comment="请补检查内容")
    assert story["clerk"].changes(visit, {"content": "查看配电室和粉尘清扫记录"}).status_code == 302
    story["clerk"].takes(visit, "send_again")
    story["office"].takes(visit, "verify")
    assert story["clerk"].steps(visit) == []
    assert story["leader"].sees(visit)


def test_an_administrative_inspection_needs_two_officers_with_certificates_and_a_plan(story: Story) -> None:
    story.enterprise()
    alone = {
        **VISIT,
        "nature": "administrative",
        "officers-0-officer_name": "王建国",
        "officers-0-officer_cert": "41990001",
    }
    said = story["inspector"].is_refused("inspection", alone)
    assert "检查计划编号" in said
    assert "检查事项" in said
    assert "不少于 2 人" in said
    whole = {
        **alone,
        "org": "yj",
        "plan_no": "2026-11",
        "item_codes": ["electricity", "training"],
        "officers-1-officer_name": "马晓明",
        "officers-1-officer_cert": "41990002",
    }
    visit = story["inspector"].files("inspection", whole)
    assert story.answer(story.only("hazard"), "source") == "administrative"
    assert story["inspector2"].sees(visit), "of the same department"


def test_a_visit_without_a_finding_says_so(story: Story) -> None:
    story.enterprise()
    assert "不能是“未发现问题”" in story["clerk"].is_refused("inspection", {**VISIT, "result": "clean"})
