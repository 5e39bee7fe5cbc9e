"""督办交办: drafted by one, signed by another and numbered then, signed for, answered, judged."""

from __future__ import annotations

from tests.stories.systems.office import Story

DIRECTIVE = {
    "kind": "supervise",
    "matter": "限期整改建设路消防通道占用",
    "body": "请于月底前清理建设路沿线占用消防通道的摊点，并报送结果。",
    "lead_org": "cg",
    "issued_at": "2026-11-16",
    "due": "2026-11-30",
    "contact": "孙文清",
    "contact_phone": "0399-6112233",
}
DONE = {
    "feedback-0-feedback_at": "2026-11-16",
    "feedback-0-feedback_text": "已全部清理",
    "feedback-0-feedback_done": "true",
}


def test_a_directive_is_numbered_when_it_is_signed_and_closed_when_the_answer_is_good(story: Story) -> None:
    first, second = (story["office"].files("directive", {**DIRECTIVE, "matter": f"第{n}件交办事项"}) for n in "一二")
    assert not story["clerk"].sees(first), "a draft is the office's own"
    assert "别人来审" in story["office"].fails(first, "issue")
    story["leader"].takes(second, "issue")
    assert story.answer(second, "doc_no") == "青安督〔2026〕1号", "in the order of signing"
    assert story.answer(first, "doc_no") is None

    assert "别的岗位" in story["office2"].fails(second, "sign_for")
    assert not story["neighbour"].sees(second)
    story["clerk"].takes(second, "sign_for")
    assert "反馈" in story["clerk"].fails(second, "give_feedback")
    story["clerk"].takes(second, "give_feedback", DONE)
    story["office"].takes(second, "send_back", comment="缺照片")
    story["clerk"].takes(second, "give_feedback", DONE)
    assert "评价" in story["office"].fails(second, "approve")
    story["office"].takes(second, "approve", {"grade": "satisfied"})
    story["office"].takes(second, "close")
    assert story.state(second) == "closed"


def test_what_is_not_signed_for_and_what_is_overdue_is_told(story: Story) -> None:
    directive = story["office"].files("directive", DIRECTIVE)
    story["leader"].takes(directive, "issue")
    assert "还没有签收" in story.letters_of("2026-11-18")["clerk"]
    assert "还有 3 天" in story.letters_of("2026-11-27")["clerk"]
    assert "已超过时限" in story.letters_of("2026-12-01")["clerk"]
    assert "通报或约谈" in story.letters_of("2026-12-07")["leader"]


def test_an_interview_says_who_by_whom_when_and_why(story: Story) -> None:
    said = story["office"].is_refused("directive", {**DIRECTIVE, "kind": "interview"})
    for asked in ("被约谈企业", "被约谈人", "约谈情形", "约谈人", "约谈时间"):
        assert asked in said
    interview = {
        "kind": "interview",
        "talk_unit": story.enterprise(),
        "talk_person": "钱永兴",
        "talk_reason": ["major"],
        "talk_by": "leader",
        "talk_at": "2026-11-20 15:00",
    }
    record = story["office"].files("directive", {**DIRECTIVE, **interview})
    assert "2026-11-20 15:00" in story["leader"].reads(record)
