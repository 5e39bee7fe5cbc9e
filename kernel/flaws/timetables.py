"""Hours at which something is due: `every`, `on`, `at`, `shift`."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_ON: Final = say(
    "on 按 every 而定：week 写 mon 到 sun，month 写 1 到 31 或 last，quarter 写 1 到 92 或 last，year 写 03-15"
)

EVERY: Final = Flaw(
    "timetable.every",
    say("every 只能是 {choices}"),
    say("每隔多久一次是固定的几种"),
    say("改成其中之一"),
)
SHIFT: Final = Flaw(
    "timetable.shift",
    say("shift 只能是 {choices}"),
    say("遇到休息日怎么办是固定的几种"),
    say("改成其中之一"),
)
AT: Final = Flaw(
    "timetable.at",
    say("at 要写成几点几分，例如 08:00"),
    say("钟点写成两位小时、冒号、两位分钟"),
    say("改成 08:00 这样"),
)
DAILY: Final = Flaw(
    "timetable.daily-on",
    say("每天（every: day）不用写 on"),
    _ON,
    say("删去 on"),
)
WEEKLY: Final = Flaw(
    "timetable.weekly-on",
    say("每周（every: week）的 on 要写 mon 到 sun"),
    _ON,
    say("改成 mon 到 sun"),
)
MONTHLY: Final = Flaw(
    "timetable.monthly-on",
    say("每月（every: month）的 on 要写 1 到 31，或者 last"),
    _ON,
    say("改成 1 到 31，或 last"),
)
QUARTERLY: Final = Flaw(
    "timetable.quarterly-on",
    say("每季度（every: quarter）的 on 要写季度内第几天，1 到 92，或者 last"),
    _ON,
    say("改成 1 到 92，或 last"),
)
YEARLY: Final = Flaw(
    "timetable.yearly-on",
    say("每年（every: year）的 on 要写几月几日，例如 03-15"),
    _ON,
    say("改成 03-15 这样"),
)
ONCE: Final = Flaw(
    "timetable.once-on",
    say("没有写 every 时，on 要写一个日期，例如 2026-11-22"),
    _ON,
    say("写上 every，或把 on 写成日期"),
)
