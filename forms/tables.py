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
from forms.flaws import choices as flaws
from forms.labels import DEFAULT_LANGUAGE
from forms.refused import finding_in
from kernel.flaws import files
from kernel.sentences import Sentence
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
        return ChoiceList({}), [Issue(path, 1, files.UNREADABLE.found(why=error.strerror))]
    if len(source) > LARGEST:
        return ChoiceList({}), [Issue(path, 1, files.TOO_LARGE.found(limit=LARGEST // 1024))]
    text = _decoded(source)
    if text is None:
        return ChoiceList({}), [Issue(path, 1, flaws.TABLE_ENCODING.found())]
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
            self._tell(reader.line_num, flaws.TABLE_SYNTAX.found())
        return ChoiceList(self._found, self._path.name), self._issues

    def _refuse_heading(self, heading: list[str]) -> bool:
        known = [cell for cell in heading if cell]
        double = next((cell for place, cell in enumerate(known) if cell in known[:place]), None)
        if "name" not in heading or not any(_language(cell) for cell in heading):
            self._tell(1, flaws.TABLE_HEADING.found())
        elif double is not None:
            self._tell(1, flaws.TABLE_COLUMN_TWICE.found(name=double))
        else:
            return False
        return True

    def _take_rows(self, heading: list[str], rows: Iterator[tuple[int, list[str]]]) -> None:
        for line, row in rows:
            cells = {name: cell.strip() for name, cell in zip(heading, row, strict=False) if name and cell.strip()}
            if not cells:
                continue
            if len(self._found) >= MOST_CHOICES:
                self._tell(line, flaws.TABLE_TOO_LONG.found(most=MOST_CHOICES))
                return
            self._take(line, cells)

    def _take(self, line: int, cells: Mapping[str, str]) -> None:
        name = cells.get("name", "")
        if not name or name in self._found:
            said = flaws.TABLE_NAME_TWICE.found(name=name) if name else flaws.TABLE_NO_NAME.found()
            self._tell(line, said)
            return
        words = {code: cell for heading, cell in cells.items() if (code := _language(heading))}
        others = {heading: cell for heading, cell in cells.items() if heading != "name" and not _language(heading)}
        given: dict[str, Any] = {**others, "label": words or name}
        try:
            self._found[name] = Choice.read(given)
        except PydanticCustomError as error:
            self._tell(line, finding_in(error))

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
