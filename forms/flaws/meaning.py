"""Expressions that can be read and cannot be meant: unknown names, clashes of kinds, conditions nothing meets."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_NAMES: Final = say("${…} 里只能写本表的题名，表格里的列也可以写成 ${表格.列名}")
_KINDS: Final = say("数字、日期、时间各与同类比较和计算；文字和选择题只能判断相等")
_TABLES: Final = say("在表格外面，一列有许多值；在表格里面，只有本表格的列是这一行的一个值")
_CHOICES: Final = say("选择题的答案是选项的名称（冒号前面的词），不是选项的文字")

UNKNOWN_NAME: Final = Flaw(
    "expression.unknown-name",
    say("没有名为“{name}”的题{near}"),
    _NAMES,
    say("改成本表已有的题名，或者先加上这道题"),
)
AMBIGUOUS_NAME: Final = Flaw(
    "expression.ambiguous-name",
    say("几个表格都有“{name}”这一列"),
    _NAMES,
    say("写明是哪一个：{choices}"),
)
NOT_RECKONED: Final = Flaw(
    "expression.not-reckoned",
    say("{operator} 的一边是{kind}，不能计算"),
    _KINDS,
    say("改用数字题；文字里写的数请用 number(…)"),
)
DATES_ADDED: Final = Flaw(
    "expression.dates-added",
    say("两个日期不能相加"),
    _KINDS,
    say("要算相差几天请用减号，要算几天以后请加一个数"),
)
DATE_MULTIPLIED: Final = Flaw(
    "expression.date-multiplied",
    say("日期不能用 {operator} 计算"),
    _KINDS,
    say("先用减号算出天数，再乘除"),
)
NOT_ORDERED: Final = Flaw(
    "expression.not-ordered",
    say("{kind}不能比较大小"),
    _KINDS,
    say("改用数字或日期；文字里写的数请用 number(…)"),
)
UNLIKE: Final = Flaw(
    "expression.unlike",
    say("{left}不能与{right}比较"),
    _KINDS,
    say("检查两边；日期写成 '2026-11-22'，时间写成 '08:30'"),
)
NOT_TOTALLED: Final = Flaw(
    "expression.not-totalled",
    say("“{name}”是表格的一列，有许多值"),
    _TABLES,
    say("请先用 sum、count、min 或 max 汇总"),
)
OTHER_TABLE: Final = Flaw(
    "expression.other-table",
    say("“{name}”是另一个表格 {table} 的列，{here} 的这一行里没有它"),
    _TABLES,
    say("要用那个表格的汇总，请写 sum(${{{name}}}) 之类；要用其中一行，请写 indexed-repeat"),
)
LIST_COMPARED: Final = Flaw(
    "expression.list-compared",
    say("多选题不能用等号判断是否选中"),
    say("多选题的答案是几个选项；空白写作 ''"),
    say("请写 selected(…, '{choice}')"),
)
YES_NO_COMPARED: Final = Flaw(
    "expression.yes-no-compared",
    say("是否题不能与“{text}”比较"),
    say("是否题只能与 true()、false() 或 '' 比较"),
    say("改成 = true() 或 = false()"),
)
NOT_A_DATE: Final = Flaw(
    "expression.not-a-date",
    say("“{text}”不是日期，与日期比较永远不相等"),
    _KINDS,
    say("日期写成 '2026-11-22'"),
)
NOT_A_NUMBER: Final = Flaw(
    "expression.not-a-number",
    say("“{text}”不是数字，与数字比较永远不相等"),
    _KINDS,
    say("写成数字；没有答案写作 ''"),
)
UNKNOWN_CHOICE: Final = Flaw(
    "expression.unknown-choice",
    say("{question} 没有“{choice}”这个选项{near}"),
    _CHOICES,
    say("改成选项的名称"),
)
UNKNOWN_LIST: Final = Flaw(
    "expression.unknown-list",
    say("没有“{name}”这个选项表{near}"),
    say("instance(…) 里写本表一道选择题的名称，或它用的选项表的名称"),
    say("改成有的选项表"),
)
NO_CHOICES: Final = Flaw(
    "expression.no-choices",
    say("{name} 没有选项可查"),
    say("jr:choice-name 的第二个参数是本表的一道选择题"),
    say("改成选择题的名称"),
)
CHOICES_WANTED: Final = Flaw(
    "expression.choices-wanted",
    say("{function} 只用于选择题，这里是{kind}"),
    say("selected、selected-at、count-selected 和 jr:choice-name 看的是选项"),
    say("换成选择题，或改用 = 比较"),
)
TABLE_WANTED: Final = Flaw(
    "expression.table-wanted",
    say("{function} 要用于表格或表格里的一列"),
    say("sum、count、count-non-empty 汇总表格；${表格}[条件] 选出表格的几行"),
    say("写上表格的名称，或表格里的列名"),
)
OTHER_COLUMN: Final = Flaw(
    "expression.other-column",
    say("“{name}”不是表格 {table} 的列{near}"),
    say("indexed-repeat 的列和 ${表格}[…]/ 后面的列要是这个表格里的"),
    say("改成这个表格的列"),
)
DATE_WANTED: Final = Flaw(
    "expression.date-wanted",
    say("{function} 要用于日期，这里是{kind}"),
    _KINDS,
    say("换成日期题、today() 或 '2026-11-22' 这样的日期"),
)
UNKNOWN_DATE_CODE: Final = Flaw(
    "expression.unknown-date-code",
    say("日期格式里不认识“{code}”"),
    say("可用 %Y %m %n %d %e %y %b %a %H %h %M %S"),
    say("改成可用的代号；百分号本身写作 %%"),
)
NUMBER_WANTED: Final = Flaw(
    "expression.number-wanted",
    say("{function} 要用于数字，这里是{kind}"),
    _KINDS,
    say("换成数字题；文字里写的数请用 number(…)"),
)
UNKNOWN_USER_FACT: Final = Flaw(
    "expression.unknown-user-fact",
    say("user() 不知道“{key}”{near}"),
    say("可用 'name'、'id'、'role'、'unit'、'unit_name'、'unit_kind'、'town'"),
    say("改成其中之一"),
)
NEVER_HOLDS: Final = Flaw(
    "expression.never-holds",
    say("对 {name} 的几个条件不能同时成立，这个条件永远不成立"),
    say("and 两边要能同时成立"),
    say("检查大小方向；两种情况都可以请用 or"),
)
TOO_EARLY: Final = Flaw(
    "expression.too-early",
    say("{name} 要等记录存下才有"),
    say("state、unit_id、created_by、created_at 只能用在步骤的 guard、定时器、权限、sheet 和通报的条件里"),
    say("改用本表的题，或把条件移到步骤里"),
)
