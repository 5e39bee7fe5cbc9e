from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from forms.definition import Form
from forms.folder import load_folder
from kernel.clock import Period
from kernel.sentences import Sentence
from kernel.timetable import Mistake, parse
from reports.definition import Report
from reports.loading import load_reports
from tests.reports.conftest import REPORT
from tests.test_house import ROOT

Loaded = Callable[[str], object]


def judge(words: Mapping[str, object]) -> tuple[str, Sentence] | None:
    found = parse(words)
    return (found.key, found.sentence) if isinstance(found, Mistake) else None


def test_a_whole_report_is_read(loaded: Loaded) -> None:
    report = loaded(REPORT)
    assert isinstance(report, Report)
    assert [block.type for block in report.body] == [
        "heading", "paragraph", "table", "note", "chart", "each", "listing",
    ]  # fmt: skip
    assert report.schedule is not None
    assert report.schedule.words == {"every": "week", "on": "mon", "at": "08:00"}


@pytest.mark.parametrize(
    ("before", "after", "issue"),
    [
        ("form: visit, time: day, measure_word: 家次", "form: visits", "没有叫 visits 的表单，是不是 visit？"),
        ("expr: people", "expr: firm", "文字题"),
        ("expr: people", "expr: peple", "peple"),
        ("agg: sum", "agg: average", "agg 只能是"),
        ("time: day, measure_word: 家次", "time: firm", "time 应是表单“检查”里的日期题"),
        ("filter: \"${state} = 'fixed'\"", "filter: \"regex(${desc}, 'a')\"", "filter：统计条件里不能用 regex()"),
        ("filter: \"${state} = 'fixed'\"", "filter: \"${stat} = 'fixed'\"", "stat"),
        ("ratio: [fixed, hazards]", "ratio: [fixd, hazards]", "没有叫 fixd 的 measure，是不是 fixed？"),
        ("ratio: [fixed, hazards]", "minus: [hazards]", "请写 ratio"),
        ("plus: [hazards]", "plus: [visits]", "同一张表单"),
        ("open: {label", "period: {label", "period 已经用过了"),
        ("隐患{hazards}处{open", "隐患{hazard}处{open", "没有叫 hazard 的指标，是不是 hazards？"),
        ("隐患{hazards}处{open", "隐患{hazards:big}处{open", "text：没有“big”这种数字写法"),
        ("检查{visits}家次、{people}", "检查{group}家次、{people}", "只能用在 each 的 text 里"),
        ("by: town, head", "by: village, head", "没有 village 这一题"),
        ("by: town, head", "by: ways, head", "几个值"),
        ("sort: -hazards", "sort: -hazard", "没有叫 hazard 的指标"),
        ('text: "{group}检查{visits}家次、隐患{hazards}处"', 'text: "{group}"', "each 的 text 里要有指标"),
        ("columns: [desc, town, state]", "columns: [desc, twn]", "没有 twn 这一题，是不是 town？"),
        ("type: note", "type: remark", "没有“remark”这种内容块"),
        ("caption: 图1, by", "titel: 图1, by", "不认识 titel"),
        ("masthead: 检查情况通报\n", "", "缺少 masthead"),
        ("masthead:", "mast:", "不认识 mast，是不是 masthead？"),
        ("period: {from: 2026-11-01, label: 本月以来}", "period: {from: 2026-11-01}", "要写 label"),
        ("period: {from: 2026-11-01, label: 本月以来}", "period: {which: current}", "请写 every"),
        ("{from: 2026-11-01,", "{from: 2026-11-01, to: 2026-10-01,", "to 不能早于 from"),
        ("id: weekly", "id: monthly", "文件名应与 id 相同：monthly.yaml"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_words(loaded: Loaded, before: str, after: str, issue: str) -> None:
    assert before in REPORT
    issues = loaded(REPORT.replace(before, after))
    assert isinstance(issues, list)
    assert [one for one in issues if issue in one], issues


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("form: visit, time: day, measure_word: 家次", "form: visits", "  visits: {label"),
        ("隐患{hazards}处{open", "隐患{hazard}处{open", "  - type: paragraph"),
        ("columns: [desc, town, state]", "columns: [desc, twn]", "  - {type: listing"),
        ("caption: 图1, by", "titel: 图1, by", "  - {type: chart"),
        ("signature: 青山县安委办", "signature: [青山县安委办]", "signature:"),
    ],
)
def test_a_mistake_names_its_line(loaded: Loaded, before: str, after: str, line: str) -> None:
    source = REPORT.replace(before, after)
    issues = loaded(source)
    assert isinstance(issues, list)
    number = int(issues[0].split(":")[0])
    assert line in "\n".join(source.splitlines()[max(0, number - 3) : number])


def test_every_report_that_is_shipped_loads_without_an_issue() -> None:
    forms = load_folder(ROOT / "forms/definitions").forms
    found = load_reports(ROOT / "reports/definitions", forms, judge)
    assert not [str(issue) for issue in found.issues]
    assert {"safety_bulletin", "daily_brief"} <= found.reports.keys()


def test_one_bad_file_does_not_keep_the_others_back(tmp_path: Path, forms: Mapping[str, Form]) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "weekly.yaml").write_text(REPORT, encoding="utf-8")
    (folder / "list.yaml").write_text("- 1", encoding="utf-8")
    (folder / "broken.yaml").write_text("a: [", encoding="utf-8")
    found = load_reports(folder, forms)
    assert list(found.reports) == ["weekly"]
    assert {issue.path.name for issue in found.issues} == {"list.yaml", "broken.yaml"}


def test_a_schedule_is_judged_by_whoever_knows_timetables(tmp_path: Path, forms: Mapping[str, Form]) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "weekly.yaml").write_text(REPORT.replace("on: mon", "on: someday"), encoding="utf-8")
    (issue,) = load_reports(folder, forms, judge).issues
    assert "mon 到 sun" in issue.sentence
    assert "schedule" in (folder / "weekly.yaml").read_text("utf-8").splitlines()[issue.line - 1]


@pytest.mark.parametrize(
    ("period", "expected", "words"),
    [
        ("{from: 2026-11-01, label: 本月以来}", Period(date(2026, 11, 1), date(2026, 11, 22)), "本月以来"),
        ("{from: 2026-11-01, to: 2026-11-05, label: 会期}", Period(date(2026, 11, 1), date(2026, 11, 5)), "会期"),
        ("{from: 2026-12-01, label: 下月以来}", Period(date(2026, 12, 1), date(2026, 12, 1)), "下月以来"),
        ("{every: day, which: current}", Period(date(2026, 11, 22), date(2026, 11, 22)), "2026年11月22日"),
        ("{every: week}", Period(date(2026, 11, 9), date(2026, 11, 15)), "2026年11月9日至15日"),
        ("{every: month}", Period(date(2026, 10, 1), date(2026, 10, 31)), "2026年10月"),
        ("{every: quarter}", Period(date(2026, 7, 1), date(2026, 9, 30)), "2026年第三季度"),
        ("{every: year, which: current}", Period(date(2026, 1, 1), date(2026, 12, 31)), "2026年"),
    ],
)
def test_a_period_is_known_from_the_day(loaded: Loaded, period: str, expected: Period, words: str) -> None:
    report = loaded(REPORT.replace("{from: 2026-11-01, label: 本月以来}", period))
    assert isinstance(report, Report), report
    assert report.period.at(date(2026, 11, 22)) == expected
    assert report.period.words(expected) == words
