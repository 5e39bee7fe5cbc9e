"""What can be chosen depends on other answers and on the day; the reader holds to it on every path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from forms.answers import Reader
from forms.definition import Form
from forms.values import Answers, Raw, nothing_linked
from tests.forms.dictionary import NOW, circumstances

Read = tuple[Answers, dict[str, str]]


def read(form: Form, raw: Mapping[str, Raw], before: Answers | None = None, now: datetime = NOW) -> Read:
    reading = Reader(form).read(raw, circumstances(now), before=before)
    return reading.answers, {place: str(why) for place, why in reading.refusals.items()}


def test_a_choice_that_the_filter_leaves_out_is_refused_by_its_label(form: Form) -> None:
    """
    fields:
      - {type: select_one, name: town, label: 乡镇, choices: {donghe: 东河镇, xishan: 西山乡}}
      - type: select_one
        name: village
        label: 村
        choice_filter: town = ${town}
        choices:
          qiao: {label: 桥头村, town: donghe}
          dian: {label: 店子村, town: xishan}
      - type: select_multiple
        name: others
        label: 涉及的村
        choice_filter: town = ${town}
        choices:
          qiao: {label: 桥头村, town: donghe}
          lin: {label: 林家村, town: donghe}
          dian: {label: 店子村, town: xishan}
    """
    good = {"town": "东河镇", "village": "桥头村", "others": "林家村、桥头村"}
    answers, refusals = read(form, good)
    assert (refusals, answers["village"], answers["others"]) == ({}, "qiao", ["qiao", "lin"])
    _, refusals = read(form, {**good, "village": "dian", "others": ["qiao", "dian"]})
    closed = "现在不能选，请重新选择"
    assert refusals == {"village": f"“店子村”{closed}", "others": f"“店子村”{closed}"}
    assert read(form, {"town": "xishan"}, before=answers)[1] == {
        "village": f"“桥头村”{closed}",
        "others": f"“桥头村”{closed}",
    }


def test_what_was_chosen_before_stays_while_nothing_that_decides_about_it_changes(form: Form) -> None:
    """
    fields:
      - {type: select_one, name: town, label: 乡镇, choices: {donghe: 东河镇, xishan: 西山乡}}
      - {type: text, name: note, label: 备注}
      - type: select_one
        name: village
        label: 村
        choice_filter: town = ${town}
        choices: {qiao: {label: 桥头村, town: donghe}, dian: {label: 店子村, town: xishan}}
    """
    before: Answers = {"town": "xishan", "village": "qiao", "note": None}  # the list was another one then
    assert read(form, {"note": "补充", "village": "桥头村"}, before=before)[1] == {}
    assert list(read(form, {"town": "donghe"}, before={**before, "village": "dian"})[1]) == ["village"]


def test_choices_that_are_called_alike_are_told_apart_by_the_filter(form: Form) -> None:
    """
    fields:
      - {type: select_one, name: town, label: 乡镇, choices: {donghe: 东河镇, xishan: 西山乡}}
      - type: select_one
        name: village
        label: 村
        choice_filter: town = ${town}
        choices: {e_xin: {label: 新村, town: donghe}, w_xin: {label: 新村, town: xishan}}
      - type: select_multiple
        name: others
        label: 涉及的村
        choice_filter: town = ${town}
        choices:
          e_xin: {label: 新村, town: donghe}
          w_xin: {label: 新村, town: xishan}
          all: {label: 全乡, town: xishan}
    """
    for town, village in (("donghe", "e_xin"), ("xishan", "w_xin")):
        answers, refusals = read(form, {"village": "新村", "others": "新村", "town": town})
        assert (refusals, answers["village"], answers["others"]) == ({}, village, [village])
        assert read(
            form, {"village": form.questions["village"].show(village, circumstances().lookup)}, before=answers
        ) == (
            answers,
            {},
        )
    assert read(form, {"village": "新村（w_xin）", "town": "xishan"})[0]["village"] == "w_xin"
    assert read(form, {"village": "新村（w_xin）", "town": "donghe"})[1] == {"village": "“新村”现在不能选，请重新选择"}
    assert read(form, {"village": "新村"})[1] == {"village": "“新村”现在不能选，请重新选择"}


def test_two_that_are_still_alike_are_asked_for_by_name(form: Form) -> None:
    """
    fields:
      - type: select_one
        name: village
        label: 村
        choice_filter: open = 'yes'
        choices: {e_xin: {label: 新村, open: "yes"}, w_xin: {label: 新村, open: "yes"}}
    """
    assert read(form, {"village": "新村"})[1] == {
        "village": "有几个“新村”，请写明是哪一个：新村（e_xin）、新村（w_xin）"
    }


def test_a_dated_list_is_chosen_by_the_day_of_another_answer(form: Form) -> None:
    """
    fields:
      - {type: datetime, name: happened, label: 发生时间}
      - type: select_one
        name: kind
        label: 事故类别
        as_of: happened
        choices:
          a01: {label: 物体打击, valid_until: "2025-12-31"}
          a02: {label: 灼烫, valid_until: "2025-12-31"}
          b01: {label: 物体打击, valid_from: "2026-01-01"}
    """
    assert read(form, {"happened": "2025-12-31 23:59", "kind": "物体打击"})[0]["kind"] == "a01"
    assert read(form, {"happened": "2026-01-01 0:00", "kind": "物体打击"})[0]["kind"] == "b01"
    assert read(form, {"happened": "2026-01-01 0:00", "kind": "灼烫"})[1] == {"kind": "“灼烫”现在不能选，请重新选择"}
    assert read(form, {"kind": "物体打击"})[0]["kind"] == "b01"  # no day yet: today's list


def test_without_a_day_of_its_own_the_day_of_filling_counts_and_stays(form: Form) -> None:
    """
    fields:
      - {type: text, name: note, label: 备注}
      - type: select_one
        name: kind
        label: 类别
        choices: {old: {label: 旧类, valid_until: "2026-11-22"}, fresh: {label: 新类, valid_from: "2026-11-23"}}
    """
    answers, refusals = read(form, {"kind": "旧类"})
    assert refusals == {}
    tomorrow = NOW + timedelta(days=1)
    assert read(form, {"kind": "旧类"}, now=tomorrow)[1] == {"kind": "“旧类”现在不能选，请重新选择"}
    assert read(form, {"kind": "旧类", "note": "补"}, before=answers, now=tomorrow)[1] == {}
    assert read(form, {"kind": "新类"}, now=tomorrow)[1] == {}


def test_an_order_of_filtered_choices_has_all_that_are_open(form: Form) -> None:
    """
    fields:
      - {type: yes_no, name: gas, label: 用气}
      - type: rank
        name: order
        label: 顺序
        choice_filter: gas = '' or ${gas} = true()
        choices: {door: 通道, wire: 线路, pipe: {label: 管线, gas: "1"}}
    """
    assert read(form, {"gas": "否", "order": "线路、通道"})[0]["order"] == ["wire", "door"]
    assert read(form, {"gas": "是", "order": "线路、通道"})[1] == {"order": "还没有排“管线”，每项都要排上"}
    assert read(form, {"gas": "否", "order": "线路、通道、管线"})[1] == {"order": "“管线”现在不能选，请重新选择"}


def test_a_record_that_the_filter_leaves_out_is_refused(form: Form) -> None:
    """
    fields:
      - {type: unit, name: town, label: 乡镇}
      - {type: record, name: firm, label: 企业, form: enterprise, filter: "town = ${town} and people > 10"}
    """
    assert read(form, {"town": "城关镇", "firm": "R1"})[1] == {}
    assert list(read(form, {"town": "柳河镇", "firm": "R1"})[1]) == ["firm"]
    assert list(read(form, {"town": "柳河镇", "firm": "R2"})[1]) == ["firm"]
    assert read(form, {"town": "柳河镇", "firm": "R3"})[1] == {}  # not for these eyes: told as not there by the ledger
    assert read(form, {"firm": "R1"}, before={"town": "T2", "firm": "R1"})[1] == {}


def test_a_person_is_of_the_unit_that_is_named_and_has_the_role(form: Form) -> None:
    """
    fields:
      - {type: unit, name: town, label: 乡镇}
      - {type: person, name: who, label: 责任人, of_unit: town, roles: [town_staff]}
    """
    assert read(form, {"town": "城关镇", "who": "li"})[1] == {}
    assert read(form, {"town": "柳河镇", "who": "li"})[1] == {"who": "“李强”现在不能选，请重新选择"}
    assert read(form, {"town": "柳河镇", "who": "wang1"})[1] == {"who": "“wang1”没有这里要求的角色，请另选一位"}
    assert read(form, {"who": "李强"})[1] == {}


def test_rows_filter_by_their_own_answers_and_by_the_record_around_them(form: Form) -> None:
    """
    fields:
      - {type: select_one, name: town, label: 乡镇, choices: {donghe: 东河镇, xishan: 西山乡}}
      - type: repeat
        name: visits
        label: 走访
        fields:
          - {type: select_one, name: size, label: 大小, choices: {big: 大, small: 小}}
          - type: select_one
            name: village
            label: 村
            choice_filter: town = ${town} and (size = ${size} or ${size} = '')
            choices:
              qiao: {label: 桥头村, town: donghe, size: big}
              lin: {label: 林家村, town: donghe, size: small}
              dian: {label: 店子村, town: xishan, size: big}
    """
    rows: list[Raw] = [{"size": "大", "village": "桥头村"}, {"size": "小", "village": "桥头村"}, {"village": "店子村"}]
    assert list(read(form, {"town": "东河镇", "visits": rows})[1]) == ["visits.1.village", "visits.2.village"]


# ---- pulled answers ------------------------------------------------------------------------------------------------


def test_a_link_brings_answers_along(form: Form) -> None:
    """
    fields:
      - type: record
        name: firm
        label: 企业
        form: enterprise
        pull: {phone: phone, staff: people, since: opened, place: town}
      - {type: text, name: phone, label: 电话, format: phone}
      - {type: integer, name: staff, label: 人数, read_only: true}
      - {type: date, name: since, label: 成立}
      - {type: unit, name: place, label: 属地, read_only: true}
      - {type: calculate, name: half, label: 半数, calculation: "${staff} div 2", result: integer}
    """
    answers, refusals = read(form, {"firm": "R1", "staff": "99"})
    assert refusals == {}
    assert answers == {
        "firm": "R1",
        "phone": "13800000000",
        "staff": 12,
        "since": "2001-05-01",
        "place": "T1",
        "half": 6,
    }
    own, _ = read(form, {"phone": "0371-66666666", "firm": "R1"})
    assert (own["phone"], own["staff"]) == ("0371-66666666", 12)
    moved, _ = read(form, {"firm": "R2"}, before=answers)
    assert (moved["phone"], moved["staff"], moved["place"]) == ("13800000000", None, "T2")
    alone, _ = read(form, {"firm": ""}, before=answers)
    assert (alone["phone"], alone["staff"], alone["since"]) == ("13800000000", None, "2001-05-01")


def test_a_record_that_the_sender_may_not_see_brings_nothing_along(form: Form) -> None:
    """
    fields:
      - {type: record, name: firm, label: 企业, form: enterprise, pull: {phone: phone, staff: people}}
      - {type: text, name: phone, label: 电话}
      - {type: integer, name: staff, label: 人数, read_only: true}
    """
    assert read(form, {"firm": "R3"})[0] == {"firm": "R3", "phone": None, "staff": None}
    before: Answers = {"firm": "R3", "phone": "1", "staff": 7}
    assert read(form, {"firm": "酒厂 一分厂"}, before=before)[0] == before


def test_what_cannot_be_an_answer_is_not_pulled_and_rows_pull_by_their_own_links(form: Form) -> None:
    """
    fields:
      - type: repeat
        name: visited
        label: 走访企业
        fields:
          - {type: record, name: firm, label: 企业, form: enterprise, pull: {staff: people, code: phone}}
          - {type: integer, name: staff, label: 人数, read_only: true}
          - {type: text, name: code, label: 代码, format: uscc}
    """
    answers, refusals = read(form, {"visited": [{"firm": "R1"}, {"firm": "R2"}]})
    assert refusals == {}
    assert answers["visited"] == [
        {"firm": "R1", "staff": 12, "code": None},
        {"firm": "R2", "staff": None, "code": None},
    ]


def test_circumstances_without_links_see_none(form: Form) -> None:
    """
    fields:
      - {type: record, name: firm, label: 企业, form: enterprise, filter: "people > 100", pull: {staff: people}}
      - {type: integer, name: staff, label: 人数}
    """
    blind = replace(circumstances(), linked=nothing_linked)
    assert Reader(form).read({"firm": "R1"}, blind) == ({"firm": "R1", "staff": None}, {})
