from __future__ import annotations

from records.remembering import remembered
from records.revise import withdraw
from tests.conftest import HandClock
from tests.records.office import VISIT, Office

KEPT = VISIT.replace("label: 地点,", "label: 地点, remember: true,").replace(
    "label: 备注}", "label: 备注, remember: true}"
)


def test_what_a_person_answered_last_time_is_known_and_nobody_elses(office: Office, now: HandClock) -> None:
    office.publish(KEPT)
    office.sent("bei", "visit", {"place": "一号楼", "note": "老问题", "people": "3"})
    now.forward(minutes=5)
    later = office.sent("bei", "visit", {"place": "二号楼"})
    office.sent("ben", "visit", {"place": "三号楼"})
    with office.writing() as ledger:
        form = ledger.catalogue["visit"].form
        assert remembered(ledger, form, office.actor("bei")) == {"place": "二号楼"}
        assert remembered(ledger, form, office.actor("chen")) == {}
        withdraw(ledger, later.id, office.occasion("bei"))
        assert remembered(ledger, form, office.actor("bei")) == {"place": "一号楼", "note": "老问题"}


def test_it_is_known_under_its_new_name(office: Office) -> None:
    office.sent("bei", "visit", {"place": "一号楼"})
    office.publish(KEPT.replace("name: place,", "name: spot, was: [place],").replace("${place}", "${spot}"))
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
        assert remembered(ledger, form, office.actor("bei")) == {"spot": "一号楼"}
