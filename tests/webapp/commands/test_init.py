from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from kernel.mail import SmtpMailer
from records.catalogue import open_catalogue
from records.database import Database
from records.people import all_people, all_roles, all_units, password_matches
from tests.webapp.office import ROOT, Visitor
from webapp import cli
from webapp.app import create_app
from webapp.settings import read_settings
from webapp.site import open_site

OFFICE = "\"双引号\"与'单引号': #井号 AREA FOLDER {办公室}"
GOOD = {
    "--office": OFFICE,
    "--area": "419926",
    "--name": "周建平",
    "--login": "zhou",
    "--password": "qingshan2026",
    "--smtp": "",
    "--sender": "anjian@qingshan.example",
}


def init(config: Path, *words: str, answers: str | None = None, **changed: str) -> Result:
    given = {**GOOD, **{f"--{key}": value for key, value in changed.items()}} if answers is None else {}
    options = [word for pair in given.items() for word in pair]
    return CliRunner().invoke(cli.build(), ["--config", str(config), "init", *options, *words], input=answers)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where an office is to be; the shipped forms and reports lie beside it."""
    shutil.copytree(ROOT / "forms/definitions", tmp_path / "forms/definitions")
    shutil.copytree(ROOT / "forms/vocabularies", tmp_path / "forms/vocabularies")
    shutil.copytree(ROOT / "reports/definitions", tmp_path / "reports/definitions")
    return tmp_path / "config.yaml"


def test_an_empty_office_is_made_that_starts_and_serves(config: Path) -> None:
    done = init(config)
    assert done.exit_code == 0, done.output
    settings = read_settings(config)
    assert (settings.office, settings.area, settings.demo) == (OFFICE, "419926", False)
    assert settings.database == f"sqlite:///{config.parent / 'var/office.db'}"
    assert settings.mail.sender == "anjian@qingshan.example"
    assert settings.mail.host is None
    site = open_site(settings)
    with site.database.reading() as conn:
        [admin] = all_people(conn)
        assert (admin.id, admin.name, admin.roles) == ("zhou", "周建平", ("administrator", "office"))
        assert password_matches(admin, "qingshan2026")
        assert [unit.name for unit in all_units(conn)] == [OFFICE]
        assert set(all_roles(conn)) >= {"administrator", "office", "leader", "department", "town", "enterprise"}
        assert len(open_catalogue(conn).newest) == 38
    visitor = Visitor(create_app(site))
    assert visitor.sign_in("zhou").status_code == 302
    for page in ("/", "/sheets", "/editions", "/office", "/f/hazard/new"):
        assert visitor.get(page).status_code == 200
    site.database.close()


def test_questions_are_asked_and_a_wrong_answer_is_asked_for_again(config: Path) -> None:
    secret = "a-good-password"
    typed = [
        "县安委办",
        "41992",
        "４１９９２６",
        "419926",
        "周建平",
        "李",
        "zhou",
        secret,
        "typo",
        secret,
        secret,
        "",
        "",
    ]
    done = init(config, answers="\n".join([*typed, ""]))
    assert done.exit_code == 0, done.output
    assert done.output.count("行政区划代码是 6 位数字") == 2
    assert "登录名用字母" in done.output
    assert secret not in done.output
    assert read_settings(config).office == "县安委办"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"area": "41992"}, "行政区划代码是 6 位数字"),
        ({"area": "４１９９２６"}, "行政区划代码是 6 位数字"),
        ({"login": "周"}, "登录名用字母"),
        ({"login": "a b"}, "登录名用字母"),
        ({"office": " "}, "不能空着"),
        ({"sender": "安委办 <a@b.cn>"}, "应是一个邮箱地址"),
        ({"password": "short"}, "密码至少 8 位"),
        ({"login": "zhoujianping", "password": "ZhouJianping"}, "太容易猜到"),
    ],
)
def test_a_bad_answer_is_refused_before_anything_is_written(config: Path, changed: dict[str, str], why: str) -> None:
    before = set(config.parent.rglob("*"))
    done = init(config, **changed)
    assert done.exit_code == 2
    assert why in done.output
    assert set(config.parent.rglob("*")) == before


def test_a_mail_server_that_is_named_is_used(config: Path) -> None:
    assert init(config, smtp="smtp.qingshan.example").exit_code == 0
    site = open_site(read_settings(config))
    assert isinstance(site.mailer, SmtpMailer)
    site.database.close()


def test_settings_that_are_there_are_kept_beside_and_only_after_a_yes(config: Path) -> None:
    config.write_text("office: 旧的\n", "utf-8")
    refused = init(config, *[], answers=None)
    assert refused.exit_code == 1, "nobody said yes"
    assert config.read_text("utf-8") == "office: 旧的\n"
    assert init(config, "--force").exit_code == 0
    assert config.with_name("config.yaml.bak").read_text("utf-8") == "office: 旧的\n"
    assert read_settings(config).office == OFFICE
    assert not config.with_name("config.yaml.new").exists()


def test_each_office_has_a_folder_of_its_own(config: Path) -> None:
    places = []
    for _ in range(3):
        done = init(config, "--force")
        assert done.exit_code == 0, done.output
        places.append(Path(read_settings(config).database.removeprefix("sqlite:///")).parent)
    var = config.parent / "var"
    assert places == [var, var / "419926", var / "419926-2"]


def test_an_office_without_forms_yet_is_made_too(tmp_path: Path) -> None:
    config = tmp_path / "empty" / "config.yaml"
    config.parent.mkdir()
    assert init(config).exit_code == 0
    database = Database(read_settings(config).database)
    with database.reading() as conn:
        assert open_catalogue(conn).newest == {}
    database.close()


def test_what_is_written_is_commented_and_names_every_setting_rightly(config: Path) -> None:
    init(config)
    text = config.read_text("utf-8")
    commented = [line.strip()[2:] for line in text.splitlines() if line.strip().startswith("# ") and ": " in line]
    assert {"port", "security", "user", "password", "address"} <= {line.partition(":")[0] for line in commented}
    assert yaml.safe_load(text)["office"] == OFFICE
