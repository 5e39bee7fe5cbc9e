"""Names, circles and layouts of a form, each part of which is well-formed."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_NAMES: Final = say("一处用到的名称，要在同一张表里有")
_UNIQUE: Final = say("表里每道题的 name 各不相同，分组和表格里的也算")

FILE_NAME: Final = Flaw(
    "form.file-name",
    say("文件名应与 id 相同：{id}.yaml"),
    say("一张表单一个文件，文件名是它的 id"),
    say("改文件名，或改 id"),
)
DOUBLE_NAME: Final = Flaw(
    "form.double-name",
    say("{name} 用了 {count} 次，每题的 name 要各不相同"),
    _UNIQUE,
    say("给其中一题换个名称"),
)
RESERVED_NAME: Final = Flaw(
    "form.reserved-name",
    say("{name} 是系统用的名称，请换一个"),
    say("state、title、id 等名称每条记录都有，题不能再叫"),
    say("换一个名称，例如在后面加 _text"),
)
UNKNOWN: Final = Flaw(
    "form.unknown",
    say("没有叫 {name} 的{what}{hint}"),
    _NAMES,
    say("改成有的名称，或者先加上它"),
)
CIRCLE: Final = Flaw(
    "form.circle",
    say("这些题互相等待，算不出来：{names}"),
    say("relevant、calculation、choice_filter、count、带出的答案不能绕成圈"),
    say("让其中一题不依赖其他题"),
)
NOT_A_REPEAT: Final = Flaw(
    "form.not-a-repeat",
    say("{name} 不是本表的 repeat 题"),
    say("entities 的 repeat 是本表里表格题的名称"),
    say("改成表格题的名称"),
)
ENTITY_WITHOUT_CAUSE: Final = Flaw(
    "form.entity-without-cause",
    say("要写 repeat（哪个表格的行）或 transition（在哪一步），由什么生成记录才清楚"),
    say("生成记录要说明由表格的行，还是由这条记录在某一步"),
    say("写上 repeat 或 transition"),
)
BAD_TAB: Final = Flaw(
    "sheet.bad-tab",
    say("工作表名应有 1 至 {most} 个字，不能有 {letters}，头尾不能是 '"),
    say("表格软件只接受这样的工作表名"),
    say("改短，去掉这些符号"),
)
COLUMN_TWICE: Final = Flaw(
    "sheet.column-twice",
    say("{name} 这一列写了两次"),
    say("一张工作表里每列只出现一次"),
    say("删去其中一个"),
)
SHARED_TAB: Final = Flaw(
    "sheet.shared-tab",
    say("工作表“{tab}”已是表单 {other} 的，请换一个名称"),
    say("同一个工作簿里工作表名各不相同，大小写不同也算相同"),
    say("换一个工作表名"),
)
TYPE_NOT_OPEN: Final = Flaw(
    "field.type-not-open",
    say("{name} 用了 {type} 题型，本单位没有开放"),
    say("设置里的 question_types 列出本单位可用的题型"),
    say("换一种题型，或请管理员在设置的 question_types 里加上 {type}"),
)
