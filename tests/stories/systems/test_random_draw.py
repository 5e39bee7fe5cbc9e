"""双随机抽查: a scheme, a draw that can be repeated, officers who keep away, results that everybody may read."""

from __future__ import annotations

import re

from tests.stories.systems.office import Story

SCHEME = {"item": "hot_work", "org": "yj", "pool_rule": "工贸 C、D 级，90 天内未查过", "pool_size": "30", "ratio": "5"}


def _drawn(first: str, second: str, *officers: str) -> dict[str, str]:
    names = ("drawn", "officer1", "officer2")
    rows = [(first, *officers[:2]), (second, *officers[2:])]
    return {
        f"result-{place}-{name}": value
        for place, row in enumerate(rows)
        for name, value in zip(names, row, strict=True)
    }


def test_a_draw_is_kept_as_it_was_drawn_and_published_in_time(story: Story) -> None:
    first, second = story.enterprise(), story.enterprise(name="青山县永发饲料有限公司", account="")
    draw = story["inspector"].files("random_draw", SCHEME)
    assert story.answer(draw, "n_units") == 2, "one and a half is two"
    seed = story.answer(draw, "seed")
    assert re.fullmatch(r"[1-9]\d{8}", str(seed))

    team = _drawn(first, second, "inspector", "inspector2", "inspector", "inspector2")
    avoid = {
        "avoid-0-avoid_officer": "inspector2",
        "avoid-0-avoid_enterprise": first,
        "avoid-0-avoid_reason": "配偶任职",
    }
    assert "应回避这家企业" in story["inspector"].fails(draw, "draw", {**team, **avoid})
    same = _drawn(first, second, "inspector", "inspector", "inspector", "inspector2")
    assert "两人不能相同" in story["inspector"].fails(draw, "draw", same)
    one = {name: value for name, value in team.items() if name.startswith("result-0")}
    assert "家数应与抽取对象数相同" in story["inspector"].fails(draw, "draw", one)
    story["inspector"].takes(draw, "draw", team)
    assert story["inspector"].changes(draw, {"ratio": "3"}).status_code in (403, 422), "what was drawn stays"

    story["inspector"].takes(draw, "assign")
    story["inspector"].takes(draw, "begin")
    assert not story["clerk"].sees(draw)
    found = {**team, "result-0-found": "clean", "result-1-found": "ordered", "finished_at": "2026-11-16"}
    story["inspector"].takes(draw, "report", found)
    assert "别人来审" in story["inspector"].fails(draw, "publish", {"published": "2026-11-16"})
    assert str(story.record(draw).due_on) == "2026-12-14", "20 working days"
    story["inspector2"].takes(draw, "publish", {"published": "2026-11-16"})
    assert story.answer(draw, "seed") == seed, "whoever doubts the draw repeats it"
    assert story["clerk"].sees(draw), "published is for everybody"
    assert story["enterprise"].sees(draw)


def test_fewer_than_two_officers_are_no_team(story: Story) -> None:
    assert "不少于 2 人" in story["inspector"].is_refused("random_draw", {**SCHEME, "per_unit": "1"})
    assert not story["clerk"].may_fill("random_draw")
