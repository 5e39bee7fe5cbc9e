"""Choice lists that are tables: a CSV file as a spreadsheet writes it, with a heading."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, Final

from pydantic_core import PydanticCustomError

from forms.choices import Choice, ChoiceList
from forms.labels import DEFAULT_LANGUAGE
from kernel.sentences import Sentence, say
from kernel.yamlfile import Issue

#: A larger file is no list to choose from (bytes), nor is a longer one.
LARGEST: Final = 8 * 1024 * 1024
MOST_CHOICES: Final = 50_000
#: No more findings than this of one file: they are all alike.
_MOST_ISSUES: Final = 20
#: XLSForm: `label::English (en)`, `label::en`.
_OF_LANGUAGE: Final = re.compile(r"label::\s*(?P<words>[^()]*?)\s*(?:\((?P<code>[A-Za-z]{2,3}(?:-[A-Za-z]+)?)\))?\s*")
_LANGUAGES: Final = {"english": "en", "chinese": "zh", "中文": "zh", "汉语": "zh", "简体中文": "zh", "英文": "en"}


def read_choices(path: Path) -> tuple[ChoiceList, list[Issue]]:
    """The choices of a CSV file (`name,label`, then attributes), UTF-8 or GBK, and what is wrong with it."""
    try:
        source = path.read_bytes()
    except OSError as error:
        return ChoiceList({}), [Issue(path, 1, say("读不了这个文件：{why}", why=error.strerror))]
    if len(source) > LARGEST:
        return ChoiceList({}), [Issue(path, 1, say("文件超过 {limit} KB", limit=LARGEST // 1024))]
    text = _decoded(source)
    if text is None:
        return ChoiceList({}), [Issue(path, 1, say("不是 UTF-8 或 GBK 编码，请另存为“CSV UTF-8”"))]
    return _Table(path).read(text)


def _decoded(source: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return source.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


class _Table:
    """One file on its way to be a list."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._issues: list[Issue] = []
        self._found: dict[str, Choice] = {}

    def read(self, text: str) -> tuple[ChoiceList, list[Issue]]:
        reader = csv.reader(StringIO(text, newline=""), strict=True)
        try:
            heading = [cell.strip() for cell in next(reader, [])]
            if not self._refuse_heading(heading):
                self._take_rows(heading, ((reader.line_num, row) for row in reader))
        except csv.Error:
            self._tell(reader.line_num, say("CSV 写法有误，请核对引号是否成对"))
        return ChoiceList(self._found), self._issues

    def _refuse_heading(self, heading: list[str]) -> bool:
        known = [cell for cell in heading if cell]
        double = next((cell for place, cell in enumerate(known) if cell in known[:place]), None)
        if "name" not in heading or not any(_language(cell) for cell in heading):
            self._tell(1, say("第一行应是列名，至少要有 name 和 label"))
        elif double is not None:
            self._tell(1, say("列名 {name} 写了两次", name=double))
        else:
            return False
        return True

    def _take_rows(self, heading: list[str], rows: Iterator[tuple[int, list[str]]]) -> None:
        for line, row in rows:
            cells = {name: cell.strip() for name, cell in zip(heading, row, strict=False) if name and cell.strip()}
            if not cells:
                continue
            if len(self._found) >= MOST_CHOICES:
                self._tell(line, say("最多 {most} 行", most=MOST_CHOICES))
                return
            self._take(line, cells)

    def _take(self, line: int, cells: Mapping[str, str]) -> None:
        name = cells.get("name", "")
        if not name or name in self._found:
            said = say("{name} 写了两次", name=name) if name else say("name 这一列不能空")
            self._tell(line, said)
            return
        words = {code: cell for heading, cell in cells.items() if (code := _language(heading))}
        others = {heading: cell for heading, cell in cells.items() if heading != "name" and not _language(heading)}
        given: dict[str, Any] = {**others, "label": words or name}
        try:
            self._found[name] = Choice.read(given)
        except PydanticCustomError as error:
            self._tell(line, say("{key}：{why}", key=name, why=error.message()))

    def _tell(self, line: int, sentence: Sentence) -> None:
        if len(self._issues) < _MOST_ISSUES:
            self._issues.append(Issue(self._path, line, sentence))


def _language(heading: str) -> str | None:
    """The language of a column of labels; None: it is another column."""
    if heading == "label":
        return DEFAULT_LANGUAGE
    match = _OF_LANGUAGE.fullmatch(heading)
    if match is None:
        return None
    return match["code"] or _LANGUAGES.get(match["words"].casefold(), match["words"])
