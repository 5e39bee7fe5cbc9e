"""The sheet `survey`: its rows as questions of a definition, groups and repeats nested."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from forms.xlsform.choice_lists import OTHER, Choices, told_apart, with_other
from forms.xlsform.headings import TRANSLATED, Heading, by_language, survey_headings
from forms.xlsform.names import our_name, renamed, words_renamed
from forms.xlsform.question_types import Attached, Begin, End, Select, Sort, Taken, Untaken, sort_of
from forms.xlsform.sheets import SURVEY, Remark, Sheet, Spot
from kernel.sentences import Sentence, say
from kernel.yamlfile import Place

YES: Final = frozenset({"yes", "true", "true()"})
NO: Final = frozenset({"no", "false", "false()"})
#: Columns whose text is an expression, and what they are called here.
_EXPRESSIONS: Final = {
    "relevant": "relevant",
    "constraint": "constraint",
    "calculation": "calculation",
    "choice_filter": "choice_filter",
    "repeat_count": "count",
}
#: Parameters that are keys here, by type.
_PARAMETERS: Final = {
    "range": {"start": "start", "end": "end", "step": "step"},
    "image": {"max-pixels": "max_pixels"},
}
_NUMBER: Final = re.compile(r"-?\d{1,11}(\.\d{1,4})?")
#: Behind so many blank rows the standard's tools read nothing more.
_MOST_BLANK: Final = 60
_DYNAMIC: Final = re.compile(r"\$\{|[a-z][\w:-]*\s*\(.*\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are read with: lists to choose from, files that are there, and the language of bare words."""

    lists: Mapping[str, Choices]
    external: Mapping[str, Choices]
    files: Collection[str]
    first: str
    #: Keys that every question may have here, and those of each type.
    keys: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Survey:
    """What the sheet becomes: questions, where each of their keys stood, and what was said on the way."""

    fields: list[dict[str, Any]] = field(default_factory=list)
    #: Their names to ours.
    names: dict[str, str] = field(default_factory=dict)
    #: Where a key of a definition stood in the workbook.
    origins: dict[Place, Spot] = field(default_factory=dict)
    comments: dict[Place, list[str]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    refusals: list[Remark] = field(default_factory=list)
    #: Files that a row attaches to the form (`csv-external`), as settings keep them.
    attached: list[str] = field(default_factory=list)
    #: Question to the property of an entity that it is saved to.
    saved: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with its cells by column."""

    number: int
    cells: Mapping[Heading, str]
    said: Mapping[str, str]
    sort: Sort

    def spot(self, column: str = "") -> Spot:
        """The cell of a column."""
        written = next((heading.written for heading in self.cells if heading.key == column), column)
        return Spot(SURVEY, self.number, written)


def read_survey(sheet: Sheet, known: Known) -> Survey:
    """The questions of the sheet; everything that cannot be taken in is told at once."""
    survey = Survey()
    lines = [*_lines(sheet, survey)]
    _name_all(lines, survey)
    _Reader(survey, known).read(lines)
    return survey


def _lines(sheet: Sheet, survey: Survey) -> Iterator[_Line]:
    headings = survey_headings(sheet.header)
    last = 1
    for row in sheet.rows:
        cells = {heading: text for heading in headings if (text := clean(row.cells.get(heading.written, "")))}
        said = {heading.key: text for heading, text in cells.items() if not heading.language}
        if not cells:
            continue
        if row.number - last > _MOST_BLANK:
            _remark(survey, Spot(SURVEY, row.number), say("前面空了 {most} 行以上，从这里起没有读", most=_MOST_BLANK))
            return
        last = row.number
        if said.get("disabled", "").casefold() in YES:
            _remark(survey, Spot(SURVEY, row.number, "disabled"), say("这一行停用了，没有收"))
            continue
        if "type" not in said:
            spot = Spot(SURVEY, row.number)
            if "name" in said or any(heading.key == "label" for heading in cells):
                survey.refusals.append(Remark(spot, say("这一行没有 type，请写明题型，或删去这一行")))
            else:
                _remark(survey, spot, say("没有 type 的一行，当作注释：{text}", text="；".join(cells.values())))
            continue
        yield _Line(row.number, cells, said, sort_of(said["type"]))


def clean(text: str) -> str:
    """A cell's text as the standard reads it: no-break spaces are spaces, none at the ends, none doubled."""
    return re.sub(r" {2,}", " ", text.replace("\u00a0", " ")).strip()


def _name_all(lines: list[_Line], survey: Survey) -> None:
    """Give every question a name of ours; a name is used again in another group."""
    taken: set[str] = set()
    for line in lines:
        if isinstance(line.sort, End | Attached | Untaken):
            continue
        name = line.said.get("name", "")
        ours = our_name(name or f"{line.said['type'].split()[0]}_{line.number}", taken)
        taken.add(ours)
        if name:
            survey.names.setdefault(name, ours)
        survey.names[f"\0{line.number}"] = ours


class _Reader:
    """Goes through the rows once, groups and repeats on a stack."""

    def __init__(self, survey: Survey, known: Known) -> None:
        self._survey = survey
        self._known = known
        self._stack: list[tuple[_Line, list[dict[str, Any]], Place]] = []

    def read(self, lines: list[_Line]) -> None:
        """Take in every row."""
        for line in lines:
            match line.sort:
                case Untaken(word):
                    self._refuse(line, "type", say("没有“{word}”这种题型，请改用别的题型或删去这一行", word=word))
                case Attached():
                    self._attach(line)
                case End(kind):
                    self._end(line, kind)
                case Begin(kind):
                    self._begin(line, kind)
                case Taken(kind, keys, kept):
                    self._question(line, kind, keys, kept=kept)
                case Select():
                    self._select(line, line.sort)
        for line, _, _ in self._stack:
            self._refuse(line, "type", say("这个 {kind} 没有结束，请补上 end", kind=line.said["type"]))

    # ---- rows ------------------------------------------------------------------------------------------------------

    def _begin(self, line: _Line, kind: str) -> None:
        entry, place = self._add(line, kind)
        entry["fields"] = []
        self._stack.append((line, entry["fields"], (*place, "fields")))

    def _end(self, line: _Line, kind: str) -> None:
        if not self._stack:
            self._refuse(line, "type", say("多了一个 end，请删去"))
            return
        opened, fields, _ = self._stack.pop()
        if isinstance(opened.sort, Begin) and opened.sort.type != kind:
            said = say("第 {row} 行开始的是 {kind}，这里结束的却不是", row=opened.number, kind=opened.said["type"])
            self._refuse(line, "type", said)
        elif not fields:
            self._refuse(opened, "type", say("里面没有题目，请删去这个 group 或 repeat"))

    def _attach(self, line: _Line) -> None:
        name = line.said.get("name", "")
        self._survey.attached.append(f"{line.said['type']} {name}")
        self._note(line, "type", say("附表 {name} 记在 xlsform 里", name=name))

    def _question(self, line: _Line, kind: str, keys: Mapping[str, Any], *, kept: bool) -> None:
        appearance = line.said.get("appearance", "").split()
        shown = line.said.get("read_only", "").casefold() in YES
        if kind == "image" and "signature" in appearance and "signature" in self._known.keys:
            kind, appearance = "signature", [word for word in appearance if word != "signature"]
        elif kind == "text" and appearance == ["multiline"]:
            keys, appearance = {**keys, "format": "multiline"}, []
        elif kind == "calculate" and not keys:
            keys = {"hidden": True}
        elif shown and "calculation" in line.said and kind in ("text", "integer", "decimal", "date", "time"):
            keys = {"result": kind} if kind != "text" else {}
            kind = "calculate"
        entry, place = self._add(line, kind, appearance=" ".join(appearance))
        entry |= {key: value for key, value in keys.items() if key not in entry or key in ("calculation", "hidden")}
        if kept:
            entry.setdefault("xlsform", {})["type"] = line.said["type"]
            self._note(line, "type", _KEPT_TYPES.get(kind, say("这种题型记在 xlsform 里")), place)
        if kind == "calculate":
            entry.pop("read_only", None)
        if kind == "calculate" and "calculation" not in entry:
            entry["calculation"] = entry.pop("default", "''")

    def _select(self, line: _Line, sort: Select) -> None:
        entry, place = self._add(line, sort.type)
        if sort.from_file:
            self._file_choices(line, entry, sort.listed)
            return
        lists = self._known.external if sort.external else self._known.lists
        if sort.listed not in lists:
            sheet = "external_choices" if sort.external else "choices"
            self._refuse(line, "type", say("工作表 {sheet} 里没有选项表 {list}", sheet=sheet, list=sort.listed))
            entry["choices"] = {"missing": "?"}
            return
        choices = with_other(lists[sort.listed]) if sort.or_other else lists[sort.listed]
        if set(choices) == {"true", "false"} and sort.type == "select_one":
            entry["type"] = "yes_no"
            return
        self._keep_strange_default(line, entry, choices, place)
        entry["choices"], changed = told_apart(choices, narrowed="choice_filter" in entry)
        if changed:
            said = say("有写法相同的选项，文字后面加上了名称：{names}", names="、".join(changed[:8]))
            self._note(line, "type", said, place)
        if sort.or_other:
            self._specify(line, entry["name"], place)

    def _keep_strange_default(self, line: _Line, entry: dict[str, Any], choices: Choices, place: Place) -> None:
        """A default that is none of the choices chooses nothing; it is only kept."""
        said = line.said.get("default", "")
        if entry.get("default") == quoted(said) and said not in choices:
            del entry["default"]
            entry.setdefault("xlsform", {})["default"] = said
            self._note(line, "default", _KEPT_COLUMNS["default"], place)

    def _file_choices(self, line: _Line, entry: dict[str, Any], name: str) -> None:
        table = f"{PurePath(name).stem}.csv"
        entry["choices"] = {"file": table}
        entry.setdefault("xlsform", {})["type"] = line.said["type"]
        if table in self._known.files:
            return
        if table == name:
            self._refuse(line, "type", say("没有找到附表 {name}，请放到选项表的文件夹 vocabularies 里", name=name))
        else:
            said = say(
                "附表只认 .csv：请把 {name} 另存为 {table}，放到选项表的文件夹 vocabularies 里", name=name, table=table
            )
            self._refuse(line, "type", said)

    def _specify(self, line: _Line, name: str, place: Place) -> None:
        """The question that `or_other` adds: which other one."""
        fields = self._stack[-1][1] if self._stack else self._survey.fields
        ours = our_name(f"{name}_other", set(self._survey.names.values()))
        self._survey.names[f"{line.said.get('name', name)}_other"] = ours
        fields.append(
            {
                "type": "text",
                "name": ours,
                "label": {"zh": "请注明其他", "en": "Specify other."},
                "relevant": f"selected(${{{name}}}, '{OTHER}')",
            }
        )
        self._note(line, "type", say("or_other 写成了选项“其他”和下面一题 {name}", name=ours), place)

    # ---- keys ------------------------------------------------------------------------------------------------------

    def _add(self, line: _Line, kind: str, *, appearance: str | None = None) -> tuple[dict[str, Any], Place]:
        """A new question with every key that its row says."""
        fields, around = (self._stack[-1][1], self._stack[-1][2]) if self._stack else (self._survey.fields, ("fields",))
        place: Place = (*around, len(fields))
        ours = self._survey.names[f"\0{line.number}"]
        entry: dict[str, Any] = {"type": kind, "name": ours}
        self._survey.origins[place] = line.spot()
        self._survey.origins[(*place, "name")] = line.spot("name")
        self._words(line, entry)
        if "label" not in entry:
            unseen = kind in ("calculate", "hidden")
            entry["label"] = line.said.get("name", ours) if unseen else ""
        rest = self._conditions(line, entry, place)
        if appearance is not None:
            entry.pop("appearance", None)
        if said := (line.said.get("appearance", "") if appearance is None else appearance):
            entry["appearance"] = said
        self._keep(line, entry, place, rest)
        fields.append(entry)
        return entry, place

    def _words(self, line: _Line, entry: dict[str, Any]) -> None:
        for key in sorted(TRANSLATED, key=_ORDER.index):
            words = {heading.language: text for heading, text in line.cells.items() if heading.key == key}
            if not words:
                continue
            said = by_language(
                {code: words_renamed(text, self._survey.names) for code, text in words.items()}, self._known.first
            )
            entry[key] = said

    def _conditions(self, line: _Line, entry: dict[str, Any], place: Place) -> dict[str, str]:
        """Set the keys that are expressions or switches; columns that have to be kept come back."""
        known = self._known.keys.get(entry["type"], frozenset())
        rest: dict[str, str] = {}
        for heading, text in line.cells.items():
            key = _EXPRESSIONS.get(heading.key, heading.key)
            if heading.key in ("type", "name", "label", "disabled", "appearance", *TRANSLATED):
                continue
            self._survey.origins[(*place, key)] = line.spot(heading.key)
            if heading.key in _EXPRESSIONS and key in known:
                entry[key] = _spelled_out(renamed(text, self._survey.names))
            elif key in ("required", "read_only"):
                self._switch(entry, key, text)
            elif key == "default":
                rest |= self._default(entry, text)
            elif key == "parameters":
                rest |= self._parameters(entry, text)
            elif key == "save_to":
                self._survey.saved[entry["name"]] = text
                rest[key] = text
            else:
                rest[_kept_as(heading)] = text
        return rest

    def _switch(self, entry: dict[str, Any], key: str, text: str) -> None:
        if text.casefold() in YES:
            entry[key] = True
        elif text.casefold() not in NO:
            entry[key] = renamed(text, self._survey.names)

    def _default(self, entry: dict[str, Any], text: str) -> dict[str, str]:
        """Set the default; one that is several choices, or a file, is kept."""
        if text == f"${{last-saved#{entry['name']}}}":
            entry["remember"] = True
            return {}
        if "last-saved#" in text:
            return {"default": text}
        if _DYNAMIC.search(text):
            entry["default"] = renamed(text, self._survey.names)
        elif entry["type"] in ("image", "file", "signature", "note", "group") or (
            entry["type"] in ("select_multiple", "rank") and " " in text
        ):
            return {"default": text}
        elif entry["type"] in ("integer", "decimal", "range") and _NUMBER.fullmatch(text):
            entry["default"] = text
        else:
            entry["default"] = quoted(text)
        return {}

    def _parameters(self, entry: dict[str, Any], text: str) -> dict[str, str]:
        """Set the parameters that are keys here; the others are kept as they are written."""
        kept = []
        for part in re.split(r"[\s;,]+(?=[\w-]+\s*=)", text):
            key, _, value = (piece.strip() for piece in part.partition("="))
            ours = _PARAMETERS.get(entry["type"], {}).get(key)
            if ours is not None and _NUMBER.fullmatch(value):
                entry[ours] = float(value) if float(value) % 1 else int(float(value))
            elif part.strip():
                kept.append(part.strip())
        return {"parameters": " ".join(kept)} if kept else {}

    def _keep(self, line: _Line, entry: dict[str, Any], place: Place, rest: Mapping[str, str]) -> None:
        name = line.said.get("name", "")
        kept = {"name": name} if name and name != entry["name"] else {}
        kept |= rest
        if kept:
            entry["xlsform"] = kept
        if "name" in kept:
            self._comment(place, say("原名 {name}", name=name))
        for column in rest:
            if column == "save_to":
                continue
            said = _KEPT_COLUMNS.get(column.split("::")[0], say("本系统没有这一项，原样记着，导出时还在"))
            self._note(line, column, said, place)

    # ---- what is said ----------------------------------------------------------------------------------------------

    def _refuse(self, line: _Line, column: str, sentence: Sentence) -> None:
        self._survey.refusals.append(Remark(line.spot(column), sentence))

    def _note(self, line: _Line, column: str, sentence: Sentence, place: Place | None = None) -> None:
        _remark(self._survey, line.spot(column), sentence)
        if place is not None:
            self._comment(place, f"{line.spot(column).column}：{sentence}")

    def _comment(self, place: Place, sentence: str) -> None:
        self._survey.comments.setdefault(place, []).append(sentence)


def _spelled_out(text: str) -> str:
    """A condition that is one word, as the standard's tools read it."""
    if text.casefold() in YES:
        return "true()"
    return "false()" if text.casefold() in NO else text


def _kept_as(heading: Heading) -> str:
    """What a column is called that is kept: media by the code of their language."""
    if not heading.key.startswith("media::"):
        return heading.key
    return f"{heading.key}::{heading.language}" if heading.language else heading.key


def quoted(text: str) -> str:
    """Words as a text literal of an expression."""
    if "'" not in text:
        return f"'{text}'"
    return f'"{text}"' if '"' not in text else "concat('" + "', \"'\", '".join(text.split("'")) + "')"


def _remark(survey: Survey, spot: Spot, sentence: Sentence) -> None:
    survey.remarks.append(Remark(spot, sentence))


_ORDER: Final = ("label", "hint", "guidance_hint", "required_message", "constraint_message")
_KEPT_TYPES: Final = {
    "calculate": say("手机自己记的这一项，这里不向人问"),
    "file": say("录音、录像作为附件收"),
    "text": say("路线和地块在网页上是文字，写成“纬度 经度;纬度 经度”"),
}
_KEPT_COLUMNS: Final = {
    "trigger": say("本系统在有关的题变化时都重新计算，trigger 原样记着，不起作用"),
    "media": say("网页上不显示图片、录音、录像，原样记着，导出时还在"),
    "image": say("网页上不显示图片，原样记着，导出时还在"),
    "parameters": say("这几个参数不起作用，原样记着，导出时还在"),
    "default": say("这样的默认值不起作用，原样记着，导出时还在"),
}
