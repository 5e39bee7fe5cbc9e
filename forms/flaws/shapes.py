"""Keys and values that a definition does not have: found while the file is turned into a form."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_KEYS: Final = say("能写哪些键见 docs/reference/forms.md 和 fields.md")
_NAMES: Final = say("名称用小写字母开头，只含小写字母、数字和下划线，最多 63 个字")

NOT_A_FORM: Final = Flaw(
    "shape.not-a-form",
    say("这不是一张表单：应有 id、title、fields 等键"),
    say("一个定义文件写一张表单，最外层是“键: 值”"),
    say("照 docs/reference/forms.md 的例子写，或者用 new form 生成一份"),
)
MISSING: Final = Flaw(
    "shape.missing-key",
    say("缺少 {key}"),
    _KEYS,
    say("补上 {key}"),
)
UNKNOWN_KEY: Final = Flaw(
    "shape.unknown-key",
    say("不认识 {key}{near}"),
    _KEYS,
    say("改正拼写，或删去这个键"),
)
UNQUOTED_NAME: Final = Flaw(
    "shape.unquoted-name",
    say("“{key}”要加引号：名称应当是文字"),
    say("冒号前面的数字、true、false 和 null 不是文字"),
    say('写成 "{key}"'),
)
NO_TYPE: Final = Flaw(
    "shape.no-type",
    say("缺少 type（题型）"),
    say("每道题都写 type，说明是哪种题"),
    say("补上 type，例如 type: text"),
)
UNKNOWN_TYPE: Final = Flaw(
    "shape.unknown-type",
    say("没有“{tag}”这种题型{near}"),
    say("题型见 docs/reference/fields.md"),
    say("改成有的题型"),
)
NOT_WHOLE: Final = Flaw(
    "shape.not-whole",
    say("{key} 应当是整数"),
    say("这里要一个整数"),
    say("写成数字，不加引号和单位"),
)
NOT_A_NUMBER: Final = Flaw(
    "shape.not-a-number",
    say("{key} 应当是数字"),
    say("这里要一个数字，最多 11 位整数、4 位小数"),
    say("写成数字，不加引号和单位"),
)
YES_NO: Final = Flaw(
    "shape.not-yes-no",
    say("{key} 应当是 true 或 false"),
    say("是与否写成 true 和 false；yes、no、on、off、是、否都只是文字"),
    say("改成 true 或 false"),
)
YES_NO_WORD: Final = Flaw(
    "shape.yes-no-word",
    say("“{given}”是文字，不是“是”或“否”"),
    say("是与否写成 true 和 false；yes、no、on、off、是、否都只是文字"),
    say("“是”请写 true，“否”请写 false；要写条件请用表达式"),
)
NOT_TEXT: Final = Flaw(
    "shape.not-text",
    say("{key} 应当是文字（数字和 true/false 请加引号）"),
    say("这里要一段文字"),
    say("用引号把内容括起来"),
)
NOT_WORDS: Final = Flaw(
    "shape.not-words",
    say("应当是文字，或“语言: 文字”"),
    say("给人看的话写成文字，或写成 zh 和 en 两种"),
    say("写成一段文字，或 {zh: 中文, en: English}"),
)
NOT_A_LIST: Final = Flaw(
    "shape.not-a-list",
    say("{key} 应当是一列内容，每项前加“- ”"),
    say("这里要一列内容"),
    say("每项另起一行，前面加“- ”；短的可写成 [甲, 乙]"),
)
NOT_A_MAPPING: Final = Flaw(
    "shape.not-a-mapping",
    say("{key} 应当是“键: 值”"),
    say("这里下一级是“键: 值”"),
    say("每项另起一行，写成“键: 值”，比上一行多缩进两格"),
)
ONE_OF: Final = Flaw(
    "shape.one-of",
    say("{key} 只能是 {expected}"),
    say("这里只能写固定的几个词"),
    say("改成其中之一"),
)
TOO_SMALL: Final = Flaw(
    "shape.too-small",
    say("{key} 最小是 {least}"),
    say("数有上下限"),
    say("改大"),
)
TOO_GREAT: Final = Flaw(
    "shape.too-great",
    say("{key} 最大是 {most}"),
    say("数有上下限"),
    say("改小"),
)
BAD_NAME: Final = Flaw(
    "shape.bad-name",
    say("“{given}”不能作名称：用小写字母开头，只含小写字母、数字和下划线"),
    _NAMES,
    say("改成拼音或英文的小写，例如 check_date；中文写在 label 里"),
)
BAD_HOUR: Final = Flaw(
    "shape.bad-hour",
    say("“{given}”不是钟点"),
    say('钟点写成 "08:00" 到 "23:59"，加引号'),
    say("写成两位小时、冒号、两位分钟"),
)
BAD_NUMBERING: Final = Flaw(
    "shape.bad-numbering",
    say("编号格式应像 YH-{{area}}-{{yyyy}}-{{seq:6}}"),
    say("可用 {area}、{yyyy}、{mm}、{dd}，有且只有一个 {seq:位数}"),
    say("照这个样子改"),
)
BAD_BOUNDS: Final = Flaw(
    "shape.bad-bounds",
    say("应是 [西, 南, 东, 北] 四个数：先经度后纬度，先小后大"),
    say("范围按西、南、东、北的顺序写"),
    say("检查经纬度的顺序和大小"),
)
BAD_RANGE: Final = Flaw(
    "shape.bad-range",
    say("start 加一个 step 不能超过 end，step 要大于 0"),
    say("range 题从 start 到 end，每 step 一档，至少两档"),
    say("改 start、end 或 step"),
)
OTHER: Final = Flaw(
    "shape.other",
    say("{key}：{why}"),
    _KEYS,
    say("查看这个键的说明，照着改"),
)
