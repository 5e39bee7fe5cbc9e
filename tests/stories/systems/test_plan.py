"""应急预案: reviewed, issued, filed by another within twenty workdays, evaluated after three years."""

from __future__ import annotations

from tests.stories.systems.office import Story

PLAN = {"name": "城关镇防汛应急预案", "kind": "town", "org": "cg", "version": "2026年版", "hazard_kind": ["flood"]}
REVIEWED = {"reviewed_at": "2026-11-13", "opinion": "衔接县级预案，同意"}


def test_a_plan_is_reviewed_issued_filed_and_evaluated(story: Story) -> None:
    assert "请上传预案文本" in story["clerk"].is_refused("plan", PLAN)
    plan = story["clerk"].files("plan", {**PLAN, "file": story["clerk"].attaches("预案.pdf")})
    assert not story["neighbour"].sees(plan)
    assert "已经有一条相同的记录" in story["clerk2"].is_refused(
        "plan", {**PLAN, "file": story["clerk2"].attaches("另一份.pdf")}
    )
    assert "评审意见" in story["clerk"].fails(plan, "review", {"reviewed_at": "2026-11-13"})
    story["clerk"].takes(plan, "review", REVIEWED)
    assert "应在评审之后" in story["clerk"].fails(plan, "issue", {"issued_at": "2026-11-12"})
    story["clerk"].takes(plan, "issue", {"issued_at": "2026-11-16"})
    assert story.answer(plan, "review_due") == "2029-11-16"

    assert "别的岗位" in story["clerk"].fails(plan, "file_it", {"filed_no": "419926-2026-001"})
    assert "还有 5 天" in story.letters_of("2026-12-09")["clerk"]
    story["office"].takes(plan, "file_it", {"filed_no": "419926-2026-001"})
    assert story.state(plan) == "in_use"

    assert "还有 30 天" in story.letters_of("2029-10-17")["clerk"]
    found = {"evaluations-0-evaluated_at": "2029-10-17", "evaluations-0-finding": "队伍和物资变化大，需修订"}
    story["clerk"].takes(plan, "evaluate", found)
    story["clerk"].takes(plan, "revise", comment="换成 2029 年版")
    assert story.steps_taken(plan) == ["review", "issue", "file_it", "evaluate", "revise"]
