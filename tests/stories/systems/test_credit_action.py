"""信用管理: told first, heard, decided by another, published, and over by itself."""

from __future__ import annotations

from tests.stories.systems.office import Story

LISTED = {
    "kind": "untrustworthy",
    "rule": "refusal",
    "facts": "两次拒不执行停产停业整顿决定",
    "from": "2026-11-16",
    "depts": ["yj", "zj"],
}


def test_an_enterprise_is_heard_before_it_is_listed_and_leaves_the_list_after_three_years(story: Story) -> None:
    action = story["inspector"].files("credit_action", {**LISTED, "enterprise": story.enterprise()})
    assert story.answer(action, "to") == "2029-11-16", "three years"
    assert not story["enterprise"].sees(action)
    story["inspector"].takes(action, "tell", {"told_at": "2026-11-16"})
    assert story["enterprise"].sees(action)
    assert "陈述申辩" in story["inspector2"].fails(action, "decide")
    assert story["enterprise"].changes(action, {"statement": "整改资金没有到位，请从轻"}).status_code == 302
    assert "别人来审" in story["inspector"].fails(action, "decide")
    story["inspector2"].takes(action, "decide")
    story["inspector2"].takes(action, "publish", {"published": "2026-11-16"})

    removal = {"removed_at": "2026-11-16"}
    assert "满 12 个月" in story["inspector"].fails(action, "remove", removal, comment="已整改")
    story.stand_at("2029-11-16")
    assert story.state(action) == "published"
    assert "已自动移出" in story.letters_of("2029-11-17")["enterprise"]
    assert story.state(action) == "removed"


def test_a_joint_sanction_names_its_departments_and_its_end(story: Story) -> None:
    joint = {**LISTED, "kind": "sanction", "depts": [], "enterprise": story.enterprise()}
    said = story["inspector"].is_refused("credit_action", joint)
    assert "联合惩戒请选择部门" in said
    assert "截止日期" in said
    assert not story["clerk"].may_fill("credit_action")
