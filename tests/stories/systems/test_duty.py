"""值班值守: a roster that is checked and swapped by rule, and checks that a unit hears of afterwards."""

from __future__ import annotations

from tests.stories.systems.office import Story

SHIFT = {"org": "cg", "date": "2026-11-23", "post": "a_leader", "person": "何文博", "phone": "13955556666"}
CALLED = {"org": "cg", "way": "call", "number": "0399-6110001", "answered": "true", "leader_in": "true"}


def test_a_shift_is_published_swapped_with_a_reason_and_over_by_itself(story: Story) -> None:
    shift = story["clerk"].files("duty_shift", SHIFT)
    assert "已经有一条相同的记录" in story["clerk2"].is_refused("duty_shift", {**SHIFT, "person": "另一人"})
    assert "替班人不能是本人" in story["clerk"].is_refused(
        "duty_shift", {**SHIFT, "post": "b_head", "backup": "何文博"}
    )
    story["clerk"].takes(shift, "submit")
    assert "别的岗位" in story["clerk"].fails(shift, "approve")
    story["duty"].takes(shift, "approve")
    assert not story["leader"].sees(shift), "not before it is published"
    story["duty"].takes(shift, "publish")
    assert "13955556666" in story["leader"].reads(shift)
    assert "13955556666" not in story["flood"].reads(shift)

    swap = {"backup": "李桂兰", "backup_phone": "13977778888"}
    story["clerk"].takes(shift, "swap", swap, comment="外出开会")
    story["duty2"].takes(shift, "grant_swap", {"person": "李桂兰", "phone": "13977778888", "backup": "何文博"})
    assert story.answer(shift, "person") == "李桂兰"
    story.stand_at("2026-11-24")
    assert story.state(shift) == "over"


def test_a_check_is_heard_of_by_the_unit_once_it_is_told_and_corrected_by_it(story: Story) -> None:
    away = {**CALLED, "onpost": "away", "seconds": "95"}
    assert "请写明问题" in story["duty"].is_refused("duty_check", away)
    check = story["duty"].files("duty_check", {**away, "problem": "值班员外出就餐，无人替班"})
    assert story.answer(check, "at") == "2026-11-16T09:00"
    assert not story["clerk"].sees(check), "nobody is told beforehand"
    assert "要通报" in story["duty"].fails(check, "file")
    assert "别人来审" in story["duty"].fails(check, "tell")
    story["duty2"].takes(check, "tell")
    assert story["clerk"].sees(check)
    assert not story["neighbour"].sees(check)
    assert "整改情况" in story["clerk"].fails(check, "correct")
    story["clerk"].takes(check, "correct", {"correction": "已批评教育，安排轮流就餐"})
    assert story.state(check) == "corrected"


def test_nobody_answers_and_is_on_post(story: Story) -> None:
    unanswered = {**CALLED, "answered": "false", "onpost": "there"}
    assert "无人接听" in story["duty"].is_refused("duty_check", unanswered)
    well = story["duty"].files("duty_check", {**CALLED, "onpost": "there", "seconds": "8"})
    story["duty"].takes(well, "file")
    assert story.state(well) == "filed"
