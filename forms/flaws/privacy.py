"""Who sees what, and ways on which a private answer would reach everybody."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_TOLD: Final = say("要隐去的答案（access 的 fields、状态的 hide）不能从别处透露出来")
_SEEN: Final = say("要人填的、要人改的，那个人得看得到")
_STEADY: Final = say("谁能看哪些记录由状态和答案决定，不随时间变")

DERIVED: Final = Flaw(
    "privacy.derived",
    say("{target} 的内容来自要隐去的 {source}，请在 access 的 fields 里也写上 {target}"),
    _TOLD,
    say("在 access 的 fields 里写上 {target}，或不从 {source} 取内容"),
)
TIME_FUNCTION: Final = Flaw(
    "privacy.time-function",
    say("谁能看哪些记录不随时间变，where 里不能用 {name}()；请改用状态或答案"),
    _STEADY,
    say("改用状态或答案"),
)
TIME_NAME: Final = Flaw(
    "privacy.time-name",
    say("谁能看哪些记录不随时间变，where 里不能用 {name}；请改用状态或答案"),
    _STEADY,
    say("改用状态或答案"),
)
IN_TITLE: Final = Flaw(
    "privacy.in-title",
    say("记录的名称人人可见，不能含有要隐去的 {name}"),
    _TOLD,
    say("从 instance_name 里去掉它"),
)
IN_SORT: Final = Flaw(
    "privacy.in-sort",
    say("不能按要隐去的 {name} 排序，名次会透露内容"),
    _TOLD,
    say("换一题排序"),
)
IN_UNIQUE: Final = Flaw(
    "privacy.in-unique",
    say("{roles} 能填报却看不全 {name}，从“已有相同记录”能试出来；请把它写进 read，或从 unique 里去掉"),
    _TOLD,
    say("让它能看，或从 unique 里去掉"),
)
CHANGED_UNSEEN: Final = Flaw(
    "privacy.changed-unseen",
    say("{role} 在这个状态看不到 {name}，也就不能改它；请去掉，或让它能看"),
    _SEEN,
    say("从 edit 里去掉，或让它能看"),
)
ASKED_UNSEEN: Final = Flaw(
    "privacy.asked-unseen",
    say("办这一步的 {role} 看不到 {name}，填不了它；请去掉，或让它能看"),
    _SEEN,
    say("从这一步的 fields、required 里去掉，或让它能看"),
)
BLIND_SHEET: Final = Flaw(
    "privacy.blind-sheet",
    say("{role} 不能查看记录，共享表格会是空的；请换一个角色"),
    say("共享表格按一个角色的眼光写"),
    say("换一个能查看的角色"),
)
