from __future__ import annotations

from pathlib import Path

import pytest

from forms.folder import load_folder
from tests.forms.test_obligations import CADENCES, Cadence

FORM = """
id: report
title: 报告
instance_name: ${day}
fields:
  - {type: unit, name: org, label: 单位}
  - {type: person, name: chair, label: 主持}
  - {type: date, name: day, label: 日期}
  - {type: date, name: held_on, label: 召开}
  - {type: text, name: kind, label: 类型}
  - {type: record, name: accident, form: accident, label: 事故}
access: {roles: {leader: {fill: true}, group: {fill: true}, town: {fill: true}}}
obligations:
  due:
    title: 应报
"""
ACCIDENT = """
id: accident
title: 事故
instance_name: ${place}
fields:
  - {type: text, name: place, label: 地点}
  - {type: datetime, name: happened_at, label: 时间}
  - {type: date, name: closed_on, label: 结案}
  - {type: unit, name: town, label: 属地}
access: {roles: {town: {fill: true}}}
"""


def told(folder: Path, words: str) -> list[str]:
    """What is wrong with a form whose obligation is said in `words`, a key a line."""
    lines = "".join(f"    {line}\n" for line in words.splitlines())
    definitions = folder / "definitions"
    definitions.mkdir(exist_ok=True)
    (definitions / "report.yaml").write_text(FORM.lstrip() + lines, encoding="utf-8")
    (definitions / "accident.yaml").write_text(ACCIDENT.lstrip(), encoding="utf-8")
    return [f"{issue.line}: {issue.sentence}" for issue in load_folder(definitions).issues]


def written(cadence: Cadence) -> str:
    who = {} if cadence.words.keys() & {"roles", "unit_kinds"} else {"unit_kinds": ["town"]}
    return "\n".join(f"{key}: {_yaml(value)}" for key, value in {**who, **cadence.words}.items())


def _yaml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_yaml(one) for one in value)}]"
    return f'"{value}"' if isinstance(value, str) and "'" not in value else str(value)


@pytest.mark.parametrize("cadence", CADENCES.values(), ids=CADENCES.keys())
def test_every_cadence_is_a_definition_without_a_mistake(tmp_path: Path, cadence: Cadence) -> None:
    assert told(tmp_path, written(cadence)) == []


@pytest.mark.parametrize(
    "words",
    [
        "every: hour\nwithin: {form: accident, start: happened_at, end: closed_on, unit: town}",
        "after: {form: accident, where: \"${place} != ''\", date: happened_at, hours: 1, link: accident, unit: town}",
        "unit_kinds: [town]\nevery: day\nduring: key_period",
    ],
)
def test_windows_and_events_are_definitions_without_a_mistake(tmp_path: Path, words: str) -> None:
    assert told(tmp_path, words) == []


WRONG = {
    "every: day": "13: 要写谁来报：unit_kinds（哪几类单位）、units（哪几个单位）或 roles（哪些角色的人）",
    "unit_kinds: [town]\nevery: fortnight": "16: every 只能是 day、week、month、quarter、year",
    "unit_kinds: [town]\nevery: week\non: 15": "17: 每周（every: week）的 on 要写 mon 到 sun",
    "unit_kinds: [town]\nevery: day\nshift: later": "17: shift 只能是 none、next_workday、previous_workday、skip",
    'unit_kinds: [town]\nevery: day\nat: "16:00"\nlate_until: "15:00"': (
        "18: late_until 不能早于 at；到第二天的请写 late_days"
    ),
    'unit_kinds: [town]\nevery: day\nat: ["08:00", "16:00"]\nlate_until: ["09:00"]': (
        "18: late_until 要和 at 一样多，一个时限一个"
    ),
    'unit_kinds: [town]\nevery: day\nat: "16:00"\nopens: "17:00"': "18: opens 不能晚于 at",
    'unit_kinds: [town]\nevery: hour\nat: "16:00"': "16: 每小时（every: hour）不写 at 和 on",
    "unit_kinds: [town]\nevery: week\non: [mon, thu]\nwhich: next": "18: on 有几天时，不能写 which",
    "roles: [leader]\nunit_kinds: [town]\nevery: day": (
        "15: roles（由人来报）和 unit_kinds、units（由单位来报）只能写一种"
    ),
    "roles: [leaders]\nevery: day": "15: access 里没有 leaders 这种角色，填不了这张表，是不是 leader？",
    "roles: [leader]\nunit: org\nevery: day": "16: 由人来报时，不写 unit，写 person（是谁的）",
    "unit_kinds: [town]\nperson: chair\nevery: day": "16: person 要和 roles 一起写",
    "unit_kinds: [town]\nunit: day\nevery: day": "16: day 不是“报告”里的单位题，可用：org",
    "roles: [leader]\nperson: char\nevery: day": "16: char 不是“报告”里的人员题，是不是 chair？",
    "unit_kinds: [town]\ndate: dai\nevery: day": "16: dai 不是“报告”里的日期题，是不是 day？",
    "unit_kinds: [town]\nevery: day\nsince: 2026-13-01": "17: since 要写一个日期，例如 2026-10-01",
    "unit_kinds: [town]\nevery: day\nsince: 2026-10-02\nuntil: 2026-10-01": "18: until 不能早于 since",
    "unit_kinds: [town]\nevery: day\nwhere: ${knd} = 'a'": "17: 没有名为“knd”的题，是不是“kind”？",
    "unit_kinds: [town]\nevery: day\nafter: {form: accident}": "16: 写了 after（在一件事之后报），就不写 every",
    "unit_kinds: [town]\nafter: {form: acident}": "16: 没有 acident 这张表单，是不是 accident？",
    "unit_kinds: [town]\nafter: {form: accident, date: place}": (
        "16: place 不是“事故”里的日期题，可用：happened_at、closed_on"
    ),
    "after: {form: accident, unit: place}": "15: place 不是“事故”里的单位题，可用：town、unit_id",
    "unit_kinds: [town]\nafter: {form: accident, link: org}": "16: org 不是“报告”里的链接题，可用：accident",
    "unit_kinds: [town]\nafter: {form: report, link: accident}": "16: accident 不是链接到 report 的题",
    "unit_kinds: [town]\nafter: {form: accident, where: \"${plac} = ''\"}": "16: 没有名为“plac”的题，是不是“place”？",
    "unit_kinds: [town]\nevery: day\nwithin: {form: accident, end: town}": (
        "17: town 不是“事故”里的日期题，可用：happened_at、closed_on"
    ),
}


@pytest.mark.parametrize(("words", "sentence"), WRONG.items())
def test_what_is_wrong_is_told_at_its_line(tmp_path: Path, words: str, sentence: str) -> None:
    assert sentence in told(tmp_path, words)
