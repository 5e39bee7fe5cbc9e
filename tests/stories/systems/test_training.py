"""培训教育: held, examined where the law asks for it, filed by somebody else; ids are stars."""

from __future__ import annotations

from tests.stories.systems.office import Story

COURSE = {
    "name": "企业主要负责人再培训班",
    "date": "2026-11-13",
    "people": "40",
    "audience": "heads",
    "hours": "12",
    "org": "yj",
    "kind": "again",
    "mode": "class",
}


def test_a_repeated_course_is_examined_before_it_is_filed(story: Story) -> None:
    course = story["inspector"].files("training", COURSE)
    assert "先考核" in story["inspector2"].fails(course, "archive")
    assert "不能超过人次" in story["inspector"].fails(course, "examine", {"passed": "41"})
    story["inspector"].takes(course, "examine", {"passed": "38"})
    assert "别人来审" in story["inspector"].fails(course, "archive")
    story["inspector2"].takes(course, "archive")
    assert story.state(course) == "archived"
    assert not story["clerk"].sees(course)
    assert story["leader"].sees(course)


def test_a_course_on_a_topic_needs_no_examination_and_is_told_once(story: Story) -> None:
    topic = {**COURSE, "name": "重大隐患判定标准专题培训", "kind": "topic"}
    course = story["clerk"].files("training", {**topic, "org": "cg"})
    assert "已经有一条相同的记录" in story["clerk2"].is_refused("training", {**topic, "org": "cg"})
    story["clerk2"].takes(course, "archive")
    assert not story["expert"].may_fill("training")
