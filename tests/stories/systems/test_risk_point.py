"""风险管控: identified, assessed by L × E × C, approved by others, kept, and assessed anew when the year is over."""

from __future__ import annotations

from tests.stories.systems.office import Story

POINT = {
    "name": "提升机作业",
    "kind": "work",
    "acc_type": ["machine", "fall_from_height"],
    "found_at": "2026-11-16",
}
LEC = {"method": "lec", "l": "6", "e": "6", "c": "7"}
CONTROL = {
    "measures-0-measure_kind": "engineering",
    "measures-0-measure": "加装防护罩和急停装置",
    "ctrl_level": "workshop",
    "owner": "陈志远",
    "owner_phone": "13922223333",
    "freq": "week",
    "next_review": "2027-11-15",
}


def test_a_risk_point_goes_round_once_a_year(story: Story) -> None:
    point = story["enterprise"].files("risk_point", {**POINT, "enterprise": story.enterprise()})
    assert story.answer(point, "no") == "FX-419926-2026-00001"
    story["enterprise"].takes(point, "assess", LEC)
    assert (story.answer(point, "d"), story.answer(point, "level")) == ("252", "larger")
    assert "别的岗位" in story["enterprise"].fails(point, "approve")
    story["inspector"].takes(point, "approve")
    late = {**CONTROL, "next_review": "2028-01-01"}
    assert "一年以后" in story["enterprise"].fails(point, "take_control", late)
    story["enterprise"].takes(point, "take_control", CONTROL)
    assert story.state(point) == "controlled"
    assert "1392222" not in story["leader"].reads(point)
    assert not story["builder"].sees(point)

    letters = story.letters_of("2027-10-31")
    assert "15 天到复评日期" in letters["enterprise"]
    story.stand_at("2027-11-15")
    assert story.state(point) == "reassess", "by itself"
    story["inspector"].takes(point, "remove", comment="设备已拆除")
    assert story.steps_taken(point)[-2:] == ["review_due", "remove"]


def test_a_level_may_be_judged_higher_than_the_number_says_and_never_lower(story: Story) -> None:
    point = story["enterprise"].files("risk_point", {**POINT, "enterprise": story.enterprise()})
    assert "不能降低" in story["enterprise"].fails(point, "assess", {**LEC, "level": "low"})
    assert "请填写 C" in story["enterprise"].fails(point, "assess", {"method": "lec", "l": "6", "e": "6"})
    story["enterprise"].takes(point, "assess", {**LEC, "level": "major"})
    assert story.answer(point, "level") == "major"


def test_the_accidents_to_choose_from_are_those_of_the_standard_of_that_day(story: Story) -> None:
    before = {**POINT, "enterprise": story.enterprise(), "found_at": "2026-06-30"}
    assert story["clerk"].is_refused("risk_point", before)
    story["clerk"].files("risk_point", {**before, "acc_type": ["machine_1986", "fall_from_height"]})
    after = {**POINT, "enterprise": before["enterprise"], "name": "另一处", "acc_type": ["machine_1986"]}
    assert story["clerk"].is_refused("risk_point", after)
