"""Work behind the scenes: each (event, reaction) is a row, done by whoever holds the lease on its lane.

    dispatch    new events become reactions, each in a lane
    claim       take the lease on a lane that has something due (one run of one task)
    renew       keep the lease while the task is still running
    settle      it is done           } only for whoever still holds the lease:
    fail        it is not: later, or given up } otherwise `LeaseLost`

A lease is one compare-and-set on `lanes.token`, plain SQL that any database understands. The
token grows with every owner, so a process that was asleep longer than its lease and wakes up
is refused (“fenced”) whatever its clock says. A run happens at least once; `confirm`, called
in the transaction of the effect, makes that effect happen for the holder of the lease only.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, insert, or_, select, update

from kernel.canonical import to_json
from kernel.clock import from_utc_text, utc_text
from kernel.problems import Stale
from kernel.sentences import Sentence, say, sentence_from_json, sentence_json
from records.events import Event, event_from_row
from records.marks import Mark, locked_mark, read_mark, write_mark
from records.tables import events, lanes, reactions

#: Events taken in, and reactions answered for, in one transaction.
BATCH = 5000
#: A reaction that failed this often is left for a person.
MOST_FAILURES = 8
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
_LANES_TRIED = 50
_LOOKED_THROUGH = 200


@dataclass(frozen=True, slots=True)
class Reaction:
    """What an event sets going: `task` in a lane, with an argument; an argument of None: nothing this time.

    Equal (task, argument) pairs waiting in a lane are run once for all of them, so an argument names
    what is to be brought up to date, not what to do to it. Lanes are few: `sheet:hazard`, `mail`, `pdf`.
    """

    task: str
    lane: Callable[[Event], str]
    argument: Callable[[Event], str | None]


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run `task` with `argument` once, for all of `event_ids`, while the lease lives."""

    lane: str
    token: int
    owner: str
    at: datetime
    task: str
    argument: str
    event_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one lane."""

    lane: str
    waiting: int  # open reactions, those that failed counted in
    failing: int  # of these, tried at least once in vain
    given_up: int  # no longer tried
    oldest: datetime | None  # when the oldest open event happened, UTC
    last_failure: Sentence | None


class LeaseLost(Stale):
    """The lease ran out and somebody else works this lane now."""

    code = "queue.lease_lost"

    def __init__(self, lane: str) -> None:
        super().__init__(say("后台任务（{lane}）已由另一个进程接手，这一次的结果不再记入", lane=lane))


def dispatch(conn: Connection, table: Mapping[str, Sequence[Reaction]], now: datetime, *, limit: int = BATCH) -> int:
    """Turn up to `limit` new events into reactions, as `table` (action → reactions) says; how many events.

    Call it until it returns 0. An action names each task once. Two processes take turns.
    """
    mark = locked_mark(conn)
    happened = [
        event_from_row(row) for row in conn.execute(select(events).where(_new(mark)).order_by(events.c.id).limit(limit))
    ]
    if not happened:
        return 0
    rows = [
        {"event_id": event.id, "task": each.task, "lane": each.lane(event), "argument": argument}
        for event in happened
        for each in table.get(event.action, ())
        if (argument := each.argument(event)) is not None
    ]
    _open_lanes(conn, {str(row["lane"]) for row in rows}, now)
    if rows:
        conn.execute(insert(reactions).values(not_before=utc_text(now), failures=0), rows)
    write_mark(conn, mark.past([event.id for event in happened], now))
    return len(happened)


def undispatched(conn: Connection) -> bool:
    """Whether there are events that `dispatch` has not seen."""
    return bool(conn.execute(select(exists().where(_new(read_mark(conn))))).scalar())


def is_answered(conn: Connection, event_id: int) -> bool:
    """Whether all that an event set going is done; what failed is tried again, but nobody need wait for it."""
    seen = conn.execute(select(events.c.id).where(events.c.id == event_id, _new(read_mark(conn)))).first() is None
    untried = select(reactions.c.task).where(reactions.c.event_id == event_id, _open(), reactions.c.failures == 0)
    return seen and conn.execute(untried.limit(1)).first() is None


def due(conn: Connection, now: datetime) -> bool:
    """Whether some lane that nobody works on has something due."""
    return conn.execute(_free_lanes(utc_text(now)).limit(1)).first() is not None


def claim(conn: Connection, owner: str, now: datetime, lease: timedelta) -> Claim | None:
    """Take the lease on a lane with something due, the one served longest ago first; None: nothing to do."""
    at = utc_text(now)
    for lane, token in conn.execute(_free_lanes(at).limit(_LANES_TRIED)).all():
        taken = conn.execute(
            update(lanes)
            .where(lanes.c.lane == lane, lanes.c.token == token, _free(at))
            .values(token=token + 1, owner=owner, until=utc_text(now + lease))
        )
        if taken.rowcount == 1:
            task, argument, event_ids = _first_run(conn, lane, at)
            return Claim(lane, token + 1, owner, now, task, argument, event_ids)
    return None


def renew(conn: Connection, held: Claim, now: datetime, lease: timedelta) -> None:
    """Keep the lease until `now + lease`; raises `LeaseLost`."""
    _hold(conn, held, until=utc_text(now + lease))


def confirm(conn: Connection, held: Claim) -> None:
    """Make sure, until `conn` commits, that nobody else takes the lane; raises `LeaseLost`."""
    _hold(conn, held, token=held.token)


def settle(conn: Connection, held: Claim, now: datetime) -> None:
    """It is done, for every event of the claim; the lane is free. Raises `LeaseLost`."""
    _hold(conn, held, owner=None, until=utc_text(now))
    conn.execute(update(reactions).where(_claimed(held), _open()).values(settled_at=utc_text(now)))


def fail(conn: Connection, held: Claim, now: datetime, sentence: str, *, retry: bool) -> None:
    """It could not be done: try again later, or leave it for a person; the lane is free. Raises `LeaseLost`.

    Only reactions that were due count the failure: one that is backing off already is not hurried along.
    """
    _hold(conn, held, owner=None, until=utc_text(now))
    tried = conn.execute(
        select(reactions.c.event_id, reactions.c.failures)
        .where(_claimed(held), _open())
        .where(reactions.c.not_before <= utc_text(held.at))
    ).all()
    if not tried:
        return
    chance = secrets.randbelow(1000) / 1000
    conn.execute(
        update(reactions)
        .where(reactions.c.event_id == bindparam("of"), reactions.c.task == held.task)
        .values(last_failure=to_json(sentence_json(sentence))),
        [
            {
                "of": event_id,
                "failures": failures + 1,
                "not_before": utc_text(now + wait_after(failures + 1, chance)),
                "given_up_at": None if retry and failures + 1 < MOST_FAILURES else utc_text(now),
            }
            for event_id, failures in tried
        ],
    )


def wait_after(failures: int, chance: float) -> timedelta:
    """How long to wait after the n-th failure (n ≥ 1): doubled each time, and up to a third less by `chance` in [0, 1).

    The chance keeps lanes that failed together from coming back together.
    """
    doubled = min(FIRST_WAIT * int(2 ** min(failures - 1, 16)), LONGEST_WAIT)
    return doubled * (1 - chance / 3)


def reopen(conn: Connection, lane: str, now: datetime) -> int:
    """Try again what was given up in `lane`, from the beginning; how many reactions."""
    given_up = and_(reactions.c.lane == lane, reactions.c.settled_at.is_(None), reactions.c.given_up_at.is_not(None))
    opened = conn.execute(
        update(reactions).where(given_up).values(given_up_at=None, failures=0, not_before=utc_text(now))
    )
    return opened.rowcount


def waiting(conn: Connection) -> list[Backlog]:
    """What waits in each lane that is not empty, by the name of the lane."""
    open_event = func.min(events.c.at).filter(reactions.c.given_up_at.is_(None))
    counts = conn.execute(
        select(
            reactions.c.lane,
            func.count().filter(reactions.c.given_up_at.is_(None)).label("waiting"),
            func.count().filter(reactions.c.given_up_at.is_(None), reactions.c.failures > 0).label("failing"),
            func.count(reactions.c.given_up_at).label("given_up"),
            open_event.label("oldest"),
        )
        .join(events, events.c.id == reactions.c.event_id)
        .where(reactions.c.settled_at.is_(None))
        .group_by(reactions.c.lane)
        .order_by(reactions.c.lane)
    ).all()
    failures = {
        lane: sentence_from_json(json.loads(failure))
        for lane, failure in conn.execute(
            select(reactions.c.lane, reactions.c.last_failure)
            .where(reactions.c.settled_at.is_(None), reactions.c.last_failure.is_not(None))
            .order_by(reactions.c.event_id)
        )
    }
    return [
        Backlog(
            lane=row.lane,
            waiting=row.waiting,
            failing=row.failing,
            given_up=row.given_up,
            oldest=from_utc_text(row.oldest) if row.oldest else None,
            last_failure=failures.get(row.lane),
        )
        for row in counts
    ]


def _new(mark: Mark) -> ColumnElement[bool]:
    return or_(events.c.id > mark.upto, *(events.c.id.between(gap.first, gap.last) for gap in mark.gaps))


def _open_lanes(conn: Connection, wanted: set[str], now: datetime) -> None:
    known = set(conn.execute(select(lanes.c.lane).where(lanes.c.lane.in_(wanted))).scalars())
    if wanted - known:
        rows = [{"lane": lane, "token": 0, "until": utc_text(now)} for lane in sorted(wanted - known)]
        conn.execute(insert(lanes), rows)


def _open() -> ColumnElement[bool]:
    return and_(reactions.c.settled_at.is_(None), reactions.c.given_up_at.is_(None))


def _free(at: str) -> ColumnElement[bool]:
    return or_(lanes.c.owner.is_(None), lanes.c.until <= at)


def _free_lanes(at: str) -> Select[str, int]:
    """Lanes without a living lease that have something due, the one served longest ago first.

    A scalar subquery, because PostgreSQL turns EXISTS into a join that reads everything that is due.
    """
    something_due = (
        select(reactions.c.event_id)
        .where(reactions.c.lane == lanes.c.lane, _open(), reactions.c.not_before <= at)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(lanes.c.lane, lanes.c.token)
        .where(_free(at), something_due.is_not(None))
        .order_by(lanes.c.until, lanes.c.lane)
    )


def _first_run(conn: Connection, lane: str, at: str) -> tuple[str, str, tuple[int, ...]]:
    """Task and argument of the oldest reaction that is due in `lane`, and every event that this run answers for.

    Only the first due reactions are looked through for equal ones, unless they are all equal: a long
    lane of different ones is not read anew for each. To sort by `settled_at`, which is null in all of
    them, and by `lane` lets both databases walk along the index instead of sorting.
    """
    due_here = (
        select(reactions.c.event_id, reactions.c.task, reactions.c.argument)
        .where(reactions.c.lane == lane, _open(), reactions.c.not_before <= at)
        .order_by(reactions.c.settled_at, reactions.c.lane, reactions.c.not_before)
    )
    first = conn.execute(due_here.limit(_LOOKED_THROUGH)).all()
    task, argument = first[0].task, first[0].argument
    same = and_(reactions.c.task == task, reactions.c.argument == argument)
    fellows = [row.event_id for row in first if (row.task, row.argument) == (task, argument)]
    if len(fellows) == _LOOKED_THROUGH:
        fellows = [row.event_id for row in conn.execute(due_here.where(same).limit(BATCH))]
    backing_off = select(reactions.c.event_id).where(
        reactions.c.lane == lane, _open(), reactions.c.not_before > at, same
    )
    return task, argument, (*fellows, *conn.execute(backing_off.limit(BATCH)).scalars())


def _claimed(held: Claim) -> ColumnElement[bool]:
    return and_(reactions.c.event_id.in_(held.event_ids), reactions.c.task == held.task)


def _hold(conn: Connection, held: Claim, **values: object) -> None:
    """Write `values` into the lane if the lease is still ours; the row stays locked until `conn` commits."""
    ours = and_(lanes.c.lane == held.lane, lanes.c.token == held.token, lanes.c.owner == held.owner)
    if conn.execute(update(lanes).where(ours).values(**values)).rowcount != 1:
        raise LeaseLost(held.lane)
