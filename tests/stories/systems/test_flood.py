"""防汛防火: warnings that reach everybody, stations above their limit, disasters reported again, patrols that find."""

from __future__ import annotations

from tests.stories.systems.office import Story

WARNING = {"kind": "rain", "color": "yellow", "issued_at": "2026-11-16 08:00", "area": ["cg", "dh"]}
FEED = {"station": "donghe_reservoir", "org": "dh", "at": "2026-11-16 08:30", "danger": "none", "owner": "赵春梅"}
DISASTER = {
    "kind": "flood",
    "org": "cg",
    "time": "2026-11-16 05:20",
    "affected": "120",
    "moved": "30",
    "dead": "0",
    "houses": "2",
    "loss": "15.5",
}
PATROL = {"post": "西岭卡口", "org": "cg", "patroller": "冯玉兰", "at": "2026-11-16 08:40", "heads": ["fields"]}


def calls(*replied: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for at, answer in enumerate(replied):
        row = {"called": f"责任人{at}", "way": "phone", "called_at": "2026-11-16 08:20", "replied": answer}
        found |= {f"calls-{at}-{name}": value for name, value in row.items()}
    return found


def test_a_warning_is_called_out_to_everybody_before_it_is_lifted(story: Story) -> None:
    assert "应急响应级别" in story["flood"].is_refused("warning", {**WARNING, "color": "red"})
    assert not story["clerk"].may_fill("warning")
    warning = story["flood"].files("warning", WARNING)
    assert story["clerk"].sees(warning)
    assert "叫应" in story["flood"].fails(warning, "call")
    assert story["flood"].changes(warning, calls("true", "false")).status_code == 302
    assert "还有人没有回应" in story["flood"].fails(warning, "call")
    assert story["flood"].changes(warning, calls("true", "true")).status_code == 302
    story["flood"].takes(warning, "call")
    assert "请写明理由" in story["duty"].fails(warning, "raise", {"color": "orange", "response": "iii"})
    story["duty"].takes(warning, "raise", {"color": "orange", "response": "iii"}, comment="雨势加大")
    story["flood"].takes(warning, "call")
    assert "应在发布之后" in story["flood"].fails(warning, "lift", {"lifted_at": "2026-11-16 07:00"})
    story["flood"].takes(warning, "lift", {"lifted_at": "2026-11-16 08:55"})
    assert story.state(warning) == "lifted"


def test_a_station_above_its_limit_is_seen_without_anybody_saying_so(story: Story) -> None:
    assert "至少填一项" in story["neighbour"].is_refused("flood_feed", FEED)
    assert "不小于 1 小时雨量" in story["neighbour"].is_refused(
        "flood_feed", {**FEED, "rain_1h": "20", "rain_24h": "10"}
    )
    feed = story["neighbour"].files("flood_feed", {**FEED, "level": "86.7"})
    assert (story.answer(feed, "limit"), story.answer(feed, "above")) == ("86.5", True)
    below = story["neighbour"].files("flood_feed", {**FEED, "at": "2026-11-16 07:30", "level": "86.5"})
    assert story.answer(below, "above") is False
    assert "请写明处置" in story["neighbour"].is_refused(
        "flood_feed", {**FEED, "at": "2026-11-16 08:00", "level": "87", "danger": "piping"}
    )
    assert "已经有一条相同的记录" in story["neighbour"].is_refused("flood_feed", {**FEED, "level": "86.8"})
    assert "请在页末写明代报原因" in story["flood"].is_refused(
        "flood_feed", {**FEED, "station": "nanhu_lake", "level": "61"}
    )
    assert not story["clerk"].sees(feed)
    assert story["leader"].sees(feed)


def test_a_disaster_is_reported_again_and_checked_by_another(story: Story) -> None:
    assert "不能多于受灾人口" in story["clerk"].is_refused("disaster", {**DISASTER, "moved": "121"})
    disaster = story["clerk"].files("disaster", DISASTER)
    story["clerk"].takes(disaster, "follow_up", {**DISASTER, "affected": "150"})
    story["clerk"].takes(disaster, "follow_up", {**DISASTER, "affected": "180"})
    assert "别的岗位" in story["clerk"].fails(disaster, "verify", DISASTER)
    story["flood"].takes(disaster, "verify", {**DISASTER, "affected": "176"})
    assert story.answer(disaster, "affected") == 176
    assert story.state(disaster) == "verified"


def test_what_a_patrol_finds_is_a_hazard_of_its_own(story: Story) -> None:
    assert "请写明情况" in story["grid"].is_refused("forest_patrol", {**PATROL, "fire": "true"})
    found = {"hazards-0-hazard_place": "坟场东侧", "hazards-0-hazard_desc": "防火隔离带杂草未清理，宽度不足"}
    patrol = story["grid"].files("forest_patrol", {**PATROL, **found})
    hazard = story.only("hazard")
    assert (story.answer(hazard, "source"), story.answer(hazard, "town")) == ("grid", "cg")
    assert story["clerk"].sees(hazard)
    assert story["forest"].sees(patrol)
    assert not story["neighbour"].sees(patrol)


def test_who_reports_every_hour_finds_the_station_of_last_time(story: Story) -> None:
    story["neighbour"].files("flood_feed", {**FEED, "level": "86.1"})
    assert 'selected value="donghe_reservoir"' in story["neighbour"].get("/f/flood_feed/new").text
    assert 'selected value="donghe_reservoir"' not in story["clerk"].get("/f/flood_feed/new").text
