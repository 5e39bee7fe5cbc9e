"""States, steps, timers and who takes them."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_WAYS: Final = say("每个状态都有路可到，每一步都有状态可办，自动的步骤不绕圈")
_TIMERS: Final = say("定时写明看哪些状态（states）、从哪天算（date）、到时做什么（notify、transition、entity）")
_DATES: Final = say("date 可写 entered_on（进入状态那天）、due_on（状态的期限）或本表的日期题")

DEADLINE_COUNT: Final = Flaw(
    "workflow.deadline-count",
    say("deadline 要写 days、workdays、date 中的一个，只写一个"),
    say("期限按天、按工作日或按一道日期题算，三者选一"),
    say("只留一个"),
)
DEADLINE_WITHOUT_STEP: Final = Flaw(
    "workflow.deadline-without-step",
    say("“{state}”没有下一步，不需要 deadline；请去掉，或写上 transitions"),
    say("期限是离开一个状态的期限"),
    say("去掉 deadline，或写上 transitions"),
)
NOT_A_DATE: Final = Flaw(
    "workflow.not-a-date",
    say("{name} 不是日期题，算不出是哪一天"),
    _DATES,
    say("改成日期题的名称"),
)
ASKS_NOBODY: Final = Flaw(
    "workflow.asks-nobody",
    say("“{step}”由系统自动办理，没有人可问，不能写 {key} 里要人办的条件"),
    say("trigger 是 automatic 或 timer 的步骤由系统办理，只看 expr"),
    say("删去 {key}，或把 trigger 改回 user"),
)
TIMER_WITHOUT_STATES: Final = Flaw(
    "workflow.timer-without-states",
    say("states 要写至少一个状态：这个定时看哪些记录"),
    _TIMERS,
    say("写上 states"),
)
TIMER_WITHOUT_DEED: Final = Flaw(
    "workflow.timer-without-deed",
    say("到时候什么都不做：请写 notify（通知谁）、transition（办哪一步）或 entity（生成什么记录）"),
    _TIMERS,
    say("写上 notify、transition 或 entity"),
)
NOTICE_TO_NOBODY: Final = Flaw(
    "workflow.notice-to-nobody",
    say("要写 roles（哪些角色）或 persons（哪些人员题），才知道通知谁"),
    say("notify 写明通知谁：roles（角色，可用 units 限定单位）、persons（人员题）"),
    say("写上 roles 或 persons"),
)
NOT_A_PERSON: Final = Flaw(
    "workflow.not-a-person",
    say("{name} 不是人员题，不知道通知谁"),
    say("persons 是本表的人员题"),
    say("改成人员题的名称"),
)
STEP_NOT_TIMED: Final = Flaw(
    "workflow.step-not-timed",
    say("“{step}”要写 trigger: timer，才能到期自动办理"),
    say("定时只能办 trigger: timer 的步骤"),
    say("给这一步写上 trigger: timer"),
)
STEP_NOT_OFFERED: Final = Flaw(
    "workflow.step-not-offered",
    say("“{state}”的 transitions 里没有 {name}，到期办不了"),
    say("定时看的每个状态，都要能办它的步骤"),
    say("在这个状态的 transitions 里加上它，或从 states 里去掉这个状态"),
)
NO_DUE_DAY: Final = Flaw(
    "workflow.no-due-day",
    say("“{state}”没有写 deadline，due_on 总是空的"),
    _DATES,
    say("给这个状态写上 deadline，或改用 entered_on"),
)
UNREACHED_STATE: Final = Flaw(
    "workflow.unreached-state",
    say("没有哪一步能到“{state}”"),
    _WAYS,
    say("加一步通到它，或删去这个状态"),
)
UNUSED_STEP: Final = Flaw(
    "workflow.unused-step",
    say("没有哪个状态的 transitions 里有 {name}，这一步办不了"),
    _WAYS,
    say("把它写进某个状态的 transitions，或删去"),
)
UNTIMED_STEP: Final = Flaw(
    "workflow.untimed-step",
    say("“{step}”写了 trigger: timer，但没有哪个 timers 办它"),
    _WAYS,
    say("加一个办它的 timers，或去掉 trigger: timer"),
)
ENDLESS: Final = Flaw(
    "workflow.endless",
    say("自动办理的步骤绕成了圈，停不下来：{names}"),
    _WAYS,
    say("让其中一步由人办，或改它的去向"),
)
