"""The words of owed records: what a time is called, how long is left, how a unit stands, in letters and in full."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from forms.owing import Owed, Slot, State
from kernel.sentences import Sentence, say
from records.ledger import Ledger
from records.obligations import Owing, Totals
from webapp.guards import site
from webapp.wording import translate


def slot_words(owing: Owing, slot: Slot, titles: Mapping[str, str]) -> Sentence:
    """What people call one time: 11月22日, 第47周, 10月, 三季度; after an event the event."""
    if slot.event:
        return Sentence(titles.get(slot.event, slot.event))
    start, obligation = slot.period.start, owing.obligation
    match obligation.every:
        case "hour" | "day":
            hour = "" if len(obligation.hours) == 1 else f" {slot.due_at:%H:%M}"
            return say("{month}月{day}日{hour}", month=start.month, day=start.day, hour=hour)
        case "week":
            return say("{first} 至 {last}", first=f"{start:%m-%d}", last=f"{slot.period.end:%m-%d}")
        case "month":
            return say("{year}年{month}月", year=start.year, month=start.month)
        case "quarter":
            return say("{year}年{quarter}季度", year=start.year, quarter=_quarter(start.month))
    return say("{year}年", year=start.year)


def heading_words(owing: Owing, slot: Slot, titles: Mapping[str, str]) -> tuple[str, str]:
    """The two short lines that stand above a column of the table."""
    start, several = slot.period.start, len(owing.obligation.hours) > 1
    if slot.event:
        return f"{slot.opens_at:%m-%d}", titles.get(slot.event, "")
    match owing.obligation.every:
        case "hour":
            return f"{slot.due_at:%H}", ""
        case "day":
            return str(start.day), f"{slot.due_at:%H:%M}" if several else _weekday(start.weekday())
        case "week":
            return f"{start:%m-%d}", f"{slot.period.end:%m-%d}"
        case "month":
            return str(start.month), translate(say("月"))
        case "quarter":
            return translate(_quarter(start.month)), translate(say("季"))
    return str(start.year), ""


def time_left(owed: Owed, now: datetime) -> Sentence:
    """By when it is due and how long that is still, or since when it is overdue and until when it counts."""
    due, late = owed.slot.due_at, owed.slot.late_until
    if owed.state is State.LATER:
        return say("{opens} 起可以报，{due} 前报完", opens=_hour(owed.slot.opens_at, now), due=_hour(due, now))
    if now <= due:
        return say("{due} 前报，还有 {span}", due=_hour(due, now), span=span_words(due - now))
    if late is not None and now <= late:
        ago = span_words(now - due)
        return say("已过 {due} {span}；{late} 前补上算迟报", due=_hour(due, now), span=ago, late=_hour(late, now))
    return say("{due} 没有报", due=_hour(due, now))


def span_words(span: timedelta) -> Sentence:
    """A span as people say it: 3 天, 2 小时 15 分, 40 分钟."""
    minutes = max(1, int(span.total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        return say("{days} 天", days=minutes // (24 * 60))
    if minutes >= 60:
        return say("{hours} 小时 {minutes} 分", hours=minutes // 60, minutes=minutes % 60)
    return say("{minutes} 分钟", minutes=minutes)


def _hour(at: datetime, now: datetime) -> str:
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%m-%d %H:%M}"


def head_line(totals: Totals, *, quiet: bool) -> Sentence:
    """应报 33 · 已报 30 · 平安 28 · 有事 2 · 迟报 1 · 漏报 1 · 代报 0."""
    counts = {
        "owed": totals.owed,
        "reported": totals.reported,
        "late": totals.late,
        "missing": totals.missing,
        "awaited": totals.awaited,
        "on_behalf": totals.on_behalf,
    }
    if not quiet:
        return say(
            "应报 {owed} · 已报 {reported} · 迟报 {late} · 漏报 {missing} · 待报 {awaited} · 代报 {on_behalf}",
            **counts,
        )
    return say(
        "应报 {owed} · 已报 {reported} · 平安 {quiet} · 有事 {eventful} · 迟报 {late} · 漏报 {missing} · "
        "待报 {awaited} · 代报 {on_behalf}",
        quiet=totals.quiet,
        eventful=totals.eventful,
        **counts,
    )


def rate_words(totals: Totals) -> str:
    """The reporting rate with one decimal, never 100.0 % while anything is missing; nothing where nothing is owed."""
    if totals.rate is None:
        return "—"
    tenths = int(totals.rate * 1000)
    return f"{tenths // 10}.{tenths % 10}%"


class Phrases:
    """How records stand, in letters and in full, in the language of the page; put into it once for a whole table."""

    def __init__(self, ledger: Ledger, *, quiet: bool) -> None:
        """`quiet`: whether there are zero reports, to be told from others."""
        self._lookup = ledger.lookup
        self._zone = site().settings.zone
        self._quiet = quiet
        self._names = {state: translate(name) for state, name in _state_names().items()}
        self._letters = {state: translate(letter) for state, letter in _state_letters().items()}
        self._quiet_words = translate(say("平安")), translate(say("有事"))
        self._quiet_letters = translate(say("平")), translate(say("事"))
        self._comma = translate(say("，"))
        self._on_behalf = translate(say("代报"))

    def letter(self, owed: Owed) -> str:
        """One letter for how a record stands, which tells it without colour too."""
        if owed.state is State.ON_TIME and self._quiet:
            return self._quiet_letters[not all_quiet(owed)]
        return self._letters[owed.state]

    def in_full(self, owed: Owed, *, on_behalf: bool) -> str:
        """How one record stands: 迟报，有事，11-22 16:20，孙文清，代报."""
        said = [self._names[owed.state]]
        if owed.filed:
            last = owed.filed[-1]
            if self._quiet:
                said.append(self._quiet_words[not all_quiet(owed)])
            said += [f"{last.at.astimezone(self._zone):%m-%d %H:%M}", self._lookup.person_name(last.by)]
        if on_behalf:
            said.append(self._on_behalf)
        return self._comma.join(said)


def _state_names() -> dict[State, Sentence]:
    return {
        State.LATER: say("还没到时候"),
        State.OWED: say("待报"),
        State.OVERDUE: say("过了时限，还没报"),
        State.MISSING: say("漏报"),
        State.ON_TIME: say("按时"),
        State.LATE: say("迟报"),
        State.MADE_UP: say("漏报后补报"),
    }


def _state_letters() -> dict[State, Sentence]:
    return {
        State.LATER: say("·"),
        State.OWED: say("待"),
        State.OVERDUE: say("欠"),
        State.MISSING: say("漏"),
        State.ON_TIME: say("✓"),
        State.LATE: say("迟"),
        State.MADE_UP: say("补"),
    }


def all_quiet(owed: Owed) -> bool:
    """Whether all that was filed is a zero report."""
    return all(record.quiet for record in owed.filed)


def _quarter(month: int) -> Sentence:
    return (say("一"), say("二"), say("三"), say("四"))[(month - 1) // 3]


def _weekday(number: int) -> str:
    days = (say("周一"), say("周二"), say("周三"), say("周四"), say("周五"), say("周六"), say("周日"))
    return translate(days[number])
