"""What stands on a bulletin: plain data, already worded and already counted.

The words are the printed ones; nothing is computed, numbered or translated later.
A heading carries its own ordinal (`一、`, `（一）`), a caption its own number (`表1`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from markupsafe import Markup

#: How the page looks, on paper and on a screen.
STYLESHEET: Final = Path(__file__).with_name("page.css")

Align: TypeAlias = Literal["left", "center", "right"]
HeadingLevel: TypeAlias = Literal[1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number; `url` is the absolute http(s) address of the records behind it, or empty."""

    printed: str
    url: str = ""

    @property
    def link(self) -> str:
        """The address worth linking to: any other scheme than http(s) is printed without a link."""
        return self.url if self.url.startswith(("https://", "http://")) else ""


Run: TypeAlias = str | Number


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4 (GB/T 9704 7.3.3): `一、` 黑体, `（一）` 楷体, `1.` and `（1）` 仿宋."""

    level: HeadingLevel
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `lead` is a sentence set in 楷体 before it (`（一）高位部署推动。`), usually empty."""

    runs: tuple[Run, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class TableOfNumbers:
    """A ruled table whose head is repeated on every page it reaches.

    Every row, `total_row` and `alignments` are as long as `columns`; an empty
    `total_row` means none.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Run, ...], ...]
    alignments: tuple[Align, ...]
    total_row: tuple[Run, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a ragged table: it would print numbers under the wrong heads."""
        widths = {len(self.alignments), *(len(row) for row in self.rows)}
        widths |= {len(self.total_row)} if self.total_row else set()
        if widths != {len(self.columns)}:
            message = f"a table of {len(self.columns)} columns was given rows of {sorted(widths)} cells"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its caption below; `svg` is trusted markup, as `reports.charts` draws it."""

    caption: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in small type, as stands under a table (`注：…`)."""

    text: str


Part: TypeAlias = Heading | Paragraph | TableOfNumbers | Chart | Note


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, and the date in words; stands at the right, two characters in (7.3.5.2)."""

    org: str
    date: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and what stands behind its colon: `编辑` and a name, `发` and the offices."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One bulletin from its red masthead to the imprint that closes its last even page.

    masthead: the red name, up to about 20 characters on one line.
    number_line: `第3期`; series_line: a second count below it (`（专刊 第32期）`), or empty.
    issuer, date_line: left and right above the red rule; repeated in the imprint.
    title: one string per line, broken where the meaning allows.
    addressee: with its colon, or empty.
    roles: 编辑, 审核, 签发 and their names, on one line under the text.
    distribution: 报, 送, 发, 抄送, 本期发 … in the order they print.
    copies: how many are printed; 0 prints nothing.
    language: a BCP 47 tag; it chooses the shapes of shared characters.
    """

    masthead: str
    number_line: str
    issuer: str
    date_line: str
    title: tuple[str, ...]
    parts: tuple[Part, ...]
    addressee: str = ""
    series_line: str = ""
    signature: Signature | None = None
    roles: tuple[Labelled, ...] = ()
    distribution: tuple[Labelled, ...] = ()
    copies: int = 0
    language: str = "zh-CN"
