"""Keys and values that a report does not have."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_KEYS: Final = say("能写哪些键见 docs/reference/reports.md")

NOT_A_REPORT: Final = Flaw(
    "report.not-a-report",
    say("这不是一份通报：应有 id、title、measures、body 等键"),
    _KEYS,
    say("照 docs/reference/reports.md 的例子写"),
)
DOUBLE_ID: Final = Flaw(
    "report.double-id",
    say("{id} 已经定义过"),
    say("每份通报的 id 各不相同"),
    say("改 id，或删去其中一个文件"),
)
UNKNOWN_BLOCK: Final = Flaw(
    "report.unknown-block",
    say("没有“{tag}”这种内容块{near}"),
    say("内容块的种类见 docs/reference/reports.md"),
    say("改成有的种类"),
)
NO_BLOCK_TYPE: Final = Flaw(
    "report.no-block-type",
    say("缺少 type（内容块的种类）"),
    say("内容块的种类见 docs/reference/reports.md"),
    say("补上 type"),
)
BAD_SENTENCE: Final = Flaw(
    "report.bad-sentence",
    say("{key}：{why}"),
    say("句子里的指标写成 {名称}，数字写法见 docs/reference/reports.md"),
    say("照提示改"),
)
BAD_PERIOD: Final = Flaw(
    "report.bad-period",
    say("{why}"),
    _KEYS,
    say("照提示改"),
)
