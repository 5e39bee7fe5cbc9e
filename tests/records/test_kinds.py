"""Records of a form with every type of question: stored, listed, sorted, filtered and found on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from forms.values import Raw
from records.attachments import UPLOADED
from records.events import note
from records.files import note_file
from records.listing import Query, find
from records.model import Submission
from records.rows import rows
from tests.records.office import Office, refused

EVERYTHING = """
id: everything
title: 全部题型
instance_name: ${line}
fields:
  - {type: text, name: line, label: 文字}
  - {type: datetime, name: moment, label: 时间, constraint: ". <= now()"}
  - {type: hidden, name: origin, label: 来源, default: "'web'"}
  - {type: rank, name: order, label: 顺序, choices: {a: 甲, b: 乙, c: 丙}}
  - {type: range, name: score, label: 评分, start: 0, end: 10, step: 0.5}
  - {type: range, name: stars, label: 星, start: 1, end: 5}
  - {type: barcode, name: code, label: 条码}
  - {type: geopoint, name: spot, label: 位置, bounds: [113, 34, 115, 35], accuracy: 50}
  - {type: image, name: photos, label: 照片}
  - {type: file, name: plan, label: 预案, media_types: [application/pdf]}
  - {type: signature, name: signed, label: 签字}
  - {type: acknowledge, name: told, label: 已告知, required: false}
  - {type: units, name: helpers, label: 配合单位}
  - {type: person, name: who, label: 责任人, of_unit: at, roles: [town]}
  - {type: unit, name: at, label: 单位}
  - {type: select_one, name: grid, label: 网格, choices: {file: grids.csv}, choice_filter: "town = ${at}"}
  - type: repeat
    name: visits
    label: 走访
    fields:
      - {type: text, name: firm, label: 企业}
      - {type: repeat, name: finds, label: 发现, fields: [{type: image, name: shots, label: 照片}]}
access: {roles: {town: {fill: true, read: all, edit: all}}}
"""
GRIDS = "name,label,label::English,town\ng1,一网格,Grid one,T1\ng2,二网格,Grid two,T1\ng3,一网格,Grid one,T2\n"
PHOTO, PLAN, SIGN = "a" * 64, "b" * 64, "c" * 64
FULL: dict[str, Raw] = {
    "line": "一",
    "moment": "2026年11月21日8时30分",
    "order": ["b", "c", "a"],
    "score": "7.5",
    "stars": 4,
    "code": "ＡＢ-１２",
    "spot": "113.65,34.76",
    "photos": [{"digest": PHOTO, "name": "门口.jpg"}],
    "plan": PLAN,
    "signed": [SIGN],
    "told": "true",
    "helpers": "应急管理局、城关镇",
    "who": "贝镇长",
    "at": "城关镇",
    "grid": "一网格",
    "visits": [{"firm": "甲", "finds": [{"shots": [PHOTO]}]}],
}


@pytest.fixture
def everything(office: Office) -> Office:
    folder = office.folder().paths["visit"].parent.parent / "vocabularies"
    folder.mkdir(exist_ok=True)
    (folder / "grids.csv").write_text(GRIDS, encoding="gb18030")
    office.publish(EVERYTHING)
    stored = (
        (PHOTO, "IMG_1.jpg", "image/jpeg"),
        (PLAN, "预案.pdf", "application/pdf"),
        (SIGN, "sign.png", "image/png"),
    )
    with office.database.writing() as conn:
        for digest, name, kind in stored:
            note_file(conn, digest, name=name, media_type=kind, size=1000, at=office.now())
            note(conn, UPLOADED, subject=digest, actor="bei", at=office.now(), details={"name": name})
    return office


def sent(office: Office, **answers: Raw) -> Submission:
    return office.sent("bei", "everything", {**FULL, **answers})


def found(office: Office, **query: Any) -> list[str]:
    return sorted(listed(office, **query))


def listed(office: Office, **query: Any) -> list[str]:
    with office.reading() as ledger:
        form = ledger.catalogue["everything"].form
        return [item.title for item in find(ledger, form, office.actor("bei"), Query(**query)).items]


def test_every_type_is_stored_and_read_back_as_it_was(everything: Office) -> None:
    record = sent(everything)
    photo = {"digest": PHOTO, "name": "门口.jpg", "size": 1000, "type": "image/jpeg"}
    assert {name: value for name, value in record.answers.items() if name not in ("line", "photos")} == {
        "moment": "2026-11-21T08:30",
        "origin": "web",
        "order": ["b", "c", "a"],
        "score": "7.5",
        "stars": 4,
        "code": "AB-12",
        "spot": "34.76 113.65 0 0",
        "plan": [{"digest": PLAN, "name": "预案.pdf", "size": 1000, "type": "application/pdf"}],
        "signed": [{"digest": SIGN, "name": "sign.png", "size": 1000, "type": "image/png"}],
        "told": True,
        "helpers": ["D1", "T1"],
        "who": "bei",
        "at": "T1",
        "grid": "g1",
        "visits": [{"firm": "甲", "finds": [{"shots": [{**photo, "name": "IMG_1.jpg"}]}]}],
    }
    assert record.answers["photos"] == [photo]
    with everything.reading() as ledger:
        form = ledger.catalogue["everything"].form
        (row,) = ledger.conn.execute(rows(form)).mappings()
        shown = {name: field.show(record.answers[name], ledger.lookup) for name, field in form.questions.items()}
    assert (row["moment"], row["photos"], row["order"]) == ("2026-11-21T08:30", [photo], ["b", "c", "a"])
    again = {**shown, "photos": record.answers["photos"], "plan": PLAN, "signed": SIGN, "visits": FULL["visits"]}
    assert sent(everything, **{name: raw for name, raw in again.items() if name != "origin"}).answers == record.answers


def test_what_is_wrong_is_told_on_the_way_in(everything: Office) -> None:
    wrong: dict[str, Raw] = {
        "moment": "2026-11-23 08:30",
        "order": "乙、丙",
        "score": "7.3",
        "spot": "113.65,36.76",
        "photos": ["d" * 64],
        "plan": PHOTO,
        "who": "陈镇长",
        "grid": "g3",
    }
    assert refused(everything.send("bei", "everything", {**FULL, **wrong})) == {
        "moment": "不符合要求",
        "order": "还没有排“甲”，每项都要排上",
        "score": "应在 0 至 10 之间，每 0.5 一档",
        "spot": "这个位置不在本地范围内，请核对",
        "photos": "“dddddddddddd”没有传上来，请重新选一次",
        "plan": "“IMG_1.jpg”不是这里要的文件，只收 application/pdf",
        "who": "“陈镇长”现在不能选，请重新选择",
        "grid": "“一网格”现在不能选，请重新选择",
    }


def test_records_are_sorted_by_answers_of_every_kind_and_the_blank_come_last(everything: Office) -> None:
    sent(everything, line="甲", moment="2026-11-20 23:59", score="10", stars=1, photos=[PHOTO, SIGN], plan="")
    sent(everything, line="乙", moment="2026-11-21 00:00", score="9.5", stars=5, visits=[{"firm": "x"}, {"firm": "y"}])
    sent(everything, line="丙", moment="", score="", stars="", photos="", visits="", order="", told="")
    assert listed(everything, sort="moment") == ["甲", "乙", "丙"]
    assert listed(everything, sort="-moment") == ["乙", "甲", "丙"]
    assert listed(everything, sort="score") == ["乙", "甲", "丙"]
    assert listed(everything, sort="stars") == ["甲", "乙", "丙"]
    assert listed(everything, sort="-photos") == ["甲", "乙", "丙"]
    assert listed(everything, sort="-visits") == ["乙", "甲", "丙"]
    for name in ("order", "code", "spot", "plan", "signed", "told", "helpers", "who", "grid", "origin"):
        assert sorted(listed(everything, sort=name)) == sorted("甲乙丙")


def test_records_are_found_by_days_of_a_moment_by_units_and_by_the_names_of_files(everything: Office) -> None:
    sent(everything, line="甲", moment="2026-11-20 23:59", helpers="柳河镇")
    sent(everything, line="乙", moment="2026-11-21 00:00", photos=[{"digest": PHOTO, "name": "配电房.jpg"}])
    assert found(everything, filters={"moment": ("2026-11-20..2026-11-20",)}) == ["甲"]
    assert found(everything, filters={"moment": ("2026-11-21..",)}) == ["乙"]
    assert found(everything, filters={"moment": ("..2026-11-21T00:00",)}) == ["乙", "甲"]
    assert found(everything, filters={"helpers": ("T2",)}) == ["甲"]
    assert found(everything, filters={"score": ("7..8",)}) == ["乙", "甲"]
    assert found(everything, filters={"photos": ("x",)}) == ["乙", "甲"]
    assert found(everything, search="配电房") == ["乙"]
    assert found(everything, search="二网格") == []
    assert found(everything, search="一网格 ab-12") == ["乙", "甲"]


def test_a_published_version_keeps_the_table_of_choices_that_it_was_published_with(everything: Office) -> None:
    record = sent(everything)
    path = everything.folder().paths["visit"].parent.parent / "vocabularies" / "grids.csv"
    path.write_text(GRIDS.replace("g2,二网格,Grid two,T1\n", ""), encoding="utf-8-sig")
    assert everything.publish(EVERYTHING) == {"everything": 2}
    with everything.reading() as ledger:
        older = ledger.catalogue.version(ledger.conn, "everything", record.form_version).form.questions["grid"]
        newer = ledger.catalogue["everything"].form.questions["grid"]
    assert list(older.choices) == ["g1", "g2", "g3"]  # type: ignore[attr-defined]
    assert older.choices["g2"].attributes == {"town": "T1"}  # type: ignore[attr-defined]
    assert (newer.choices["g1"].inside("en"), len(newer.choices)) == ("Grid one", 2)  # type: ignore[attr-defined]
