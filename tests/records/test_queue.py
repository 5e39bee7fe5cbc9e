from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from kernel.sentences import say
from records import queue
from records.database import Database
from records.events import Event, note, note_many
from records.queue import Claim, LeaseLost, Reaction
from records.tables import reactions
from tests.conftest import HandClock

LEASE = timedelta(seconds=60)
TABLE: Mapping[str, Sequence[Reaction]] = {
    "submission.created": (
        Reaction("sheet.round", lambda event: f"sheet:{event.form_id}", lambda event: str(event.form_id)),
        Reaction("people.tell", lambda _: "mail", lambda event: event.subject),
    ),
    "submission.changed": (
        Reaction("sheet.round", lambda event: f"sheet:{event.form_id}", lambda event: event.details.get("sheet")),
    ),
}


def created(database: Database, at: datetime, *subjects: str, form: str = "hazard") -> None:
    """Note a submission for each of `subjects` and dispatch everything."""
    with database.writing() as conn:
        note_many(conn, [Event("submission.created", subject, "li", at, form_id=form) for subject in subjects])
    with database.writing() as conn:
        while queue.dispatch(conn, TABLE, at):
            pass


def claimed(database: Database, at: datetime, owner: str = "one") -> Claim | None:
    with database.writing() as conn:
        return queue.claim(conn, owner, at, LEASE)


def sure(held: Claim | None) -> Claim:
    assert held is not None
    return held


def settled(database: Database, held: Claim, at: datetime) -> None:
    with database.writing() as conn:
        queue.settle(conn, held, at)


def failed(database: Database, held: Claim, at: datetime, *, retry: bool = True) -> None:
    with database.writing() as conn:
        queue.fail(conn, held, at, say("连不上 {where}", where="台账"), retry=retry)


def test_an_event_becomes_one_reaction_for_each_task_of_its_action(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        note(conn, "submission.created", subject="S1", actor="li", at=now(), form_id="hazard")
        note(conn, "submission.read", subject="S1", actor="li", at=now(), form_id="hazard")
        note(conn, "submission.changed", subject="S1", actor="li", at=now(), form_id="hazard")
    with database.reading() as conn:
        assert queue.undispatched(conn)
    with database.writing() as conn:
        assert queue.dispatch(conn, TABLE, now()) == 3
        assert queue.dispatch(conn, TABLE, now()) == 0
    with database.reading() as conn:
        assert not queue.undispatched(conn)
        found = conn.execute(select(reactions.c.task, reactions.c.lane, reactions.c.argument)).all()
    assert sorted(map(tuple, found)) == [
        ("people.tell", "mail", "S1"),
        ("sheet.round", "sheet:hazard", "hazard"),
    ]


def test_what_waits_for_the_same_run_is_run_once_and_settled_together(database: Database, now: HandClock) -> None:
    created(database, now(), "S1", "S2", "S3")
    created(database, now(), "S4", form="accident")
    runs = []
    while held := claimed(database, now()):
        runs.append((held.lane, held.task, held.argument, len(held.event_ids)))
        settled(database, held, now())
    assert sorted(runs) == [
        ("mail", "people.tell", "S1", 1),
        ("mail", "people.tell", "S2", 1),
        ("mail", "people.tell", "S3", 1),
        ("mail", "people.tell", "S4", 1),
        ("sheet:accident", "sheet.round", "accident", 1),
        ("sheet:hazard", "sheet.round", "hazard", 3),
    ]
    assert [argument for lane, _, argument, _ in runs if lane == "mail"] == ["S1", "S2", "S3", "S4"]


def test_an_event_that_comes_during_a_run_gets_a_run_of_its_own(database: Database, now: HandClock) -> None:
    created(database, now(), "S1")
    held = sure(claimed(database, now()))
    while held.lane != "sheet:hazard":
        settled(database, held, now())
        held = sure(claimed(database, now()))
    created(database, now(), "S2")
    settled(database, held, now())
    rounds = []
    while again := claimed(database, now()):
        rounds.append(again.task)
        settled(database, again, now())
    assert "sheet.round" in rounds


def test_a_lane_belongs_to_one_owner_while_the_lease_lives(database: Database, now: HandClock) -> None:
    created(database, now(), "S1", "S2")
    held = {sure(claimed(database, now())).lane, sure(claimed(database, now(), "two")).lane}
    assert held == {"mail", "sheet:hazard"}
    assert claimed(database, now(), "three") is None
    with database.reading() as conn:
        assert not queue.due(conn, now())
    now.forward(seconds=61)
    with database.reading() as conn:
        assert queue.due(conn, now())
    assert sure(claimed(database, now(), "three")).token == 2


def test_a_renewed_lease_lives_longer(database: Database, now: HandClock) -> None:
    created(database, now(), "S1")
    held = [sure(claimed(database, now())) for _ in range(2)]
    now.forward(seconds=50)
    with database.writing() as conn:
        for each in held:
            queue.renew(conn, each, now(), LEASE)
    now.forward(seconds=50)
    assert claimed(database, now(), "two") is None


@pytest.mark.parametrize(
    "verb",
    [
        queue.settle,
        lambda conn, held, at: queue.fail(conn, held, at, "迟到", retry=False),
        lambda conn, held, at: queue.renew(conn, held, at, LEASE),
        lambda conn, held, _: queue.confirm(conn, held),
    ],
    ids=["settle", "fail", "renew", "confirm"],
)
def test_who_woke_up_after_his_lease_was_taken_is_fenced_off(
    database: Database, now: HandClock, verb: Callable[[Connection, Claim, datetime], None]
) -> None:
    created(database, now(), "S1")
    first = [sure(claimed(database, now())) for _ in range(2)]
    now.forward(seconds=61)
    second = [sure(claimed(database, now(), "two")) for _ in range(2)]
    for each in first:
        with database.writing() as conn, pytest.raises(LeaseLost):
            verb(conn, each, now())
    for each in second:
        settled(database, each, now())
    with database.reading() as conn:
        assert queue.waiting(conn) == []


def test_who_overslept_and_was_missed_by_nobody_may_still_settle(database: Database, now: HandClock) -> None:
    created(database, now(), "S1")
    held = [sure(claimed(database, now())) for _ in range(2)]
    now.forward(hours=3)
    for each in held:
        settled(database, each, now())
    with database.reading() as conn:
        assert queue.waiting(conn) == []


def test_a_settled_claim_cannot_be_settled_again(database: Database, now: HandClock) -> None:
    created(database, now(), "S1")
    held = sure(claimed(database, now()))
    settled(database, held, now())
    with pytest.raises(LeaseLost):
        settled(database, held, now())


def test_a_failure_waits_longer_each_time_and_is_given_up_at_the_eighth(database: Database, now: HandClock) -> None:
    created(database, now(), "S1", form="hazard")
    mail = sure(claimed(database, now()))
    settled(database, mail if mail.lane == "mail" else sure(claimed(database, now())), now())
    waits = []
    now.forward(seconds=61)  # whatever lease is left has run out
    while held := claimed(database, now()):
        failed(database, held, now())
        start = now()
        while now() < start + timedelta(hours=1):
            with database.reading() as conn:
                if queue.due(conn, now.forward(seconds=5)):
                    break
        else:
            break
        waits.append((now() - start).total_seconds())
    assert len(waits) == queue.MOST_FAILURES - 1
    for n, wait in enumerate(waits):
        assert min(30 * 2**n, 1800) * 2 / 3 <= wait <= min(30 * 2**n, 1800) + 5
    with database.reading() as conn:
        (backlog,) = queue.waiting(conn)
    assert (backlog.lane, backlog.waiting, backlog.failing, backlog.given_up) == ("sheet:hazard", 0, 0, 1)
    assert backlog.oldest is None
    assert backlog.last_failure == "连不上 台账"


def test_a_failure_that_cannot_heal_is_given_up_at_once_until_a_person_reopens_it(
    database: Database, now: HandClock
) -> None:
    created(database, now(), "S1", "S2")
    held = [sure(claimed(database, now())) for _ in range(2)]
    sheet = next(each for each in held if each.lane != "mail")
    failed(database, sheet, now(), retry=False)
    with database.reading() as conn:
        backlogs = {each.lane: each for each in queue.waiting(conn)}
    assert backlogs["sheet:hazard"].given_up == 2
    assert (backlogs["mail"].waiting, backlogs["mail"].oldest) == (2, now())
    with database.writing() as conn:
        assert queue.reopen(conn, "sheet:hazard", now()) == 2
        assert queue.reopen(conn, "mail", now()) == 0
    again = sure(claimed(database, now()))
    assert (again.lane, len(again.event_ids)) == ("sheet:hazard", 2)


def test_a_later_success_settles_what_was_backing_off_for_the_same_run(database: Database, now: HandClock) -> None:
    created(database, now(), "S1")
    held = [sure(claimed(database, now())) for _ in range(2)]
    for each in held:
        failed(database, each, now())
    created(database, now.forward(seconds=1), "S2")
    held = [sure(claimed(database, now())) for _ in range(2)]
    for each in held:
        settled(database, each, now())
    with database.reading() as conn:
        assert [(each.lane, each.waiting) for each in queue.waiting(conn)] == [("mail", 1)]


def test_a_later_failure_does_not_count_against_what_is_backing_off(database: Database, now: HandClock) -> None:
    created(database, now(), "S1")
    for n in range(queue.MOST_FAILURES + 1):
        for held in [sure(claimed(database, now())) for _ in range(2)]:
            failed(database, held, now())
        created(database, now.forward(milliseconds=1), f"S{n + 2}")
    with database.reading() as conn:
        assert all(each.given_up == 0 for each in queue.waiting(conn))


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_no_wait_is_shorter_than_twenty_seconds_or_longer_than_half_an_hour(failures: int, chance: float) -> None:
    assert timedelta(seconds=20) <= queue.wait_after(failures, chance) <= timedelta(minutes=30)


def test_an_event_that_commits_after_a_later_one_is_dispatched_all_the_same(
    postgresql_url: str, now: HandClock
) -> None:
    """On SQLite it cannot happen: one writer at a time, ids are seen in their order."""
    database = Database(postgresql_url)
    with database.writing() as slow:
        note(slow, "submission.created", subject="slow", actor="li", at=now(), form_id="hazard")
        created(database, now(), "fast")
        with database.reading() as conn:
            assert not queue.undispatched(conn)
    with database.reading() as conn:
        assert queue.undispatched(conn)
    with database.writing() as conn:
        assert queue.dispatch(conn, TABLE, now.forward(minutes=59)) == 1
    with database.reading() as conn:
        told = conn.execute(select(reactions.c.argument).where(reactions.c.task == "people.tell")).scalars().all()
    assert sorted(told) == ["fast", "slow"]
    database.close()


def test_many_owners_dispatch_and_work_without_losing_or_doubling_anything(database: Database, now: HandClock) -> None:
    """400 events noted by 2 threads while 4 threads dispatch, claim and settle."""
    ran: list[tuple[str, str, int]] = []
    all_noted = threading.Event()

    def notes(half: int) -> None:
        for first in range(0, 200, 10):
            subjects = [f"{half}.{n}" for n in range(first, first + 10)]
            with database.writing() as conn:
                note_many(conn, [Event("submission.created", each, "li", now(), form_id="hazard") for each in subjects])

    def works(owner: str) -> None:
        while True:
            last = all_noted.is_set()
            with database.writing() as conn:
                queue.dispatch(conn, TABLE, now())
            held = claimed(database, now(), owner)
            if held is not None:
                ran.extend((held.task, held.argument, event_id) for event_id in held.event_ids)
                settled(database, held, now())
            elif last:
                return

    noting = [threading.Thread(target=notes, args=(half,)) for half in range(2)]
    working = [threading.Thread(target=works, args=(f"w{n}",)) for n in range(4)]
    for thread in [*noting, *working]:
        thread.start()
    for thread in noting:
        thread.join()
    all_noted.set()
    for thread in working:
        thread.join()
    assert len(ran) == len(set(ran)) == 800
    with database.reading() as conn:
        assert conn.execute(select(func.count()).where(reactions.c.settled_at.is_not(None))).scalar() == 800


def test_in_a_long_lane_the_oldest_goes_first_and_takes_its_near_equals_along(
    database: Database, now: HandClock
) -> None:
    subjects = [f"S{n % 2}" for n in range(300)] + ["S2"]
    created(database, now(), *subjects)
    runs = []
    while held := claimed(database, now()):
        if held.lane == "mail":
            runs.append((held.argument, len(held.event_ids)))
        settled(database, held, now())
    assert runs == [("S0", 100), ("S1", 150), ("S0", 50), ("S2", 1)]


def test_ten_thousand_events_are_dispatched_in_a_few_seconds(database: Database, now: HandClock) -> None:
    created(database, now(), *(f"S{n}" for n in range(10_000)))
    held = [sure(claimed(database, now())) for _ in range(2)]
    sheet = next(each for each in held if each.lane != "mail")
    assert len(sheet.event_ids) == queue.BATCH
