"""Patterns of `regex` that the server's engine and the page's would not read alike, or that make no sense."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_PAIRED: Final = say("( 与 )、[ 与 ] 要成对；要当作普通字符请在前面加“\\”")
_SHARED: Final = say("正则式要在服务器（RE2）和浏览器里意思相同；可用的写法见 docs/reference/expressions.md")

EXTRA_BRACKET: Final = Flaw(
    "pattern.extra-bracket",
    say("正则式里多了一个“)”"),
    _PAIRED,
    say("删去，或写成“\\)”"),
)
OPEN_GROUP: Final = Flaw(
    "pattern.open-group",
    say("正则式里的“(”没有配对的“)”"),
    _PAIRED,
    say("补上“)”，或写成“\\(”"),
)
OPEN_CLASS: Final = Flaw(
    "pattern.open-class",
    say("正则式里的“[”没有配对的“]”，或里面是空的"),
    _PAIRED,
    say("补上“]”和里面的字符"),
)
TOO_LARGE: Final = Flaw(
    "pattern.too-large",
    say("正则式太大"),
    say("正则式展开后要装得进引擎的内存（8 MB）"),
    say("把次数写小，或拆成几个条件"),
)
TOO_DEEP: Final = Flaw(
    "pattern.too-deep",
    say("正则式的括号套得太深"),
    say("正则式的括号最多套 20 层"),
    say("写得简单些"),
)
LOOKAROUND: Final = Flaw(
    "pattern.lookaround",
    say("正则式不能用“(?{sign}”"),
    _SHARED,
    say("不用前后查看、命名组和标志，改写成几个 regex 条件用 and 连起来"),
)
NOTHING_TO_REPEAT: Final = Flaw(
    "pattern.nothing-to-repeat",
    say("正则式里的“{sign}”前面没有可重复的字"),
    say("* + ? 重复的是它前面的一个字、一个方括号或一个括号"),
    say("在它前面写上要重复的字；要找这个字符本身请写“\\{sign}”"),
)
DOUBLE_REPEAT: Final = Flaw(
    "pattern.double-repeat",
    say("正则式里连写了两个重复符号"),
    say("一个字后面只能有一个重复符号"),
    say("删去一个"),
)
BAD_COUNT: Final = Flaw(
    "pattern.bad-count",
    say("正则式的次数写得不对"),
    say("次数写成 {n}、{n,} 或 {n,m}，都不超过 1000，n 不大于 m"),
    say("改成 {18} 或 {1,20} 这样"),
)
REVERSED_RANGE: Final = Flaw(
    "pattern.reversed-range",
    say("正则式的范围“{low}-{high}”前后颠倒了"),
    say("范围由小到大：[0-9]、[A-Z]"),
    say("写成“{high}-{low}”"),
)
BAD_ESCAPE: Final = Flaw(
    "pattern.bad-escape",
    say("正则式不能用“\\{sign}”"),
    _SHARED,
    say("反向引用和别的字符类请改写；汉字写 \\p{{Han}}，数字写 \\d"),
)
