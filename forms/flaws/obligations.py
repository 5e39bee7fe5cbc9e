"""Who owes a record of a form, and when."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_WHO: Final = say("写明谁来报：roles（由人），或 unit_kinds、units、事件里的 unit（由单位），不能两样都写")
_WHEN: Final = say("何时报：every 和 on、at（按日历），或 after（在一件事之后），不能两样都写")
_QUESTIONS: Final = say("unit、person、date、link 要是那张表单里对应题型的题")

NO_FORM: Final = Flaw(
    "obligation.no-form",
    say("没有 {form} 这张表单{near}"),
    say("after 和 within 的表单要在同一文件夹"),
    say("改成有的表单的 id"),
)
NOT_A_LINK: Final = Flaw(
    "obligation.not-a-link",
    say("{link} 不是链接到 {form} 的题"),
    _QUESTIONS,
    say("改成链接到那张表单的题"),
)
NOT_A_LINK_HERE: Final = Flaw(
    "obligation.not-a-link-here",
    say("{name} 不是“{form}”里的链接题{near}"),
    _QUESTIONS,
    say("改成链接题的名称"),
)
NOT_A_DATE: Final = Flaw(
    "obligation.not-a-date",
    say("{name} 不是“{form}”里的日期题{near}"),
    _QUESTIONS,
    say("改成日期题的名称"),
)
NOT_A_UNIT: Final = Flaw(
    "obligation.not-a-unit",
    say("{name} 不是“{form}”里的单位题{near}"),
    _QUESTIONS,
    say("改成单位题的名称"),
)
NOT_A_PERSON: Final = Flaw(
    "obligation.not-a-person",
    say("{name} 不是“{form}”里的人员题{near}"),
    _QUESTIONS,
    say("改成人员题的名称"),
)
TWO_KINDS_OF_WHO: Final = Flaw(
    "obligation.people-and-units",
    say("roles（由人来报）和 unit_kinds、units（由单位来报）只能写一种"),
    _WHO,
    say("删去一种"),
)
NOBODY: Final = Flaw(
    "obligation.nobody",
    say("要写谁来报：unit_kinds（哪几类单位）、units（哪几个单位）或 roles（哪些角色的人）"),
    _WHO,
    say("写上其中之一"),
)
UNKNOWN_ROLE: Final = Flaw(
    "obligation.unknown-role",
    say("access 里没有 {role} 这种角色，填不了这张表{near}"),
    say("报的人要能填这张表：角色写在 access 的 roles 里"),
    say("在 access 里加上这个角色，或改成有的角色"),
)
UNIT_OF_PEOPLE: Final = Flaw(
    "obligation.unit-of-people",
    say("由人来报时，不写 unit，写 person（是谁的）"),
    _WHO,
    say("删去 unit，改写 person"),
)
PERSON_WITHOUT_ROLES: Final = Flaw(
    "obligation.person-without-roles",
    say("person 要和 roles 一起写"),
    _WHO,
    say("写上 roles，或删去 person"),
)
BOTH_WHENS: Final = Flaw(
    "obligation.event-and-calendar",
    say("写了 after（在一件事之后报），就不写 {key}"),
    _WHEN,
    say("删去 {key}，或删去 after"),
)
EVENT_AND_WINDOW: Final = Flaw(
    "obligation.event-and-window",
    say("after 不和 within、during 一起写"),
    _WHEN,
    say("删去其中一种"),
)
EVERY_HOUR: Final = Flaw(
    "obligation.every-hour",
    say("每小时（every: hour）不写 at 和 on"),
    _WHEN,
    say("删去 at 和 on"),
)
LATE_COUNT: Final = Flaw(
    "obligation.late-count",
    say("late_until 要和 at 一样多，一个时限一个"),
    say("补报的时限与上报的时限一一对应"),
    say("补齐或删去"),
)
LATE_BEFORE: Final = Flaw(
    "obligation.late-before",
    say("late_until 不能早于 at；到第二天的请写 late_days"),
    say("补报的时限在上报的时限之后"),
    say("改晚，或写 late_days"),
)
OPENS_AFTER: Final = Flaw(
    "obligation.opens-after",
    say("opens 不能晚于 at"),
    say("先开始填报，后到时限"),
    say("改早，或写 opens_days"),
)
WHICH_OF_SEVERAL: Final = Flaw(
    "obligation.which-of-several",
    say("on 有几天时，不能写 which"),
    say("一期里报几次时，每次报的都是当期"),
    say("删去 which，或让 on 只有一天"),
)
BAD_DAY: Final = Flaw(
    "obligation.bad-day",
    say("{key} 要写一个日期，例如 2026-10-01"),
    say("since 和 until 是第一天和最后一天"),
    say("写成 2026-10-01 这样"),
)
ENDS_BEFORE: Final = Flaw(
    "obligation.ends-before",
    say("until 不能早于 since"),
    say("since 和 until 是第一天和最后一天"),
    say("对调，或改正年份"),
)
