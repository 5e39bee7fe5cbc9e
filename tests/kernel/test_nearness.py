from __future__ import annotations

from kernel.nearness import did_you_mean, meant_or_known


def test_the_nearest_word_is_asked_for() -> None:
    assert did_you_mean("plac", ["town", "place", "places"]) == "，是不是 place？"
    assert did_you_mean("zzz", ["town", "place"]) == ""
    assert did_you_mean("zzz", []) == ""


def test_where_no_word_is_near_all_of_few_are_told() -> None:
    assert meant_or_known("twon", ["town", "place"]) == "，是不是 town？"
    assert meant_or_known("zzz", (name for name in ("town", "place"))) == "，可用：town、place"
    assert meant_or_known("zzz", []) == ""
