from __future__ import annotations

import pytest

from forms.values import Raw
from records.model import Accepted, Door, Occasion, Outcome, Submission
from records.revise import Change, revise
from records.submit import Entry, submit
from tests.records.office import Office, accepted, refused

TRIP = """
id: trip
title: 行程
instance_name: ${name}
fields:
  - {type: text, name: name, label: 名称}
  - {type: record, form: visit, name: of, label: 检查}
  - {type: repeat, name: stops, label: 各站, fields: [{type: record, form: visit, name: at, label: 检查}]}
access:
  roles: {town: {fill: true, read: all, edit: all}, leader: {fill: true, read: all}}
"""


@pytest.fixture
def foreign(office: Office) -> Submission:
    """A visit of 柳河镇, which 城关镇 may not see."""
    office.publish(TRIP)
    return office.sent("chen", "visit", {"place": "酒厂"})


def missing(text: str) -> str:
    return f"没有找到“{text}”"


def test_a_link_to_what_the_sender_may_not_see_is_refused_as_if_it_were_not_there(
    office: Office, foreign: Submission
) -> None:
    for text in (foreign.id, foreign.title, "0" * 18):
        assert refused(office.send("bei", "trip", {"of": text})) == {"of": missing(text)}
        raw: dict[str, Raw] = {"stops": [{"at": ""}, {"at": text}]}
        assert refused(office.send("bei", "trip", raw)) == {"stops.1.at": missing(text)}
    assert accepted(office.send("chen", "trip", {"of": foreign.title})).answers["of"] == foreign.id
    assert accepted(office.send("ling", "trip", {"of": foreign.id})).answers["of"] == foreign.id


def test_every_other_mistake_is_told_beside_it(office: Office, foreign: Submission) -> None:
    assert refused(office.send("bei", "trip", {"of": foreign.id, "nmae": "x"})).keys() == {"of", "nmae"}


def test_a_link_that_is_there_already_may_stay_and_no_other_may_come(office: Office, foreign: Submission) -> None:
    other = office.sent("chen", "visit", {"place": "粮站"})
    trip = office.sent("chen", "trip", {"of": foreign.id})
    changed = office.changed("bei", trip, {"name": "巡查", "of": foreign.id})
    assert (changed.answers["name"], changed.answers["of"]) == ("巡查", foreign.id)
    assert refused(office.change("bei", changed, {"of": other.id})) == {"of": missing(other.id)}


@pytest.mark.parametrize("door", [Door.SHEET, Door.DEMO])
def test_the_doors_of_the_office_itself_link_to_everything(office: Office, foreign: Submission, door: Door) -> None:
    def through(person: str) -> Occasion:
        return Occasion(office.actor(person), office.now(), door)

    with office.writing() as ledger:
        sent = accepted(submit(ledger, "trip", Entry({"of": foreign.id}, "t1", through("bei"))))
        outcome: Outcome = revise(ledger, Change(sent.id, {"stops": [{"at": foreign.id}]}, through("bei")))
    assert isinstance(outcome, Accepted)
