"""A bulletin of 青山县, long enough to measure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from reports import charts
from reports.page.document import (
    Bulletin,
    Chart,
    Heading,
    Labelled,
    Note,
    Number,
    Paragraph,
    Part,
    Run,
    Signature,
    TableOfNumbers,
)
from reports.page.writing import write_html

MADE_AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
SENTENCE = (
    "自重大事故隐患排查整治工作开展以来，全县共检查生产经营单位1550家次，督促整改安全隐患2136处"
    "（其中，重大事故隐患30处，全部整改完毕），警示约谈企业72家，联合惩戒企业15家，移送司法机关8人，停产整顿4家。"
)
TOWNS = (
    "城关镇 青石镇 柳河镇 石桥镇 双龙镇 白马镇 永安镇 清泉镇 大王庄镇 红旗镇 龙泉乡 云台乡 杨树湾乡 东岭乡 西坪乡 "
    "南山回族乡 北川乡 城东街道 城西街道 经济技术开发区管委会"
)
HAN = "各乡镇各部门要深刻汲取近期事故教训切实把思想和行动统一到县委县政府部署要求上来对排查出的隐患建立台账"


def number(printed: str) -> Number:
    return Number(printed, f"https://ledger.example/records?count={printed}")


def sentence_runs() -> tuple[Run, ...]:
    """SENTENCE with every number linked."""
    pieces = re.split(r"(\d+)", SENTENCE)
    return tuple(number(piece) if piece.isdigit() else piece for piece in pieces)


def table() -> TableOfNumbers:
    rows = tuple(
        (town, number(str(120 - place)), number(str(180 - place)), str(170 - place), "98.5%")
        for place, town in enumerate(TOWNS.split())
    )
    return TableOfNumbers(
        "表1　各乡镇（街道）隐患排查整治情况",
        ("乡镇（街道）", "检查单位（家次）", "隐患数（处）", "已整改（处）", "整改率"),
        rows,
        ("left", "right", "right", "right", "right"),
        ("合计", "1550", "2136", "2130", "99.7%"),
    )


def chart() -> Chart:
    towns = TOWNS.split()
    figures = charts.Series("隐患数", tuple(180 - place for place in range(len(towns))))
    return Chart("图1　各乡镇（街道）排查隐患数", charts.bars(towns, [figures], unit="处"))


def bulletin(*parts: Part) -> Bulletin:
    return Bulletin(
        masthead="安全生产情况通报",
        number_line="第1期",
        issuer="青山县安全生产委员会办公室",
        date_line="2026年11月22日",
        title=("关于全县重大事故隐患排查整治", "工作情况的通报"),
        addressee="各乡（镇）人民政府、街道办事处，县安委会各成员单位：",
        parts=parts,
        roles=(Labelled("编辑", "王小青"), Labelled("审核", "李大山"), Labelled("签发", "赵远")),
        distribution=(
            Labelled("报", "县委常委，县人大常委会主任、副主任，副县长，县政协主席、副主席，市安全生产委员会办公室。"),
            Labelled("发", "各乡（镇）人民政府、街道办事处，县安全生产委员会有关成员单位。"),
        ),
        copies=120,
    )


def full_bulletin() -> Bulletin:
    """One of every part, four pages."""
    plain = bulletin(
        Paragraph(sentence_runs()),
        Heading(1, "一、总体进展"),
        Heading(2, "（一）各乡镇情况"),
        Paragraph((HAN + "。",), lead="高位部署推动。"),
        table(),
        Note("注：数据截至2026年11月20日24时。"),
        chart(),
        Heading(1, "二、工作要求"),
        Paragraph((HAN + "。",)),
    )
    return replace(plain, signature=Signature(plain.issuer, plain.date_line))


def plain_bulletin(characters: int) -> Bulletin:
    """One paragraph of so many Chinese characters and no sign."""
    return bulletin(Paragraph(((HAN * (characters // len(HAN) + 1))[:characters],)))


def html_of(page: Bulletin) -> str:
    return write_html(page, edition="bulletin-2026-1", made_at=MADE_AT)
