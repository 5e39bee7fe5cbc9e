from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from sqlalchemy import select

from forms.values import Raw
from records.filing import Filled
from records.submit import submit_many
from records.tables import notices, revisions, submissions, timer_firings
from tests.conftest import HandClock
from tests.records.flow import due, settled
from tests.records.office import Office
from tests.records.processes import PROCESSES, let_timers_act, started, take_step, under_blows


@pytest.fixture
def county(office: Office) -> Office:
    return settled(office)


def filled(office: Office, count: int) -> list[str]:
    raws: list[dict[str, Raw]] = [
        {"desc": f"第 {n} 处", "until": "2026-11-27", "measure": "换线"} for n in range(count)
    ]
    entries = [Filled(raw, f"entry-{n}", office.occasion("bei")) for n, raw in enumerate(raws)]
    with office.writing() as ledger:
        submit_many(ledger, "danger", entries)
        return list(ledger.conn.execute(select(submissions.c.id)).scalars())


def url_of(office: Office) -> str:
    return office.database.url.render_as_string(hide_password=False)


def test_processes_that_are_killed_let_each_timer_act_once(county: Office, now: HandClock) -> None:
    records = filled(county, 60)
    at = now.set(datetime(2026, 12, 20, 12))  # noqa: DTZ001 -- the office's clock
    killed = under_blows(lambda seed: started(let_timers_act, url_of(county), at, seed), blows=8, seed=7)
    assert killed >= 1
    assert due(county) == []
    with county.reading() as ledger:
        conn = ledger.conn
        fired = Counter(conn.execute(select(timer_firings.c.timer)).scalars())
        filed = Counter(
            conn.execute(select(submissions.c.parent_id).where(submissions.c.form_id == "case_file")).scalars()
        )
        lapsed = Counter(
            conn.execute(select(revisions.c.submission_id).where(revisions.c.transition == "lapse")).scalars()
        )
        told = Counter((row.person_id, row.subject) for row in conn.execute(select(notices)))
    assert fired == dict.fromkeys(("soon", "over", "lapse", "direct"), len(records))
    assert filed == lapsed == dict.fromkeys(records, 1)
    # of the three reminders the last one went to the town, which is told once, and the directive to the office
    assert told == {(person, record): 1 for person in ("bei", "ben", "ling", "an") for record in records}


def test_numbers_given_at_a_step_by_many_at_once_have_no_holes(county: Office, now: HandClock) -> None:
    records = filled(county, 60)
    shares = [records[place::PROCESSES] for place in range(PROCESSES)]
    processes = [
        started(take_step, url_of(county), now(), seed, share, "list", county.actor("an"))
        for seed, share in enumerate(shares)
    ]
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    with county.reading() as ledger:
        query = select(submissions.c.answers).where(submissions.c.form_id == "danger")
        numbers = sorted(str(answers["no"]) for answers in ledger.conn.execute(query).scalars())
    assert numbers == [f"GP-2026-{number:03}" for number in range(1, len(records) + 1)]
