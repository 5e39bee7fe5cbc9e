from __future__ import annotations

import pytest

from tests.webapp.commands.office import CommandLine
from tests.webapp.commands.processes import Browser, running, wait_until

ADDRESS = "https://taizhang.qingshan.example"


def test_a_second_start_finds_everything_there_and_loads_nothing_again(small: CommandLine) -> None:
    small.fill("粮库,,,,")
    seen = []
    for address in (None, ADDRESS):
        if address:
            small.write("config.yaml", small.config.read_text("utf-8") + f"web: {{address: {address}}}\n")
        with running(small.config, "run") as server:
            wait_until(Browser(server.port).answers)
            code, said, _ = server.stop()
            assert code == 0, said
            assert f"青山县安委办  {address or f'http://127.0.0.1:{server.port}'}\n" in said
            wait_until(server.has_left_nothing)
        rows = small.everything()
        seen.append([rows[table] for table in ("form_versions", "people", "submissions", "units")])
    assert seen[0] == seen[1]


def test_where_no_pdf_can_be_drawn_that_is_said_and_everything_else_is_there(
    small: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", str(small.write("fonts.conf", "<fontconfig></fontconfig>")))
    with running(small.config, "run") as server:
        wait_until(Browser(server.port).answers)
        assert server.process.stdout is not None
        lines = iter(server.process.stdout.readline, "")
        assert any("注意：服务器没有中文字体，排不出 PDF" in line for line in lines)
