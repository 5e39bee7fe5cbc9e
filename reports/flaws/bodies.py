"""What is wrong with a report's body, or between its parts."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_NAMES: Final = say("正文里的名称是 measures、metrics 里的指标，或固定用语")
_STAGES: Final = say("通报的指标由表单的记录数出来，题名和选项与表单一致")

TOLD_TO_ALL: Final = Flaw(
    "report.private",
    say("通报的读者都会看到，不能印出要隐去的 {name}"),
    say("要隐去的答案不印在通报里"),
    say("去掉这一列"),
)
NO_QUESTION: Final = Flaw(
    "report.no-question",
    say("表单“{form}”没有 {name} 这一题{near}"),
    _STAGES,
    say("改成表单里有的题"),
)
NO_FIGURE: Final = Flaw(
    "report.no-figure",
    say("没有叫 {name} 的指标{near}"),
    _NAMES,
    say("改成有的指标"),
)
GROUP_OUTSIDE: Final = Flaw(
    "report.group-outside",
    say("{group} 只能用在 each 的 text 里"),
    _NAMES,
    say("移到 each 的 text 里，或删去"),
)
FIXED_WORD: Final = Flaw(
    "report.fixed-word",
    say("{name} 是固定用语的名称，请换一个"),
    _NAMES,
    say("换一个名称"),
)
NO_FORM: Final = Flaw(
    "report.no-form",
    say("没有叫 {form} 的表单{near}"),
    _STAGES,
    say("改成有的表单的 id"),
)
NAME_TAKEN: Final = Flaw(
    "report.name-taken",
    say("{name} 已经用过了，请换一个名称"),
    _NAMES,
    say("换一个名称"),
)
SEVERAL_FORMS: Final = Flaw(
    "report.several-forms",
    say("相加减的各项要来自同一张表单，现在有 {forms}"),
    say("相加减的各项数的是同一种记录"),
    say("改用 ratio，或分成几个指标"),
)
EACH_WITHOUT_FIGURE: Final = Flaw(
    "report.each-without-figure",
    say("each 的 text 里要有指标，例如 {group}检查{visits}家次"),
    _NAMES,
    say("在 text 里写上指标的名称"),
)
NO_MEASURE: Final = Flaw(
    "report.no-measure",
    say("没有叫 {name} 的 measure{near}"),
    _NAMES,
    say("改成有的 measure"),
)
NOT_COUNTED: Final = Flaw(
    "report.not-counted",
    say("{why}"),
    _STAGES,
    say("照提示改写，或在表单里加一道计算题"),
)
