"""Forms that are right by themselves and would leave stored answers behind."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_KEPT: Final = say("换版本不丢已有的答案：删掉的题、换了题型的题要在文件里写明")
_TRUE: Final = say("removed 和 retyped 只写真的删掉、真的换了题型的题")

GONE: Final = Flaw(
    "publish.gone",
    say("“{form}”不再问 {name}，但有 {count} 条记录答过；删题请写 removed: [{name}]，改名请在新题上写 was: [{name}]"),
    _KEPT,
    say("删题写 removed: [{name}]，改名在新题上写 was: [{name}]；答过的内容留在旧记录和经过里"),
)
OTHER_KIND: Final = Flaw(
    "publish.other-kind",
    say("“{form}”的 {name} 换了题型，有 {count} 条记录的答案读不出来；确要换请写 retyped: [{name}]，或给新题另起名称"),
    _KEPT,
    say("写 retyped: [{name}]：读不出来的旧答案按旧版显示，新题里是空白；或给新题另起名称"),
)
NEVER_ASKED: Final = Flaw(
    "publish.never-asked",
    say("“{form}”从没有问过 {name}，{key} 里不用写它；请核对名称"),
    _TRUE,
    say("从 {key} 里去掉 {name}，或改成以前的名称"),
)
STILL_ASKED: Final = Flaw(
    "publish.still-asked",
    say("“{form}”还在问 {name}，不能写在 removed 里"),
    _TRUE,
    say("从 removed 里去掉 {name}，或删掉这一题"),
)
NOT_ASKED: Final = Flaw(
    "publish.not-asked",
    say("“{form}”没有 {name} 这一题，不能写在 retyped 里"),
    _TRUE,
    say("从 retyped 里去掉 {name}"),
)
CHOICE_GONE: Final = Flaw(
    "publish.choice-gone",
    say("“{form}”的 {name} 不再有选项“{label}”（{choice}），但有 {count} 条记录选了它；旧记录仍照旧显示，修改时要另选"),
    say("已经选过的选项去掉后，旧记录按旧版显示"),
    say("还要用就把 {choice} 写回去；不用了可以不管"),
)
NOT_SQL: Final = Flaw(
    "publish.not-sql",
    say("“{form}”里 {role} 的 where 不能用来挑记录：{why}"),
    say("where 要能由数据库一次挑出所有记录"),
    say("换一种写法，或在表单里加一道计算题"),
)
NOT_FOUND_BY: Final = Flaw(
    "publish.not-found-by",
    say("这个条件不能用来查找“{form}”的记录：{why}"),
    say("obligations 的条件要能由数据库一次找出所有记录"),
    say("换一种写法，或在表单里加一道计算题"),
)
