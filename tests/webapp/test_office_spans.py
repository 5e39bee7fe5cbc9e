from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from records.people import all_units
from records.spans import all_spans
from tests.webapp.office import Visitor
from webapp.office_file import load_office_file
from webapp.settings import BadSettings
from webapp.site import Site


def imported(site: Site, folder: Path, text: str, *, dry_run: bool = False) -> str:
    path = folder / "office.yaml"
    path.write_text(text, encoding="utf-8")
    return str(load_office_file(site, path, dry_run=dry_run))


SPANS = """
key_periods:
  - {id: national_day_2026, name: 国庆, from: 2026-09-30, to: 2026-10-08}
campaigns:
  - {id: fire_2026, name: 消防专项整治, from: 2026-11-01, to: 2026-12-31}
"""


def test_key_periods_and_campaigns_are_taken_in_and_shown(site: Site, tmp_path: Path, as_office: Visitor) -> None:
    assert imported(site, tmp_path, SPANS, dry_run=True).endswith("2 段重点时段和专项行动")
    assert imported(site, tmp_path, SPANS) == "已收进 0 个单位、0 个人、0 种角色、0 天日历、2 段重点时段和专项行动"
    with site.database.reading() as conn:
        assert [(span.id, str(span.kind), str(span.days)) for span in all_spans(conn)] == [
            ("national_day_2026", "key_period", "2026-09-30..2026-10-08"),
            ("fire_2026", "campaign", "2026-11-01..2026-12-31"),
        ]
    page = as_office.get("/office").text
    assert "消防专项整治" in page
    assert "正在进行" in page


def test_a_span_is_changed_and_dropped(site: Site, tmp_path: Path) -> None:
    imported(site, tmp_path, SPANS)
    imported(
        site,
        tmp_path,
        SPANS.replace("2026-12-31", "2026-11-30").replace("to: 2026-10-08", "to: 2026-10-08, dropped: true"),
    )
    with site.database.reading() as conn:
        assert [str(span.days) for span in all_spans(conn)] == ["2026-11-01..2026-11-30"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-10-08", "2026-09-01", "“国庆”的 to 不能早于 from"),
        ("id: fire_2026", "id: campaign", "“campaign”是这一类的统称，请另取一个编号"),
        ("2026-10-08", "国庆后", "to"),
    ],
)
def test_what_is_wrong_with_a_span_is_told_at_its_line(
    site: Site, tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(BadSettings) as refused:
        imported(site, tmp_path, SPANS.replace(old, new))
    assert said in str(refused.value)


def test_a_unit_that_joins_later_owes_from_that_day_or_from_the_one_that_is_said(site: Site, tmp_path: Path) -> None:
    imported(
        site,
        tmp_path,
        """
units:
  - {id: new, name: 新镇, kind: town, parents: [aw]}
  - {id: said, name: 河西镇, kind: town, parents: [aw], since: 2026-12-01}
  - {id: cg, name: 城关镇, kind: town, parents: [aw]}
""",
    )
    with site.database.reading() as conn:
        since = {unit.id: unit.since for unit in all_units(conn)}
    assert since["new"] == date(2026, 11, 22)
    assert since["said"] == date(2026, 12, 1)
    assert since["cg"] is None
    imported(site, tmp_path, "units:\n  - {id: said, name: 河西镇, kind: town, parents: [aw]}\n")
    with site.database.reading() as conn:
        assert {unit.id: unit.since for unit in all_units(conn)}["said"] == date(2026, 12, 1)
