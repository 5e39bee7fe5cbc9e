from __future__ import annotations

import pytest

from records.catalogue import NoSuchForm, retire
from records.retired import last_served, retired_forms
from tests.records.office import VISIT, Office


def test_a_retired_form_is_known_by_its_last_version_until_it_is_served_again(office: Office) -> None:
    office.publish(VISIT.replace("name: place,", "name: spot, was: [place],").replace("${place}", "${spot}"))
    with office.writing() as ledger:
        assert retired_forms(ledger.conn) == {}
        assert last_served(ledger.conn, ledger.catalogue, "visit") is ledger.catalogue["visit"]
        retire(ledger.conn, "visit", office.now())
    with office.reading() as ledger:
        assert retired_forms(ledger.conn) == {"visit": 2}
        assert "spot" in last_served(ledger.conn, ledger.catalogue, "visit").form.questions
        with pytest.raises(NoSuchForm):
            last_served(ledger.conn, ledger.catalogue, "nothing")
    office.publish(VISIT)
    with office.reading() as ledger:
        assert retired_forms(ledger.conn) == {}
