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
