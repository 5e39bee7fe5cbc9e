from __future__ import annotations

from pathlib import Path
from socket import gethostname

import pytest

from webapp.settings import BadSettings, read_settings


def written(folder: Path, mail: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(f'office: 青山县安委办\narea: "419926"\nmail:\n{mail}\n', encoding="utf-8")
    return path


@pytest.mark.parametrize("sender", ["青山县安委办 <office@qingshan.example>", "office", "office@青山.example", ""])
def test_a_sender_that_is_no_address_is_refused_where_it_stands(tmp_path: Path, sender: str) -> None:
    path = written(tmp_path, f'  host: mail.qingshan.example\n  sender: "{sender}"')
    with pytest.raises(BadSettings) as refused:
        read_settings(path)
    (issue,) = refused.value.issues
    assert issue.line == 5
    assert issue.sentence.startswith("sender：应是一个邮箱地址")


def test_an_address_is_taken_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, "  sender: office@qingshan.example")
    assert read_settings(path).mail.sender == "office@qingshan.example"


@pytest.mark.parametrize(
    ("web", "address"),
    [
        ("{}", "http://127.0.0.1:8000"),
        ("{host: 192.0.2.1, port: 80}", "http://192.0.2.1:80"),
        ("{host: '::1'}", "http://[::1]:8000"),
        ("{host: 0.0.0.0}", f"http://{gethostname()}:8000"),
        ("{host: '::', port: 8001}", f"http://{gethostname()}:8001"),
        ("{host: 0.0.0.0, address: 'https://taizhang.example.cn/'}", "https://taizhang.example.cn"),
    ],
)
def test_links_lead_to_where_others_reach_the_pages(tmp_path: Path, web: str, address: str) -> None:
    path = written(tmp_path, f"  port: 25\nweb: {web}")
    assert read_settings(path).web_address == address


def test_links_lead_to_the_port_that_is_really_served(tmp_path: Path) -> None:
    path = written(tmp_path, "  port: 25\nweb: {port: 8000}")
    assert read_settings(path).served_at("192.0.2.1", 8001).web_address == "http://192.0.2.1:8001"
    named = written(tmp_path, "  port: 25\nweb: {address: 'https://taizhang.example.cn'}")
    assert read_settings(named).served_at("192.0.2.1", 8001).web_address == "https://taizhang.example.cn"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("area: 419926\n", ":2: area 应当是文字（数字和 true/false 请加引号）"),
        ("area: '41992'\n", ":2: area：行政区划代码是 6 位数字"),
        ("area: '４１９９２６'\n", ":2: area：行政区划代码是 6 位数字"),
        ("area: '419926'\ntime_zone: Asia/Beijing\n", ":3: time_zone：没有“Asia/Beijing”这个时区"),
        ("area: '419926'\ndatabse: x\n", ":3: 不认识 databse，是不是 database？"),
        ("area: '419926'\nmail:\n  hots: x\n", ":4: 不认识 hots，是不是 host？"),
        ("area: '419926'\nmail: x\n", ":3: mail 应当是“键: 值”"),
        ("area: '419926'\nsheets:\n  every: 1\n", ":4: every 最小是 2"),
        ("area: '419926'\nweb:\n  port: 70000\n", ":4: port 最大是 65535"),
        ("area: '419926'\nweb: {port: x}\n", ":3: port 应当是整数"),
        ("area: '419926'\nlanguage: fr\n", ":3: language 只能是 zh、en"),
        ("area: '419926'\ndemo: maybe\n", ":3: demo 应当是 true 或 false"),
        ("area: '419926'\ndatabase: mysql://x/y\n", ":3: database：看不懂数据库地址，应像 sqlite:///"),
        ("area: '419926'\ndatabase: office.db\n", ":3: database：看不懂数据库地址"),
        ("area: '419926'\narea: '419926'\n", ":3: area 写了两次，上一次在第 2 行"),
        ("area: [\n", ":2: 括号没有配对"),
    ],
)
def test_what_is_wrong_is_told_in_words_at_its_line(tmp_path: Path, wrong: str, told: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"office: 县安委办\n{wrong}", "utf-8")
    with pytest.raises(BadSettings) as refused:
        read_settings(path)
    [issue] = refused.value.issues
    assert f"{issue.path}:{issue.line}: {issue.sentence}".startswith(f"{path}{told}")


@pytest.mark.parametrize(
    ("text", "told"), [("- office\n", "整个文件 应当是“键: 值”"), ("", "缺少 office"), ("x", "整个文件")]
)
def test_a_file_that_holds_no_settings_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadSettings) as refused:
        read_settings(path)
    assert told in str(refused.value.issues[0])


def test_relative_places_are_meant_from_the_file_s_own_folder(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("office: 县安委办\narea: '419926'\nfiles: /srv/files\n", "utf-8")
    found = read_settings(path)
    assert found.database == f"sqlite:///{tmp_path}/var/office.db"
    assert (found.sheets.folder, found.mail.outbox) == (tmp_path / "var/sheets", tmp_path / "var/outbox")
    assert found.files == Path("/srv/files")
    for url in ("sqlite:////srv/office.db", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg://u@h/n"):
        path.write_text(f"office: 县安委办\narea: '419926'\ndatabase: '{url}'\n", "utf-8")
        assert read_settings(path).database == url


def test_a_secret_comes_from_the_environment_and_is_shown_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "geheim")
    settings = read_settings(written(tmp_path, "  password: !env MAIL_PASSWORD"))
    assert settings.mail.password is not None
    assert settings.mail.password.get_secret_value() == "geheim"
    assert "geheim" not in repr(settings)
