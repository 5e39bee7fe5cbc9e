"""What a column asks: its cells tell the type, and what does not fit is a doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from forms import codes
from forms.fields.date import read_day
from forms.fields.integer import digits_of
from forms.guessing.table import Cell, words_of
from forms.guessing.words import measure_word, says
from forms.values import Rejected
from forms.widths import half_width
from kernel.sentences import Sentence, say


@dataclass(slots=True)
class Guess:
    """A question as the cells of a column let it be guessed, and what is doubtful about it."""

    keys: dict[str, Any]
    doubts: list[Sentence] = field(default_factory=list)


#: Of so many cells all but one tenth must be of a kind; the others are doubts.
_MOST_MISFITS: Final = 0.1
_MOST_CHOICES: Final = 12
_LONGEST_CHOICE: Final = 16
_LONG_TEXT: Final = 30
_EXAMPLES: Final = 3
_YES: Final = frozenset({"是", "√", "✓", "✔", "yes", "y"})
_NO: Final = frozenset({"否", "×", "✗", "x", "no", "n"})
_HAS: Final = frozenset({"有", "无", "没有"})
_BETWEEN: Final = re.compile(r"[、，,；;]")
_MONTH_AND_DAY: Final = re.compile(r"(\d{1,2})\s*(?:月|[./-])\s*(\d{1,2})\s*[日号]?")
_HOUR: Final = re.compile(r"([01]?\d|2[0-3])[:：时点]([0-5]\d)?分?(:[0-5]\d)?")
_DAY_AND_HOUR: Final = re.compile(r".*\d.*[\sT日号]\s*([01]?\d|2[0-3])[:：时点]([0-5]\d)?.*")
_SERIAL_DAY: Final = re.compile(r"[2-7]\d{4}|(?:19|20)\d{6}")
_DAMAGED: Final = 10**15
_LARGEST: Final = 10**11


def guess_column(heading: str, cells: Sequence[Cell], units: Mapping[str, str], year: int | None) -> Guess:
    """The question of a column with these cells (none of them empty).

    units: the names of the office's units to their kinds. year: of the days that are written without one.
    """
    if not cells:
        return Guess({"type": "text"}, [say("这一列是空的，先作为文字题")])
    texts = [words_of(cell) for cell in cells]
    guess = (
        _codes(heading, cells, texts)
        or _yes_no(heading, texts)
        or _moments(heading, cells, texts, year)
        or _units(texts, units)
        or _numbers(heading, cells, texts)
        or _choices(heading, texts)
    )
    return guess or _words(texts)


def misfits(texts: Sequence[str], fits: Callable[[str], bool]) -> list[str] | None:
    """The texts that do not fit; None where too many do not."""
    strange = [text for text in texts if not fits(text)]
    return strange if len(strange) <= len(texts) * _MOST_MISFITS else None


def _doubt(strange: Sequence[str], what: Sentence) -> list[Sentence]:
    if not strange:
        return []
    some = "、".join(f"“{text[:20]}”" for text in dict.fromkeys(strange[:_EXAMPLES]))
    return [say("有 {count} 格不像{what}：{some}", count=len(strange), what=what, some=some)]


def _codes(heading: str, cells: Sequence[Cell], texts: Sequence[str]) -> Guess | None:
    """Phones, credit codes, ids and mail addresses: by their heading, or because all of them are right."""
    damaged = [text for cell, text in zip(cells, texts, strict=True) if _is_damaged(cell)]
    for kind, words, what, mistake in _CODES:
        right = sum(mistake(half_width(text).upper()) is None for text in texts)
        headed = says(heading, *words)
        if (headed and (right * 2 >= len(texts) or damaged)) or (
            right == len(texts) >= 2 and not _plain_numbers(cells, kind)
        ):
            strange = [text for text in texts if mistake(half_width(text).upper()) is not None]
            doubts = _doubt(strange, what)
            if damaged:
                doubts.append(say("有 {count} 个号码被表格软件改过，后几位已丢失，要按原件重填", count=len(damaged)))
            return Guess({"type": "text", "format": kind}, doubts)
    return None


def _plain_numbers(cells: Sequence[Cell], kind: str) -> bool:
    """Whether numbers are only by chance like telephone numbers."""
    return kind == "phone" and all(isinstance(cell, int | float) and not 10**10 <= cell < 2 * 10**10 for cell in cells)


def _is_damaged(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(re.fullmatch(r"\d(?:\.\d+)?[Ee]\+?\d{2,}", cell.strip()))
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _DAMAGED


def _yes_no(heading: str, texts: Sequence[str]) -> Guess | None:
    words = {text.casefold() for text in texts}
    asks = says(heading, "是否", "有无", "有没有")
    known = _YES | _NO | (_HAS if asks else frozenset())
    if not words <= known or (not asks and len(words) == 1 and words <= {"x", "n", "y"}):
        return None
    only = len(words) == 1
    doubts = [say("只写了“{word}”，空着的格当作没有填，不当作“否”", word=texts[0])] if only else []
    return Guess({"type": "yes_no"}, doubts)


def _moments(heading: str, cells: Sequence[Cell], texts: Sequence[str], year: int | None) -> Guess | None:
    """Days, days with an hour, hours."""
    headed = says(heading, "日期", "时间", "时限", "期限", "年月日", "生日")
    if (strange := misfits(texts, lambda text: bool(_HOUR.fullmatch(half_width(text))))) is not None and not any(
        isinstance(cell, int | float) for cell in cells
    ):
        return Guess({"type": "time"}, _doubt(strange, say("几点几分")))
    with_hour = [cell for cell in cells if isinstance(cell, datetime) and (cell.hour or cell.minute)]
    typed_hour = misfits(texts, lambda text: bool(_DAY_AND_HOUR.fullmatch(half_width(text))))
    if len(with_hour) * 2 > len(cells) or (typed_hour is not None and not any(map(_is_day_cell, cells))):
        return Guess({"type": "datetime"})
    if not headed and all(isinstance(cell, int | float) for cell in cells):
        return None
    strange = misfits(texts, lambda text: day_of(text, year or 2000, headed=headed) is not None)
    if strange is None:
        return None
    short = [text for text in texts if _MONTH_AND_DAY.fullmatch(half_width(text))]
    doubts = _doubt(strange, say("日期"))
    if short and year is not None:
        doubts.append(say("有 {count} 格没有写年份，按 {year} 年", count=len(short), year=year))
    elif short:
        doubts.append(say("有 {count} 格没有写年份，例如“{text}”，导入前请补上", count=len(short), text=short[0]))
    return Guess({"type": "date"}, doubts)


def _is_day_cell(cell: Cell) -> bool:
    return isinstance(cell, date) and not (isinstance(cell, datetime) and (cell.hour or cell.minute))


def day_of(text: str, year: int | None, *, headed: bool = True) -> date | None:
    """The day that a text means, one without a year in `year`; bare numbers are days where the heading says so."""
    spelling = half_width(text)
    if short := _MONTH_AND_DAY.fullmatch(spelling):
        return _day(year, int(short[1]), int(short[2])) if year is not None and ("月" in spelling or headed) else None
    if _SERIAL_DAY.fullmatch(spelling) and not headed:
        return None
    try:
        return read_day(text)
    except Rejected:
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _units(texts: Sequence[str], units: Mapping[str, str]) -> Guess | None:
    if not units:
        return None
    strange = misfits(texts, lambda text: half_width(text) in units or text in units)
    if strange is None:
        return None
    kinds = sorted({units[text] for text in texts if text in units})
    return Guess({"type": "unit", "unit_kinds": kinds}, _doubt(strange, say("本办公室的单位")))


def _numbers(heading: str, cells: Sequence[Cell], texts: Sequence[str]) -> Guess | None:
    unit = measure_word(heading)
    strange = misfits(texts, lambda text: _number(text, unit) is not None)
    if strange is None or any(isinstance(cell, date) for cell in cells):
        return None
    if any(re.fullmatch(r"0\d+", text) for text in texts):
        return Guess({"type": "text"}, [say("号码以 0 开头，作为文字")])
    if any(_is_damaged(cell) for cell in cells):
        return Guess({"type": "text"}, [say("有的号码被表格软件改过，后几位已丢失，要按原件重填")])
    numbers = [number for text in texts if (number := _number(text, unit)) is not None]
    if max(map(abs, numbers)) >= _LARGEST:
        return Guess({"type": "text"}, [say("数字太长，当作编号，作为文字")])
    keys: dict[str, Any] = {"type": "integer" if all(number.is_integer() for number in numbers) else "decimal"}
    keys |= {"measure_word": unit} if unit else {}
    if min(numbers) >= 0:
        keys |= {"constraint": ". >= 0", "constraint_message": "不能小于 0"}
    doubts = _doubt(strange, say("数字"))
    if any(round(number, 4) != number for number in numbers):
        doubts.append(say("有的数字超过 4 位小数，导入时不收"))
    return Guess(keys, doubts)


def _number(text: str, unit: str) -> float | None:
    digits = digits_of(text, unit)
    found = digits is not None and re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)", digits, re.ASCII)
    return float(digits or "") if found else None


def _choices(heading: str, texts: Sequence[str]) -> Guess | None:
    """One of few words that come again, or several of them with 、 between."""
    listed = says(heading, "类别", "类型", "级别", "等级", "状态", "结果", "性质", "种类", "方式", "行业", "性别")
    if (several := _several(texts)) is not None:
        return several
    words = [half_width(text) for text in texts]
    count = Counter(words)
    again = len(words) >= (len(count) + 1 if listed else len(count) * 3)
    if not 2 <= len(count) <= _MOST_CHOICES or not again or max(map(len, words)) > _LONGEST_CHOICE:
        return None
    return _select("select_one", [*dict.fromkeys(texts)])


def _several(texts: Sequence[str]) -> Guess | None:
    parts = [part.strip() for text in texts for part in _BETWEEN.split(text) if part.strip()]
    joined = sum(bool(_BETWEEN.search(text)) for text in texts)
    count = Counter(parts)
    few = 2 <= len(count) <= _MOST_CHOICES and len(parts) >= len(count) * 2
    if joined * 5 < len(texts) or joined < 2 or not few or max(map(len, parts)) > _LONGEST_CHOICE:
        return None
    return _select("select_multiple", [*dict.fromkeys(parts)])


def _select(kind: str, words: list[str]) -> Guess | None:
    if len({half_width(word).casefold() for word in words}) < len(words) or any("\n" in word for word in words):
        return None
    return Guess({"type": kind, "choices": words}, [say("选项是从表里已有的内容猜的，请核对有没有漏的")])


def _words(texts: Sequence[str]) -> Guess:
    is_long = any(len(text) > _LONG_TEXT or "\n" in text for text in texts)
    return Guess({"type": "text", "format": "multiline"} if is_long else {"type": "text"})


_CODES: Final = (
    ("uscc", ("信用代码",), say("统一社会信用代码"), codes.uscc_mistake),
    ("citizen_id", ("身份证", "公民身份"), say("身份证号"), codes.citizen_id_mistake),
    ("email", ("邮箱", "电子邮件"), say("邮箱"), codes.email_mistake),
    ("phone", ("电话", "手机", "联系方式"), say("电话号码"), codes.phone_mistake),
)
