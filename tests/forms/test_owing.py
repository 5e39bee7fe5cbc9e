from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forms.obligations import Obligation
from forms.owing import Filed, Opening, Schedule, Slot, State, only_while, slot_after, slots
from kernel.clock import Period
from tests.conftest import OFFICE

DAILY = {"every": "day", "opens": "08:00", "at": "16:00", "late_until": "18:00"}
THRICE = {"every": "day", "at": ["08:30", "14:30", "20:30"]}


def said(**words: object) -> Obligation:
    return Obligation.model_validate({"title": "应报", "unit_kinds": ["town"], **words})


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=OFFICE)


def times(obligation: Obligation, first: str, last: str) -> list[Slot]:
    days = Period(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}"))
    return slots(obligation, days, OFFICE, lambda day: day.weekday() < 5)


def filed(at: str, about: str | None = None, *, moment: str | None = None, event: str | None = None) -> Filed:
    day = date.fromisoformat(f"2026-{about}") if about else local(moment) if moment else None
    return Filed(at, "cg", day, local(at), "li", "cg", event=event)


def states(
    words: Mapping[str, object], records: list[Filed], now: str, *, first: str = "11-20", last: str = "11-22"
) -> list[str]:
    obligation = said(**words)
    found = Schedule(times(obligation, first, last), obligation).judged("cg", records, local(now))
    return [str(owed.state) for owed in found.values()]


def test_a_day_goes_from_later_over_owed_and_overdue_to_missing() -> None:
    hours = ["11-22T07:59", "11-22T08:00", "11-22T16:00", "11-22T16:01", "11-22T18:00", "11-22T18:01"]
    found = [states(DAILY, [], now, first="11-22")[0] for now in hours]
    assert found == ["later", "owed", "owed", "overdue", "overdue", "missing"]


def test_what_was_filed_is_on_time_late_or_made_up_by_the_hour_at_which_it_came() -> None:
    for at, state in {"15:59": "on_time", "16:00": "on_time", "16:01": "late", "18:00": "late"}.items():
        assert states(DAILY, [filed(f"11-22T{at}", "11-22")], "11-22T19:00", first="11-22") == [state]
    assert states(DAILY, [filed("11-23T09:00", "11-22")], "11-23T10:00", first="11-22") == ["made_up"]


def test_without_a_limit_a_late_record_is_late_whenever_it_comes() -> None:
    words = {"every": "day", "at": "16:00"}
    assert states(words, [filed("12-24T09:00", "11-22")], "12-25T10:00", first="11-22") == ["late"]
    assert states(words, [], "11-22T16:01", first="11-22") == ["missing"]


def test_a_record_counts_for_the_day_that_it_is_about_whenever_it_was_filed() -> None:
    records = [filed("11-19T09:00", "11-22"), filed("11-21T15:00", "11-20"), filed("11-22T10:00", "11-21")]
    assert states(DAILY, records, "11-22T12:00") == ["made_up", "made_up", "on_time"]


def test_a_record_that_names_no_day_counts_for_the_day_on_which_it_was_filed() -> None:
    assert states(DAILY, [filed("11-21T07:30"), filed("11-22T19:00")], "11-22T20:00") == [
        "missing",
        "on_time",
        "made_up",
    ]


def test_of_several_hours_each_takes_what_was_filed_nearest_to_it_and_the_next_what_is_over() -> None:
    def found(*at: str) -> list[str]:
        records = [filed(f"11-22T{hour}", "11-22") for hour in at]
        return states(THRICE, records, "11-22T21:00", first="11-22")

    assert found("08:00", "14:00", "20:00") == ["on_time"] * 3
    assert found("09:00") == ["late", "missing", "overdue"]
    assert found("09:00", "11:00") == ["late", "missing", "overdue"]  # twice in the morning is not once at noon
    assert found("12:00") == ["missing", "on_time", "overdue"]
    assert found("08:00", "18:00") == ["on_time", "missing", "on_time"]


def test_of_several_hours_a_record_with_a_moment_counts_for_its_moment() -> None:
    record = filed("11-22T16:00", moment="11-22T08:20")
    assert states(THRICE, [record], "11-22T21:00", first="11-22") == ["made_up", "missing", "overdue"]


def test_a_record_filed_on_another_day_fills_the_first_hour_that_lacks_one() -> None:
    records = [filed("11-20T08:00", "11-20"), filed("11-22T09:00", "11-20")]
    assert states(THRICE, records, "11-22T10:00", last="11-20") == ["on_time", "made_up", "missing"]


def test_a_month_takes_one_record_and_the_next_belongs_to_the_next_month() -> None:
    monthly = {"every": "month", "late_days": 5}
    records = [filed("10-20T09:00"), filed("12-03T09:00"), filed("12-04T09:00")]
    assert states(monthly, records, "12-20T00:00", first="10-01", last="12-31") == ["on_time", "late", "on_time"]


def test_several_records_are_owed_each_time_and_the_last_of_them_decides() -> None:
    words = {"every": "week", "on": "thu", "at": "17:00", "which": "next", "times": 2}
    shift = [filed("11-18T09:00", "11-23"), filed("11-19T18:00", "11-24")]
    assert states(words, shift, "11-22T10:00", first="11-16") == ["late"]
    assert states(words, shift[:1], "11-19T10:00", first="11-16") == ["owed"]


def test_after_an_event_a_record_answers_the_event_that_it_names_or_the_first_that_is_open() -> None:
    linked = said(after={"form": "accident", "hours": 1, "link": "accident"})
    assert linked.after is not None
    events = [
        slot_after(linked.after, "A1", local("11-20T08:00"), "cg"),
        slot_after(linked.after, "A2", local("11-21T08:00"), "cg"),
        slot_after(linked.after, "A3", local("11-21T09:00"), "dh"),
    ]
    named = Schedule(events, linked).judged("cg", [filed("11-21T08:30", event="A2")], local("11-22T00:00"))
    assert {key: str(owed.state) for key, owed in named.items()} == {"A1": "missing", "A2": "on_time"}
    unnamed = Schedule(events, linked).judged("cg", [filed("11-20T08:30"), filed("11-21T10:30")], local("11-22T00:00"))
    assert {key: str(owed.state) for key, owed in unnamed.items()} == {"A1": "on_time", "A2": "late"}


def test_a_window_for_one_unit_leaves_the_others_alone() -> None:
    obligation = said(**DAILY)
    window = Opening(local("11-21T00:00"), local("11-21T23:59"), "dh")
    found = Schedule(list(only_while(times(obligation, "11-20", "11-22"), [window])), obligation)
    assert found.judged("cg", [], local("11-22T00:00")) == {}
    assert [str(owed.state) for owed in found.judged("dh", [], local("11-22T00:00")).values()] == ["missing"]


words = st.sampled_from(
    [
        DAILY,
        THRICE,
        {"every": "hour"},
        {"every": "week", "on": ["mon", "thu"], "at": "17:00"},
        {"every": "week", "on": "fri", "shift": "previous_workday", "late_days": 1},
        {"every": "month", "on": 5, "which": "previous", "shift": "next_workday", "late_days": 3},
        {"every": "quarter", "times": 2},
    ]
)
moments = st.integers(0, 365 * 24 * 60).map(lambda minutes: local("01-01T00:00") + timedelta(minutes=minutes))


@given(words)
def test_every_time_opens_before_it_is_due_and_is_late_after(words: dict[str, object]) -> None:
    for slot in times(said(**words), "01-01", "12-31"):
        assert slot.claims_from <= slot.opens_at <= slot.due_at
        assert slot.late_until is None or slot.late_until >= slot.due_at


@given(words, st.lists(moments, max_size=12), moments, st.sampled_from(["dated", "undated"]))
def test_a_record_counts_once_and_never_more_than_are_owed_are_needed(
    words: dict[str, object], filings: list[datetime], now: datetime, dated: str
) -> None:
    obligation = said(**words)
    records = [
        Filed(str(place), "cg", at.date() if dated == "dated" else None, at, "li", "cg")
        for place, at in enumerate(sorted(filings))
    ]
    found = Schedule(times(obligation, "01-01", "12-31"), obligation).judged("cg", records, now)
    counted = [record.id for owed in found.values() for record in owed.filed]
    assert len(counted) == len(set(counted))
    for owed in found.values():
        came = owed.state in (State.ON_TIME, State.LATE, State.MADE_UP)
        assert came == (len(owed.filed) >= obligation.times)
        assert owed.state is not State.ON_TIME or owed.filed[obligation.times - 1].at <= owed.slot.due_at


@given(words, st.lists(moments, max_size=6), moments)
def test_one_record_more_makes_nobody_owe_more(
    words: dict[str, object], filings: list[datetime], one: datetime
) -> None:
    obligation = said(**words)
    schedule = Schedule(times(obligation, "01-01", "12-31"), obligation)
    now = datetime(2027, 6, 1, tzinfo=OFFICE)

    def missing(all_of_them: list[datetime]) -> int:
        records = [Filed(str(at), "cg", None, at, "li", "cg") for at in sorted(all_of_them)]
        return sum(not owed.filed for owed in schedule.judged("cg", records, now).values())

    assert missing([*filings, one]) <= missing(filings)


def test_a_year_of_every_hour_is_judged_in_a_moment() -> None:
    obligation = said(every="hour")
    found = times(obligation, "01-01", "12-31")
    records = [Filed(slot.key, "cg", None, slot.due_at - timedelta(minutes=5), "li", "cg") for slot in found]
    judged = Schedule(found, obligation).judged("cg", records, local("12-31T23:59"))
    assert len(judged) == 365 * 24
    assert all(owed.state is State.ON_TIME for owed in judged.values())
