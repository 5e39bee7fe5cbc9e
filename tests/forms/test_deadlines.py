from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.deadlines import acts_at, due_day, latest_day, shifted
from forms.workflow import Deadline, Timer

OFFICE = ZoneInfo("Asia/Shanghai")
HOLIDAYS = {date(2026, 10, day) for day in range(1, 9)}
WORKED = {date(2026, 10, 10)}


def is_workday(day: date) -> bool:
    return day in WORKED or (day not in HOLIDAYS and day.weekday() < 5)


@pytest.mark.parametrize(
    ("words", "entered", "answers", "due"),
    [
        ({"days": 7}, "2026-09-28", {}, "2026-10-05"),
        ({"workdays": 3}, "2026-09-28", {}, "2026-10-09"),
        ({"workdays": 4}, "2026-09-28", {}, "2026-10-10"),  # a Saturday that is worked
        ({"days": 0}, "2026-09-28", {}, "2026-09-28"),
        ({"date": "until"}, "2026-09-28", {"until": "2026-12-01"}, "2026-12-01"),
        ({"date": "until"}, "2026-09-28", {"until": None}, None),
    ],
)
def test_a_deadline_is_counted_or_answered(
    words: dict[str, object], entered: str, answers: dict[str, str | None], due: str | None
) -> None:
    found = due_day(Deadline.model_validate(words), date.fromisoformat(entered), {**answers}, is_workday)
    assert found == (date.fromisoformat(due) if due else None)


def test_workdays_are_counted_backwards_too() -> None:
    assert shifted(date(2026, 10, 9), -2, is_workday) == date(2026, 9, 29)
    assert shifted(date(2026, 10, 3), 0, is_workday) == date(2026, 10, 3)


@given(
    st.integers(-40, 40),
    st.sampled_from(["days", "workdays"]),
    st.sampled_from(["00:00", "08:00", "23:59"]),
    st.datetimes(datetime(2026, 8, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 -- hypothesis wants them naive
)
def test_a_timer_acts_by_now_for_every_day_up_to_the_latest_and_for_no_later_one(
    days: int, counted: str, at: str, moment: datetime
) -> None:
    timer = Timer.model_validate(
        {"states": ["a"], "date": "due_on", "days": days, "workdays": counted == "workdays", "at": at, "title": "x"}
    )
    now = moment.replace(tzinfo=OFFICE)
    latest = latest_day(timer, now, is_workday)
    for before in range(12):
        assert acts_at(timer, latest - timedelta(days=before), OFFICE, is_workday) <= now
        assert acts_at(timer, latest + timedelta(days=before + 1), OFFICE, is_workday) > now
