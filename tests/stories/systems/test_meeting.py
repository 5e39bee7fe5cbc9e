"""会议会商: planned, held, minuted; its tasks become directives."""

from __future__ import annotations

from tests.stories.systems.office import Story

MEETING = {
    "kind": "consultation",
    "level": "county",
    "date": "2026-11-17",
    "org": "aw",
    "chair": "leader",
    "orgs": ["yj", "cg"],
    "topics-0-topic": "研判入冬以来火灾风险",
}
RISK = {"risks-0-risk": "燃气取暖使用增多", "risks-0-risk_level": "orange", "risks-0-advice": "入户检查"}
TASKS = {
    "tasks-0-task": "对沿街商户燃气使用情况入户检查一遍",
    "tasks-0-task_org": "cg",
    "tasks-0-task_due": "2026-11-30",
    "tasks-1-task": "梳理取暖用电隐患，列出清单报安委办",
    "tasks-1-task_org": "yj",
    "tasks-1-task_due": "2026-12-04",
}


def test_a_consultation_comes_to_conclusions_and_hands_out_its_tasks(story: Story) -> None:
    meeting = story["office"].files("meeting", MEETING)
    held = {"people": "23"}
    assert "还没有到日子" in story["office"].fails(meeting, "hold", held)
    story.stand_at("2026-11-17", hour=17)
    assert "参会人数" in story["office"].fails(meeting, "hold")
    story["office"].takes(meeting, "hold", held)
    assert "要有研判结论" in story["office"].fails(meeting, "write_minutes", TASKS)
    assert story["office"].changes(meeting, RISK).status_code == 302
    assert "别的岗位" in story["clerk"].fails(meeting, "write_minutes", TASKS), "it took part, it did not call it"
    story["office"].takes(meeting, "write_minutes", TASKS)
    assert "请下达" in story["office"].fails(meeting, "no_tasks")
    story["office"].takes(meeting, "hand_out")
    handed = story.records("directive")
    assert {story.answer(one, "lead_org") for one in handed} == {"cg", "yj"}
    assert {story.answer(one, "meeting") for one in handed} == {meeting}
    assert story["inspector"].sees(meeting), "it took part"
    assert not story["neighbour"].sees(meeting)


def test_a_department_meets_without_tasks(story: Story) -> None:
    own = {**MEETING, "kind": "study", "level": "department", "org": "yj", "date": "2026-11-16", "orgs": []}
    meeting = story["inspector"].files("meeting", {**own, "chair": "inspector"})
    story["inspector"].takes(meeting, "hold", {"people": "12"})
    story["inspector"].takes(meeting, "write_minutes")
    assert "没有交办事项" in story["inspector"].fails(meeting, "hand_out")
    story["inspector"].takes(meeting, "no_tasks")
    assert story.state(meeting) == "tasks_issued"
    assert not story["clerk"].sees(meeting)
