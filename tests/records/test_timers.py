from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from records.filing import Filled
from records.model import Door
from records.people import CalendarDay, save_calendar
from records.revise import StepClosed, withdraw
from records.store import load_revisions
from records.submit import submit_many
from records.tables import submissions, timer_firings
from records.timers import due_query
from tests.conftest import HandClock
from tests.records.flow import by_clock, danger, due, settled, stored, tick, told
from tests.records.office import Office


@pytest.fixture
def county(office: Office) -> Office:
    return settled(office)


def titles(office: Office, form_id: str) -> list[str]:
    with office.reading() as ledger:
        query = select(submissions.c.title).where(submissions.c.form_id == form_id).order_by(submissions.c.id)
        return list(ledger.conn.execute(query).scalars())


def test_a_reminder_comes_on_its_day_at_its_hour_and_once(county: Office, now: HandClock) -> None:
    danger(county, until="2026-11-27")
    assert tick(county, now, "2026-11-23") == []
    assert tick(county, now, "2026-11-24", hour=7) == []
    assert tick(county, now, "2026-11-24", hour=8) == ["soon"]
    assert tick(county, now, "2026-11-24", hour=9) == []
    assert told(county, "bei") == ["“电线老化”：还有三天"]
    assert told(county, "ben") == told(county, "bei")
    assert told(county, "chen") == told(county, "guo") == told(county, "ling") == []


def test_who_is_named_in_a_question_is_told_beside_the_roles(county: Office, now: HandClock) -> None:
    danger(county, until="2026-11-27", owner="dong")
    tick(county, now, "2026-11-28")
    assert told(county, "dong") == told(county, "ling") == ["“电线老化”：已逾期一天"]
    assert told(county, "chen") == []  # has the role and may not see the record


def test_of_missed_reminders_only_the_last_is_sent_and_it_says_that_it_is_late(county: Office, now: HandClock) -> None:
    danger(county, until="2026-11-27")
    assert tick(county, now, "2026-11-30", hour=12) == ["soon", "over"]
    assert told(county, "bei") == ["“电线老化”：已逾期一天（补发，应于 2026-11-28 08:00 提醒）"]
    assert tick(county, now) == []


def test_a_day_that_has_gone_by_is_not_announced_any_more(county: Office, now: HandClock) -> None:
    danger(county, until="2026-11-27")
    assert tick(county, now, "2026-11-28", hour=7) == ["soon"]
    assert told(county, "bei") == []
    assert tick(county, now) == []


def test_every_missed_step_is_taken_in_order_as_the_clock_s_own(county: Office, now: HandClock) -> None:
    record = danger(county, until="2026-11-27", measure="换线")
    assert tick(county, now, "2026-12-20", hour=12) == ["soon", "over", "lapse", "direct"]
    after = stored(county, record)
    assert (after.state, after.due_on, titles(county, "case_file")) == ("lapsed", "2026-12-25", ["督办：电线老化"])
    with county.reading() as ledger:
        last = load_revisions(ledger.conn, record.id)[-1]
    assert (last.transition, last.actor, last.door) == ("lapse", "system", Door.TIMER)
    assert last.comment == "补办：应于 2026-12-04 08:00 办理"


def test_what_a_timer_files_is_linked_and_filed_once(county: Office, now: HandClock) -> None:
    record = danger(county, until="2026-11-27", measure="换线")
    tick(county, now, "2026-12-12")
    with county.reading() as ledger:
        row = ledger.conn.execute(select(submissions).where(submissions.c.form_id == "case_file")).one()
    assert (row.parent_id, row.answers["danger"], row.created_by) == (record.id, record.id, "system")
    assert told(county, "an") == ["“电线老化”：督办"]
    with county.writing() as ledger:
        ledger.conn.execute(timer_firings.delete())  # as if another had to do it over
    tick(county, now, "2026-12-13")
    assert titles(county, "case_file") == ["督办：电线老化"]


def test_a_step_whose_answers_are_missing_is_not_taken_until_they_come(county: Office, now: HandClock) -> None:
    record = danger(county, until="2026-11-27")
    assert "lapse" in tick(county, now, "2026-12-05")
    assert stored(county, record).state == "fixing"
    assert told(county, "admin") == ["“电线老化”到期没有自动办理“逾期七天”（措施：必填）；补上后会自动办理"]
    assert tick(county, now, "2026-12-06") == []
    assert len(told(county, "admin")) == 1
    county.changed("bei", stored(county, record), {"measure": "换线"})
    assert tick(county, now, "2026-12-06", hour=10) == ["lapse"]
    assert stored(county, record).state == "lapsed"
    assert len(told(county, "admin")) == 1


def test_another_deadline_is_another_day_to_be_reminded_of(county: Office, now: HandClock) -> None:
    record = danger(county, until="2026-11-27")
    assert tick(county, now, "2026-11-24") == ["soon"]
    county.changed("an", record, {"until": "2026-12-10"})
    assert stored(county, record).due_on == "2026-12-10"
    assert tick(county, now, "2026-12-06") == []
    assert tick(county, now, "2026-12-07") == ["soon"]


def test_a_record_that_left_the_state_or_was_withdrawn_is_left_alone(county: Office, now: HandClock) -> None:
    gone, done = danger(county), danger(county, desc="油罐锈蚀")
    county.changed("bei", done, {}, step="done")
    with county.writing() as ledger:
        withdraw(ledger, gone.id, county.occasion("bei"))
    assert tick(county, now, "2027-03-01") == []


def test_what_must_hold_for_a_timer_is_looked_at_each_time(county: Office, now: HandClock) -> None:
    record = danger(county, until="2026-11-27", desc="免督办", measure="x")
    assert tick(county, now, "2026-12-13") == ["soon", "over", "lapse"]
    county.changed("admin", stored(county, record), {"desc": "要督办"})
    assert tick(county, now, "2026-12-14") == ["direct"]


def test_a_deadline_in_workdays_goes_by_the_office_s_calendar(county: Office, now: HandClock) -> None:
    with county.writing() as ledger:
        save_calendar(ledger.conn, [CalendarDay(date(2026, 11, 24), "holiday", "停工日")])
    record = county.changed("an", danger(county), {}, step="list")  # on Sunday the 22nd
    assert record.due_on == "2026-11-26"
    now.forward(days=1)
    record = county.changed("an", record, {"measure": "换线"})
    assert record.due_on == "2026-11-26"


def test_nobody_takes_a_timer_s_step_by_hand(county: Office) -> None:
    record = danger(county, measure="换线")
    with pytest.raises(StepClosed, match="由系统自动办理"):
        county.change("admin", record, {}, step="lapse")


def test_looking_for_what_is_due_goes_by_an_index_and_reads_no_closed_record(county: Office, now: HandClock) -> None:
    entries = [
        Filled({"desc": f"第 {n} 处", "until": "2026-11-27"}, f"many-{n}", county.occasion("bei")) for n in range(300)
    ]
    with county.writing() as ledger:
        submit_many(ledger, "danger", entries)
        ledger.conn.execute(submissions.update().where(submissions.c.title != "第 7 处").values(state="closed"))
        ledger.conn.exec_driver_sql("ANALYZE")
    now.set(now().replace(day=24))
    assert len(due(county)) == 1
    with county.reading() as ledger:
        query = due_query(ledger, ledger.catalogue["danger"].form, "soon", now())
        text = str(query.compile(ledger.conn, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN QUERY PLAN" if county.database.is_sqlite else "EXPLAIN"
        plan = "\n".join(str(row) for row in ledger.conn.exec_driver_sql(f"{explain} {text.replace('%', '%%')}"))
    assert "submissions_in_state" in plan, plan
    assert ("due_on<" if county.database.is_sqlite else "due_on <=") in plan, plan


def test_a_firing_and_what_it_does_are_one(county: Office, now: HandClock) -> None:
    danger(county, until="2026-11-27")
    tick(county, now, "2026-11-24")
    with county.reading() as ledger:
        firing = ledger.conn.execute(select(timer_firings)).one()
        assert (firing.timer, firing.due_at) == ("soon", "2026-11-27")
        assert ledger.conn.execute(select(func.count()).select_from(submissions)).scalar_one() == 1
    assert by_clock(now()).door is Door.TIMER
