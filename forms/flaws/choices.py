"""Lists to choose from, in a form or in the folder of vocabularies."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_LISTS: Final = say("选项写成“名称: 文字”，名称和文字各不相同")
_TABLES: Final = say("CSV 选项表第一行是列名，至少有 name 和 label，name 各不相同")

NOT_A_LIST: Final = Flaw(
    "choices.not-a-list",
    say("应是“名称: 文字”、一列文字，或选项表的名称"),
    _LISTS,
    say("照 docs/reference/fields.md 里 select_one 的例子写"),
)
UNKNOWN_LIST: Final = Flaw(
    "choices.unknown-list",
    say("没有“{name}”这个选项表{near}"),
    say("选项表是 forms/vocabularies 里的文件名，CSV 连同 .csv"),
    say("改成有的选项表，或把选项直接写在题里"),
)
NONE: Final = Flaw(
    "choices.none",
    say("至少要有一个选项"),
    _LISTS,
    say("写上选项"),
)
ALIKE: Final = Flaw(
    "choices.alike",
    say("选项 {name}（{label}）与另一个选项写法相同，分不清"),
    _LISTS,
    say("改掉其中一个的文字；全角半角、大小写不同也算相同"),
)
UNQUOTED: Final = Flaw(
    "choices.unquoted-name",
    say("“{name}”要加引号：名称应当是文字"),
    _LISTS,
    say('写成 "{name}"'),
)
NOT_WORDS: Final = Flaw(
    "choices.not-words",
    say("一列选项里只能写文字；要另起名称请写成“名称: 文字”，前面不加“- ”"),
    _LISTS,
    say("去掉前面的“- ”，或只留文字"),
)
TWICE: Final = Flaw(
    "choices.twice",
    say("有的选项写了两次"),
    _LISTS,
    say("删去重复的一个"),
)
BAD_ATTRIBUTE_NAME: Final = Flaw(
    "choices.bad-attribute-name",
    say("“{key}”不能作选项的属性名：用字母、数字和下划线"),
    say("选项的属性供 choice_filter 使用，名称同题名"),
    say("改成英文或拼音"),
)
BAD_ATTRIBUTE: Final = Flaw(
    "choices.bad-attribute",
    say("选项的属性 {key} 应当是一个值"),
    say("选项的属性是一个词、一个数或 true/false"),
    say("改成一个值；几个值请用空格隔开"),
)
BAD_DAY: Final = Flaw(
    "choices.bad-day",
    say('{key} 应是日期，写成 "2026-01-01"'),
    say("valid_from 和 valid_until 是选项可用的第一天和最后一天"),
    say('写成 "2026-01-01"，或删去'),
)
NOT_A_VOCABULARY: Final = Flaw(
    "choices.not-a-vocabulary",
    say("选项表应是“名称: 文字”"),
    _LISTS,
    say("每行写一个“名称: 文字”"),
)
BAD_CHOICE: Final = Flaw(
    "choices.bad-choice",
    say("选项 {name}：{why}"),
    _LISTS,
    say("改好这一个选项"),
)
NO_ATTRIBUTE: Final = Flaw(
    "choices.no-attribute",
    say("选项没有 {name} 这个属性{near}"),
    say("choice_filter 里不带 ${ } 的词是选项的属性；filter 里的是对方表单的题"),
    say("改成有的属性；要用本表的题请写 ${{题名}}"),
)
NOT_DATED: Final = Flaw(
    "choices.not-dated",
    say("这个选项表里没有写 valid_from 或 valid_until 的选项，用不着 as_of"),
    say("as_of 说明按哪一天看选项是否有效"),
    say("删去 as_of，或给选项写上日期"),
)
TABLE_HEADING: Final = Flaw(
    "choices.table-heading",
    say("第一行应是列名，至少要有 name 和 label"),
    _TABLES,
    say("在第一行写上 name,label"),
)
TABLE_COLUMN_TWICE: Final = Flaw(
    "choices.table-column-twice",
    say("列名 {name} 写了两次"),
    _TABLES,
    say("删去或改名"),
)
TABLE_NAME_TWICE: Final = Flaw(
    "choices.table-name-twice",
    say("{name} 写了两次"),
    _TABLES,
    say("删去重复的一行，或改名"),
)
TABLE_NO_NAME: Final = Flaw(
    "choices.table-no-name",
    say("name 这一列不能空"),
    _TABLES,
    say("补上名称"),
)
TABLE_TOO_LONG: Final = Flaw(
    "choices.table-too-long",
    say("最多 {most} 行"),
    say("一个选项表最多 50000 行"),
    say("拆成几个选项表"),
)
TABLE_ENCODING: Final = Flaw(
    "choices.table-encoding",
    say("不是 UTF-8 或 GBK 编码，请另存为“CSV UTF-8”"),
    say("CSV 用 UTF-8 或 GBK 编码"),
    say("在表格软件里另存为“CSV UTF-8”"),
)
TABLE_SYNTAX: Final = Flaw(
    "choices.table-syntax",
    say("CSV 写法有误，请核对引号是否成对"),
    _TABLES,
    say("在表格软件里打开再另存一次"),
)
