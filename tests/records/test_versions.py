from __future__ import annotations

from records.versions import versions_of
from tests.records.office import VISIT, Office


def test_versions_are_told_newest_first_with_how_many_records_name_each(office: Office) -> None:
    office.sent("an", "visit", {"place": "一号楼"})
    office.publish(VISIT.replace("label: 备注", "label: 说明"))
    office.sent("an", "visit", {"place": "二号楼"})
    office.sent("an", "visit", {"place": "三号楼"})
    with office.reading() as ledger:
        newest, oldest = versions_of(ledger.conn, "visit")
        assert [(one.number, one.records) for one in (newest, oldest)] == [(2, 2), (1, 1)]
        assert "label: 说明" in newest.source
        assert oldest.source.strip() == VISIT.strip()
        assert oldest.published_by
        assert versions_of(ledger.conn, "nothing") == []
