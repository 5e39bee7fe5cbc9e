"""应急演练: held, assessed by somebody else, improved."""

from __future__ import annotations

from tests.stories.systems.office import Story

DRILL = {
    "name": "城关镇防汛应急演练",
    "date": "2026-11-13",
    "place": "东河大桥下游河堤",
    "people": "120",
    "org": "cg",
    "level": "town",
    "hazard_kind": ["flood"],
    "scope": "single",
    "form": "field",
    "issues-0-issue": "通信有一处盲区",
    "issues-0-issue_owner": "何文博",
}


def test_a_drill_is_assessed_by_others_and_its_issues_are_answered_one_by_one(story: Story) -> None:
    drill = story["clerk"].files("drill", DRILL)
    assert not story["neighbour"].sees(drill)
    assert "别人来审" in story["clerk"].fails(drill, "evaluate", {"grade": "good"})
    assert "评估等级" in story["clerk2"].fails(drill, "evaluate")
    story["clerk2"].takes(drill, "evaluate", {"grade": "good"})
    assert "还有没写是否改进" in story["clerk"].fails(drill, "improve")
    improved = {name: value for name, value in DRILL.items() if name.startswith("issues")}
    assert story["clerk"].changes(drill, {**improved, "issues-0-issue_done": "true"}).status_code == 302
    story["clerk"].takes(drill, "improve")
    assert story.state(drill) == "improved"
    assert story["leader"].sees(drill)


def test_an_enterprise_reports_its_own_drill_once_it_was_held(story: Story) -> None:
    own = {**DRILL, "name": "永兴面粉有限空间救援演练", "org": "yx", "level": "enterprise"}
    assert "演练结束后再填" in story["enterprise"].is_refused("drill", {**own, "date": "2026-11-20"})
    drill = story["enterprise"].files("drill", own)
    assert story["enterprise"].steps(drill) == [], "the town or the department assesses it"
    assert story["inspector"].sees(drill), "it lies under the department"
    story["clerk"].takes(drill, "evaluate", {"grade": "fair"})
