"""Units or people from a table with Chinese headings, as the YAML file would say them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from kernel.nearness import meant_or_known
from kernel.problems import Problem
from kernel.sentences import say
from kernel.yamlfile import Issue, Place, YamlFile
from sync.exchange import read_table
from sync.workbook.book import CellValue

#: Heading to key; the first of each is what a row is known by.
_UNITS = {"编号": "id", "名称": "name", "类别": "kind", "上级": "parents", "停用": "retired"}
_PEOPLE = {
    "登录名": "id",
    "姓名": "name",
    "单位": "unit",
    "角色": "roles",
    "电话": "phone",
    "邮箱": "email",
    "密码": "password",
    "停用": "retired",
}
_LISTS = frozenset({"parents", "roles"})
_BETWEEN = re.compile(r"[、，,;；/\s]+")
_YES_NO = {"是": True, "否": False}


def is_table(path: Path) -> bool:
    """Whether a file of units or people is a table."""
    return path.suffix.lower() in (".csv", ".xlsx")


def read_office_table(path: Path) -> YamlFile:
    """The rows of a CSV (UTF-8 or GBK) or xlsx file; which of the two it lists, its headings say."""
    try:
        table = read_table(path)
    except (OSError, Problem) as error:
        why = error.sentence if isinstance(error, Problem) else say("读不了这个文件：{why}", why=error.strerror)
        return YamlFile(None, {}, [Issue(path, 1, why)])
    known = next((known for known in (_UNITS, _PEOPLE) if next(iter(known)) in table.header), None)
    if known is None:
        units, people = "、".join(_UNITS), "、".join(_PEOPLE)
        sentence = say("看不出是单位还是人员：单位的表头是 {units}，人员的表头是 {people}", units=units, people=people)
        return YamlFile(None, {}, [Issue(path, 1, sentence)])
    strange = [heading for heading in table.header if heading and heading not in known]
    if strange:
        issues = [Issue(path, 1, _unknown(heading, known)) for heading in strange]
        return YamlFile(None, {}, issues)
    keys = [known.get(heading) for heading in table.header]
    part = "units" if known is _UNITS else "people"
    rows = [_row(keys, [_text(cell) for cell in cells]) for _, cells in table.rows]
    lines: dict[Place, int] = {(part,): 1}
    lines |= {(part, place): number for place, (number, _) in enumerate(table.rows)}
    return YamlFile({part: rows}, lines, [])


def _unknown(heading: str, known: dict[str, str]) -> str:
    return say("不认识“{heading}”这一列{near}", heading=heading, near=meant_or_known(heading, known))


def _text(cell: CellValue) -> str:
    """What a cell shows; a telephone number is a number to a spreadsheet."""
    whole = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    return "" if whole is None else str(whole).strip()


def _row(keys: list[str | None], cells: list[str]) -> dict[str, Any]:
    """What a row says; an empty cell says nothing, but whoever has no role must be said to have none."""
    row: dict[str, Any] = {"roles": []} if "unit" in keys else {}
    for key, text in zip(keys, cells, strict=False):
        if key and text:
            row[key] = _BETWEEN.split(text) if key in _LISTS else _YES_NO.get(text, text) if key == "retired" else text
    return row
