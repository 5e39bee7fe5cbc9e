from __future__ import annotations

from collections.abc import Mapping

import pytest

from reports.numbers import Quantity, Style, printed
from reports.page.document import Number, Run
from reports.sentences import TemplateMistake, parse_template, spoken

MAIN = (
    "全县共检查生产经营单位{visits}家次，督促整改安全隐患{hazards}处（其中，重大事故隐患{major}处，"
    "{major_open?全部整改完毕|剩余{major_open}处正在整改}）{moved?|，移送司法机关{moved}人}。"
)


class Known:
    """Numbers by name, printed exactly unless the sentence says otherwise."""

    def __init__(self, numbers: Mapping[str, Quantity | None]) -> None:
        self._numbers = numbers

    def quantity(self, name: str) -> Quantity | None:
        return self._numbers[name]

    def run(self, name: str, style: Style | None) -> Run:
        return Number(printed(self._numbers[name], style or Style.EXACT), url=f"https://example.cn/{name}")


def said(text: str, **numbers: Quantity | None) -> str:
    runs = spoken(parse_template(text), Known(numbers))
    return "".join(run if isinstance(run, str) else run.printed for run in runs)


def test_the_main_sentence_says_that_all_is_fixed_when_nothing_is_open() -> None:
    assert said(MAIN, visits=1550, hazards=2136, major=30, major_open=0, moved=8) == (
        "全县共检查生产经营单位1550家次，督促整改安全隐患2136处（其中，重大事故隐患30处，全部整改完毕），移送司法机关8人。"
    )


def test_the_main_sentence_says_what_is_open_and_leaves_out_what_is_zero() -> None:
    assert said(MAIN, visits=1550, hazards=2136, major=30, major_open=2, moved=0) == (
        "全县共检查生产经营单位1550家次，督促整改安全隐患2136处（其中，重大事故隐患30处，剩余2处正在整改）。"
    )


def test_a_number_that_does_not_exist_counts_as_zero_in_a_choice_and_prints_a_dash() -> None:
    assert said("{rate?尚无数据|整改率{rate}}，{rate}", rate=None) == "尚无数据，—"


def test_a_sentence_chooses_the_style_of_a_number() -> None:
    assert (
        said("已检查{visits:wan1duo}家次、连续{years:han}年", visits=111327, years=6) == "已检查11.1万多家次、连续六年"
    )


def test_every_printed_number_is_a_run_of_its_own_and_links_to_its_figure() -> None:
    runs = spoken(parse_template("共{visits}家次，{open?无|有}"), Known({"visits": 5, "open": 0}))
    assert runs == ("共", Number("5", url="https://example.cn/visits"), "家次，无")


def test_signs_written_twice_are_the_signs_themselves() -> None:
    assert said("{{a}} || {a?x||y|}", a=0) == "{a} | x|y"


def test_a_choice_may_end_inside_a_choice() -> None:
    text = "{major?|其中重大{major}处{open?，全部整改|，剩余{open}处}}。"
    assert [said(text, major=major, open=left) for major, left in [(0, 0), (3, 0), (3, 1)]] == [
        "。",
        "其中重大3处，全部整改。",
        "其中重大3处，剩余1处。",
    ]


def test_a_sentence_tells_which_names_it_needs() -> None:
    template = parse_template(MAIN)
    assert template.names == ("visits", "hazards", "major", "major_open", "moved")
    assert template.decisive_names == ("major_open", "moved")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("共{visits家次", "后面应是指标名"),
        ("共visits}家次", "第8个字的“}”"),
        ("一|二", "“|”没有配对"),
        ("{visits:big}家次", "没有“big”这种数字写法"),
        ("{open?全部整改完毕", "没有配对的“}”"),
        ("{open?一|二|三}", "只能有一个“|”"),
        ("{Visits}", "后面应是指标名"),
        ("{a?{b?{c?{d?{e?x}}}}}", "套得太深"),
        ("{visits.__class__}", "后面应是指标名"),
    ],
)
def test_a_sentence_that_cannot_be_read_says_why(text: str, words: str) -> None:
    with pytest.raises(TemplateMistake, match=words.replace("|", r"\|").replace("?", r"\?")):
        parse_template(text)
