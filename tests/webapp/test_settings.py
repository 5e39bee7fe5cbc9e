from __future__ import annotations

from pathlib import Path

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
