"""The workflows of the county's forms, walked by people who have one role each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from demo.county import County
from forms.codes import uscc_check_character
from forms.folder import load_folder
from forms.values import Raw
from records.catalogue import Catalogue, open_catalogue, publish
from records.database import Database
from records.ledger import Ledger, open_ledger
from records.listing import children_of
from records.model import Accepted, Actor, Door, Occasion, Outcome, Refused, Submission
from records.people import Person, Unit, actor_of, save_people, save_units
from records.revise import Change, StepClosed, revise
from records.steps import open_steps
from records.store import load_submissions
from records.submit import Entry, submit
from tests.conftest import HandClock
from tests.demo.conftest import DEFINITIONS, NOW

_BODY = "91419926MA0000000"


class Walk:
    """Hands forms in and takes steps; every deed comes an hour after the one before."""

    def __init__(self, ledger: Ledger, people: Mapping[str, Actor], now: HandClock) -> None:
        self.ledger = ledger
        self._people = people
        self._now = now
        self._forms = 0

    def fill(self, who: str, form: str, **raw: Raw) -> Submission:
        self._forms += 1
        return _accepted(submit(self.ledger, form, Entry(raw, f"walk-{self._forms}", self.by(who))))

    def try_step(self, who: str, record: Submission, step: str | None, *, comment: Raw = None, **raw: Raw) -> Outcome:
        words = None if comment is None else str(comment)
        return revise(self.ledger, Change(record.id, raw, self.by(who), step, words))

    def step(self, who: str, record: Submission, step: str | None, **raw: Raw) -> str:
        """Take a step that must be accepted; the state it leads to."""
        return str(_accepted(self.try_step(who, record, step, **raw)).state)

    def by(self, who: str) -> Occasion:
        return Occasion(self._people[who], self._now.forward(hours=1), Door.WEB)

    def wait(self, **by: float) -> None:
        self._now.forward(**by)

    def today(self, days: int = 0) -> str:
        return (self._now().date() + timedelta(days=days)).isoformat()

    def open_to(self, who: str, record: Submission) -> set[str]:
        return set(open_steps(self.ledger, record, self.by(who)))


def _accepted(outcome: Outcome) -> Submission:
    assert isinstance(outcome, Accepted), outcome
    return outcome.submission


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The county's forms, compiled once for all walks."""
    database = Database("sqlite://")
    database.create()
    with database.writing() as conn:
        publish(conn, load_folder(DEFINITIONS), actor="admin", at=NOW)
        return open_catalogue(conn)


@pytest.fixture
def walk(database: Database, bare_county: County, catalogue: Catalogue, now: HandClock) -> Iterator[Walk]:
    with database.writing() as conn:
        save_units(conn, [*bare_county.units, Unit("mill", "面粉厂", "enterprise", ("chengguan", "yingji"))])
        miller = Person("miller", "磨坊主", "mill", ("enterprise",))
        save_people(conn, [*bare_county.people, miller])
        people = {person.id: actor_of(conn, person) for person in (*bare_county.people, miller)}
        yield Walk(open_ledger(conn, catalogue, "419926"), people, now)


@pytest.fixture
def mill(walk: Walk) -> Submission:
    return walk.fill(
        "chengguan",
        "enterprise",
        name="城关磨坊面粉有限公司",
        uscc=_BODY + uscc_check_character(_BODY),
        unit_type="企业",
        sector="工贸",
        town="城关镇",
        dept="青山县应急管理局",
        grade="B",
        risk="较大",
        address="城关镇人民路1号",
        head="磨坊主",
        head_phone="19900000001",
        staff="30人",
    )


@pytest.fixture
def hazard(walk: Walk, mill: Submission) -> Submission:
    """A general hazard that an inspector of the department found at the mill."""
    visit = walk.fill(
        "yingji",
        "inspection",
        nature="随机抽查",
        enterprise=mill.title,
        town="城关镇",
        result="责令限期整改",
        hazards=[
            {"place": "磨粉车间", "desc": "除尘风管积尘较厚，清扫记录中断一周", "category": "现场管理/设备设施"},
        ],
    )
    (found,) = children_of(walk.ledger, walk.by("anweiban").actor, visit)
    return found


def _plan(walk: Walk) -> dict[str, Raw]:
    return {"owner_org": "面粉厂", "owner": "磨坊主", "measure": "立即清扫并建立记录", "tracker": "yingji02"}


def _fixed(walk: Walk) -> dict[str, Raw]:
    return {"fixed_at": walk.today(), "fix_desc": "积尘已清扫干净"}


def _rechecked(walk: Walk) -> dict[str, Raw]:
    return {"recheck_by": "甲、乙", "recheck_at": walk.today()}


def _signed(walk: Walk, by: str) -> dict[str, Raw]:
    return {"sign_by": by, "sign_at": walk.today()}


def test_a_row_of_an_inspection_becomes_a_hazard_that_knows_where_it_comes_from(walk: Walk, hazard: Submission) -> None:
    answers = hazard.answers
    assert answers["no"] == "YH-419926-2026-000001"
    assert (answers["source"], answers["level"], answers["fix_type"]) == ("supervision", "general", "limited")
    assert (answers["town"], answers["dept"], answers["found_at"]) == ("chengguan", "yingji", walk.today())
    assert answers["deadline"] == walk.today(15)
    assert hazard.title == "YH-419926-2026-000001 城关磨坊面粉有限公司 磨粉车间"


def test_a_hazard_is_fixed_by_the_enterprise_and_closed_by_others(walk: Walk, hazard: Submission) -> None:
    assert walk.step("yingji", hazard, "assign", **_plan(walk)) == "fixing"
    wanted = [{"extend_reason": "配件未到", "new_deadline": walk.today(30)}]
    assert walk.step("miller", hazard, "ask_for_time", extend=wanted) == "extending"
    assert walk.step("yingji02", hazard, "grant_time", deadline=walk.today(30)) == "fixing"
    assert walk.step("miller", hazard, "report_fixed", **_fixed(walk)) == "to_recheck"
    assert walk.step("yingji", hazard, "send_back", comment="照片看不清") == "fixing"
    assert walk.step("miller", hazard, "report_fixed", **_fixed(walk)) == "to_recheck"
    assert walk.step("yingji", hazard, "pass_recheck", **_rechecked(walk)) == "fixed"
    assert walk.step("yingji12", hazard, "sign", **_signed(walk, "yingji12")) == "closed"
    assert walk.open_to("admin", _now(walk, hazard)) == set()


def test_whoever_accepts_or_signs_is_somebody_else(walk: Walk, hazard: Submission) -> None:
    walk.step("yingji", hazard, "assign", **_plan(walk))
    walk.step("yingji", hazard, "report_fixed", **_fixed(walk))
    with pytest.raises(StepClosed, match="别人"):
        walk.step("yingji", hazard, "pass_recheck", **_rechecked(walk))
    walk.step("yingji02", hazard, "pass_recheck", **_rechecked(walk))
    with pytest.raises(StepClosed, match="别人"):
        walk.step("yingji02", hazard, "sign", **_signed(walk, "yingji"))


def test_sending_back_without_a_reason_is_refused(walk: Walk, hazard: Submission) -> None:
    walk.step("yingji", hazard, "assign", **_plan(walk))
    walk.step("miller", hazard, "report_fixed", **_fixed(walk))
    refused = walk.try_step("yingji", hazard, "send_back")
    assert isinstance(refused, Refused)
    assert set(refused.refusals) == {"comment"}


def test_people_of_another_town_and_the_enterprise_itself_do_not_judge(walk: Walk, hazard: Submission) -> None:
    walk.step("yingji", hazard, "assign", **_plan(walk))
    walk.step("miller", hazard, "report_fixed", **_fixed(walk))
    for stranger in ("donghe", "miller", "lingdao"):
        assert walk.open_to(stranger, _now(walk, hazard)) == set()
    assert "pass_recheck" in walk.open_to("chengguan", _now(walk, hazard))


def test_a_request_for_more_time_comes_before_the_deadline_and_may_be_refused(walk: Walk, hazard: Submission) -> None:
    walk.step("yingji", hazard, "assign", **_plan(walk))
    assert "ask_for_time" in walk.open_to("miller", _now(walk, hazard))
    wanted = [{"extend_reason": "配件未到", "new_deadline": walk.today(30)}]
    walk.step("miller", hazard, "ask_for_time", extend=wanted)
    assert walk.step("yingji", hazard, "refuse_time", comment="配件已到货") == "fixing"
    walk.wait(days=16)
    assert "ask_for_time" not in walk.open_to("miller", _now(walk, hazard))


def test_a_hazard_of_somebody_else_is_passed_on_for_good(walk: Walk, hazard: Submission) -> None:
    assert (
        walk.step("yingji", hazard, "transfer", comment="属消防职责", transfer_to="青山县消防救援大队") == "transferred"
    )
    assert walk.open_to("admin", _now(walk, hazard)) == set()
    assert "xiaofang" in _now(walk, hazard).concerns


def test_only_general_hazards_that_are_fixed_at_once_are_closed_on_the_spot(walk: Walk, hazard: Submission) -> None:
    assert "fix_on_spot" not in walk.open_to("yingji", hazard)
    walk.step("yingji", hazard, None, fix_type="立即整改")
    assert walk.step("yingji", hazard, "fix_on_spot", **_fixed(walk)) == "fixed"
    assert _now(walk, hazard).answers["deadline"] is None
    assert walk.step("yingji12", hazard, "sign", **_signed(walk, "yingji12")) == "closed"


def test_a_major_hazard_needs_its_standard_its_money_and_precautions_and_a_leader_signs(
    walk: Walk, mill: Submission
) -> None:
    raw: dict[str, Raw] = {
        "source": "企业自查",
        "enterprise": mill.title,
        "town": "城关镇",
        "dept": "青山县应急管理局",
        "place": "除尘器",
        "desc": "除尘系统未设置泄爆装置，仍在运行",
        "level": "重大",
        "category": "现场管理/设备设施",
    }
    refused = submit(walk.ledger, "hazard", Entry(raw, "major-0", walk.by("yingji")))
    assert isinstance(refused, Refused)
    assert set(refused.refusals) == {"basis"}
    major = walk.fill("yingji", "hazard", **raw, basis="工贸企业重大事故隐患判定标准")
    assert major.answers["deadline"] == walk.today(60)
    refused = walk.try_step("yingji", major, "assign", **_plan(walk))
    assert isinstance(refused, Refused)
    assert set(refused.refusals) == {"fund", "contingency"}
    walk.step("yingji", major, "assign", **_plan(walk), fund="3.5", contingency="停机上锁")
    walk.step("miller", major, "report_fixed", **_fixed(walk))
    walk.step("yingji", major, "pass_recheck", **_rechecked(walk))
    assert walk.open_to("yingji12", _now(walk, major)) == {"send_back"}
    assert walk.step("lingdao", major, "sign_major", **_signed(walk, "lingdao")) == "closed"


def test_a_hazard_that_came_back_is_registered_anew(walk: Walk, hazard: Submission) -> None:
    walk.step("yingji", hazard, None, fix_type="立即整改")
    walk.step("yingji", hazard, "fix_on_spot", **_fixed(walk))
    walk.step("yingji12", hazard, "sign", **_signed(walk, "yingji12"))
    rows = [{"lookback_at": walk.today(), "lookback_by": "甲", "lookback_result": "无反弹"}]
    walk.step("chengguan", hazard, None, lookback=rows)
    office = walk.by("anweiban").actor
    assert children_of(walk.ledger, office, hazard) == []
    rows.append({"lookback_at": walk.today(), "lookback_by": "甲", "lookback_result": "反弹"})
    walk.step("chengguan", hazard, None, lookback=rows)
    (again,) = children_of(walk.ledger, office, hazard)
    assert (again.state, again.answers["source"], again.answers["place"]) == ("to_assign", "look_back", "磨粉车间")


def test_an_inspection_is_verified_by_the_office_or_sent_back(walk: Walk, mill: Submission) -> None:
    visit = walk.fill(
        "chengguan", "inspection", nature="联合检查", enterprise=mill.title, town="城关镇", result="未发现问题"
    )
    assert walk.open_to("chengguan", visit) == set()
    assert walk.step("anweiban", visit, "send_back", comment="请补充检查内容") == "returned"
    assert walk.step("chengguan", visit, "send_again", content="查看车间和仓库") == "submitted"
    assert walk.step("anweiban", visit, "verify") == "verified"


def test_an_inspection_that_found_something_is_not_called_clean(walk: Walk, mill: Submission) -> None:
    rows: list[Raw] = [{"place": "仓库", "desc": "灭火器被货物遮挡，无法取用", "category": "现场管理/消防"}]
    raw: dict[str, Raw] = {"nature": "随机抽查", "enterprise": mill.title, "town": "城关镇", "hazards": rows}
    refused = submit(walk.ledger, "inspection", Entry({**raw, "result": "未发现问题"}, "visit-0", walk.by("yingji")))
    assert isinstance(refused, Refused)
    assert set(refused.refusals) == {"result"}


def test_an_administrative_inspection_shows_its_plan_its_items_and_two_certificates(
    walk: Walk, mill: Submission
) -> None:
    one: list[Raw] = [{"officer_name": "甲", "officer_cert": "1"}]
    raw: dict[str, Raw] = {"nature": "行政检查", "enterprise": mill.title, "town": "城关镇", "result": "未发现问题"}
    for given, missing in (
        ({**raw, "people": "1"}, {"people", "plan_no", "item_codes", "officers"}),
        ({**raw, "plan_no": "P-1", "item_codes": "应急预案和演练", "officers": one}, {"officers"}),
    ):
        refused = submit(walk.ledger, "inspection", Entry(given, "visit-1", walk.by("yingji")))
        assert isinstance(refused, Refused)
        assert set(refused.refusals) == missing


def test_an_old_visit_is_explained_when_it_is_sent_and_may_be_corrected_years_later(
    walk: Walk, mill: Submission
) -> None:
    raw: dict[str, Raw] = {"nature": "随机抽查", "enterprise": mill.title, "town": "城关镇", "result": "未发现问题"}
    old: dict[str, Raw] = {**raw, "date": walk.today(-31)}
    refused = submit(walk.ledger, "inspection", Entry(old, "visit-2", walk.by("yingji")))
    assert isinstance(refused, Refused)
    assert set(refused.refusals) == {"late_reason"}
    visit = walk.fill("yingji", "inspection", **raw)
    walk.wait(days=800)
    assert walk.step("anweiban", visit, None, content="补记") == "submitted"


def test_a_measure_is_reviewed_by_a_second_person_and_concluded(walk: Walk, mill: Submission) -> None:
    measure = walk.fill(
        "yingji",
        "enforcement",
        measure="停产停业整顿",
        enterprise=mill.title,
        law="《中华人民共和国安全生产法》第一百零二条",
        step="依法处罚",
        doc_no="（青）应急停〔2026〕1号",
    )
    with pytest.raises(StepClosed, match="别人"):
        walk.step("yingji", measure, "approve", legal_ok="是")
    assert walk.step("yingji02", measure, "send_back", comment="条款不全") == "returned"
    assert walk.step("yingji", measure, "send_again") == "to_review"
    assert walk.step("yingji02", measure, "approve", legal_ok="是") == "in_force"
    assert walk.step("yingji", measure, "conclude", exec="执行完毕", lifted_at=walk.today()) == "concluded"


def test_a_fine_is_a_punishment_with_a_document(walk: Walk, mill: Submission) -> None:
    raw: dict[str, Raw] = {"measure": "罚款", "enterprise": mill.title, "law": "某法", "fine": "2万元"}
    for given, missing in (
        ({**raw, "step": "教育规范"}, {"step"}),
        ({**raw, "step": "依法处罚"}, {"doc_no"}),
        ({**raw, "step": "依法处罚", "doc_no": "12"}, {"doc_no"}),
    ):
        refused = submit(walk.ledger, "enforcement", Entry(given, "fine", walk.by("yingji")))
        assert isinstance(refused, Refused)
        assert set(refused.refusals) == missing


def test_a_quiet_day_is_reported_with_one_tap_and_a_second_report_is_refused(walk: Walk) -> None:
    tap = walk.ledger.catalogue["daily_report"].form.one_tap
    report = walk.fill("chengguan", "daily_report", **tap)
    assert report.title == f"城关镇 {walk.today()} 平安零报告"
    assert report.answers["late"] is False
    assert report.answers["submitted_at"] == "11:00"
    again = submit(walk.ledger, "daily_report", Entry(tap, "again", walk.by("chengguan02")))
    assert isinstance(again, Refused)
    assert set(again.refusals) == {"org", "date"}


def test_a_report_after_sixteen_hours_is_marked_as_late_and_stays_so(walk: Walk) -> None:
    walk.wait(hours=6)
    report = walk.fill("donghe", "daily_report", mode="平安零报告")
    assert report.answers["late"] is True
    walk.wait(hours=16)
    walk.step("donghe", report, None, duty="值班员甲")
    assert _now(walk, report).answers["submitted_at"] == "17:00"


def _now(walk: Walk, record: Submission) -> Submission:
    return load_submissions(walk.ledger.conn, [record.id])[record.id]
