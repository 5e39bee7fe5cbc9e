"""Lists of units and people as an office keeps them: in their order, as tables, with who left."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from records.people import all_people, all_units, get_person, retired_people, retired_units, set_language
from tests.conftest import HandClock
from tests.webapp.office import Visitor
from webapp.office_file import _merged, load_office_file
from webapp.settings import BadSettings
from webapp.site import Site

Load = Callable[..., str]


@pytest.fixture
def load(site: Site, tmp_path: Path) -> Load:
    """Take in a file of this name and text; what is told."""

    def loaded(text: str | bytes, name: str = "office.yaml") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_office_file(site, path)

    return loaded


def unit_ids(site: Site) -> list[str]:
    with site.database.reading() as conn:
        return [unit.id for unit in all_units(conn)]


@pytest.mark.parametrize(
    ("listed", "order"),
    [
        ("", "aw cg dh yj"),
        ("cg dh", "aw cg dh yj"),
        ("dh cg", "aw dh cg yj"),
        ("yj aw cg dh", "yj aw cg dh"),
        ("n", "aw cg dh yj n"),
        ("aw n cg", "aw n cg dh yj"),
        ("n m cg", "aw n m cg dh yj"),
        ("yj n cg m", "aw yj n dh cg m"),
    ],
)
def test_the_order_in_the_file_is_the_order_in_the_office(listed: str, order: str) -> None:
    assert _merged(listed.split(), ["aw", "cg", "dh", "yj"]) == order.split()


def test_units_are_moved_by_a_file_that_names_them_in_another_order(site: Site, load: Load) -> None:
    load(
        "units:\n  - {id: yj, name: 应急管理局, kind: department, parents: [aw]}\n"
        "  - {id: xf, name: 消防救援大队, kind: department, parents: [青山县安委办]}\n"
        "  - {id: cg, name: 城关镇, kind: town, parents: [aw]}\n"
    )
    assert unit_ids(site) == ["aw", "yj", "xf", "dh", "cg"]
    with site.database.reading() as conn:
        assert {unit.id: unit.parents for unit in all_units(conn)}["xf"] == ("aw",)


def test_units_and_people_come_from_tables_with_the_names_people_use(site: Site, load: Load, visitor: Visitor) -> None:
    load("编号,名称,类别,上级\nbx,北溪乡,town,青山县安委办、应急管理局\n", "units.csv")
    table = (
        "登录名,姓名,单位,角色,电话,邮箱,密码\nbei,贝书记,北溪乡,乡镇、领导,13900000000,,qing-2026-b\nli,李二,cg,,,,\n"
    )
    load(table.encode("gbk"), "people.csv")
    with site.database.reading() as conn:
        assert all_units(conn)[-1].parents == ("aw", "yj")
        bei = get_person(conn, "bei")
        assert (bei.unit_id, bei.roles, bei.phone, bei.email) == ("bx", ("town", "leader"), "13900000000", None)
        assert get_person(conn, "li").roles == ()
    assert visitor.sign_in("bei", "qing-2026-b").status_code == 302


def test_a_workbook_does_as_well_and_telephones_are_no_amounts(site: Site, load: Load) -> None:
    book, content = Workbook(), BytesIO()
    assert book.active
    for row in (("登录名", "姓名", "单位", "电话"), ("bei", "贝书记", "cg", 13900000000)):
        book.active.append(row)
    book.save(content)
    load(content.getvalue(), "people.xlsx")
    with site.database.reading() as conn:
        assert get_person(conn, "bei").phone == "13900000000"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("登录名,姓名,单位,角色\na,甲,cg,town\nb,乙,cgg,town\n", 3, "没有“cgg”这个单位"),
        ("登录名,姓名,单位,角色\na,甲,cg,twon\n", 2, "没有“twon”这种角色，是不是 town？"),
        ("登录名,姓名,单位,电活\na,甲,cg,1\n", 1, "不认识“电活”这一列，可用：登录名、姓名"),
        ("登录名,姓名,单位,停用\na,甲,cg,也许\n", 2, ""),
        ("登录名,姓名,单位\na,甲,\n", 2, "缺少 unit"),
        ("姓名,单位\n甲,cg\n", 1, "看不出是单位还是人员"),
        ("编号,名称,类别,上级\na,甲,town,zz\n", 2, "没有“zz”这个单位"),
        ("", 1, ""),
    ],
)
def test_a_mistake_in_a_table_is_told_by_its_row_and_nothing_is_stored(
    load: Load, text: str, line: int, words: str
) -> None:
    with pytest.raises(BadSettings) as refused:
        load(text, "list.csv")
    assert [one for one in refused.value.issues if one.line == line and one.sentence.startswith(words)]


def test_who_left_and_what_is_out_of_use_says_so_and_comes_back(site: Site, load: Load, now: HandClock) -> None:
    load("登录名,姓名,单位,角色,停用\nneighbour,赵春梅,dh,town,是\n", "people.csv")
    load("units:\n  - {id: dh, name: 东河镇, kind: town, parents: [aw], retired: true}\n")
    with site.database.reading() as conn:
        assert [person.id for person in retired_people(conn)] == ["neighbour"]
        assert [unit.id for unit in retired_units(conn)] == ["dh"]
    now.forward(days=1)
    load("units:\n  - {id: dh, name: 东河镇, kind: town, parents: [aw]}\n")
    assert "dh" not in unit_ids(site), "not said: as it was"
    load(
        "units:\n  - {id: dh, name: 东河镇, kind: town, parents: [aw], retired: false}\n"
        "people:\n  - {id: neighbour, name: 赵春梅, unit: dh, roles: [town], retired: false}\n"
    )
    assert "dh" in unit_ids(site)
    with site.database.reading() as conn:
        assert get_person(conn, "neighbour").name == "赵春梅"


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ("[]", "“东河镇”还有 1 个人"),
        ("[{id: neighbour, name: 赵春梅, unit: dh, roles: []}]", "没有“dh”这个单位（写编号或全名），或已停用"),
    ],
)
def test_a_unit_with_people_stays_in_use(site: Site, load: Load, people: str, told: str) -> None:
    with pytest.raises(BadSettings) as refused:
        load(f"people: {people}\nunits:\n  - {{id: dh, name: 东河镇, kind: town, retired: true}}\n")
    assert told in str(refused.value.sentence)
    assert "dh" in unit_ids(site)


def test_the_name_of_a_unit_out_of_use_is_not_free(site: Site, load: Load) -> None:
    load("people:\n  - {id: neighbour, name: 赵春梅, unit: cg, roles: [town]}\n")
    load("units:\n  - {id: dh, name: 东河镇, kind: town, retired: true}\n")
    with pytest.raises(BadSettings) as refused:
        load("units:\n  - {id: xx, name: 东河镇, kind: town}\n")
    assert "已有叫“东河镇”的单位（dh）" in str(refused.value.sentence)


def test_what_a_file_does_not_say_of_a_person_stays(site: Site, load: Load) -> None:
    load(
        "people:\n  - {id: clerk, name: 李桂兰, unit: cg, roles: [town], phone: '13900000001', email: li@example.cn}\n"
    )
    with site.database.writing() as conn:
        set_language(conn, "clerk", "en")
    load("people:\n  - {id: clerk, name: 李桂兰, unit: dh, roles: [town], email: null}\n")
    with site.database.reading() as conn:
        clerk = get_person(conn, "clerk")
        assert len(all_people(conn)) == 6
    assert (clerk.unit_id, clerk.phone, clerk.email, clerk.language) == ("dh", "13900000001", None, "en")
    assert clerk.password_hash
