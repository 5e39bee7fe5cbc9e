"""What a form takes from others in the folder, or gives them."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_FORMS: Final = say("链接、生成记录和带出答案时，对方表单要在同一文件夹，题要在对方表里")

DOUBLE_ID: Final = Flaw(
    "folder.double-id",
    say("{id} 已在 {other} 定义过"),
    say("一个文件夹里每张表单的 id 各不相同"),
    say("改 id，或删去其中一个文件"),
)
NO_FORM: Final = Flaw(
    "link.no-form",
    say("{name} 链接的表单 {form} 不存在{near}"),
    _FORMS,
    say("改成有的表单的 id"),
)
NO_ENTITY_FORM: Final = Flaw(
    "link.no-entity-form",
    say("entities 里的表单 {form} 不存在{near}"),
    _FORMS,
    say("改成有的表单的 id"),
)
NO_QUESTION: Final = Flaw(
    "link.no-question",
    say("表单 {form} 没有 {name} 这一题{near}"),
    _FORMS,
    say("改成对方有的题名"),
)
NO_DATE: Final = Flaw(
    "link.no-date",
    say("{name} 不是本表的日期题{near}"),
    say("as_of 是本表的一道日期题"),
    say("改成日期题的名称"),
)
NO_UNIT: Final = Flaw(
    "link.no-unit",
    say("{name} 不是单位题{near}"),
    say("of_unit 是本表的一道单位题"),
    say("改成单位题的名称"),
)
NOT_BESIDE: Final = Flaw(
    "link.not-beside",
    say("同一层里没有叫 {name} 的题{near}"),
    say("带出的答案填在与链接同一层的题里"),
    say("改成同一层的题，或把题移过来"),
)
NOT_PULLED: Final = Flaw(
    "link.not-pulled",
    say("{name} 这种题型不能由链接带出答案"),
    say("计算题、表格题和链接题不接收带出的答案"),
    say("改用文字、数字、日期或选择题"),
)
NO_PULLDATA_FORM: Final = Flaw(
    "link.no-pulldata-form",
    say("pulldata 里的表单 {form} 不存在{near}"),
    _FORMS,
    say("改成有的表单的 id"),
)
