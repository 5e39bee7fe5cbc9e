from __future__ import annotations

import io
import json
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from pypdf import PdfReader

from kernel.mail import SmtpMailer
from kernel.sentences import say
from records.editions import find_editions
from reports.pdf import DrawingFailed, NoFont, Press
from tests.webapp.commands.office import WEEKLY, CommandLine, rows_of


@pytest.fixture
def counted(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """An office with three visits whose PDFs are drawn without a press."""
    monkeypatch.setattr(Press, "draw", lambda *_, **__: b"%PDF-1.7 drawn")
    line.fill("粮库,城关镇,3,2026-10-01,", "面粉厂,东河镇,2,2026-10-31,", "油坊,东河镇,1,2026-11-02,")
    return line


def letters(line: CommandLine) -> list[EmailMessage]:
    found = sorted((line.folder / "outbox").glob("*.eml"))
    return [message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default) for path in found]


def test_a_bulletin_is_compiled_drawn_and_laid_where_it_is_wanted(small: CommandLine) -> None:
    small.fill("粮库,城关镇,3,2026-10-01,", "面粉厂,东河镇,2,2026-10-31,")
    done = small("report", "weekly", "--period", "2026-10", "--output", str(small.folder / "出来的"))
    assert done.exit_code == 0, done.output
    path = small.folder / "出来的" / "《周报》第1期.pdf"
    assert done.stdout == (
        "《周报》第1期，2026-10-01..2026-10-31\n\n2026年10月1日至31日，全县检查2次。\n\n" + f"{path.resolve()}\n"
    )
    assert "全县检查2次" in "".join(PdfReader(io.BytesIO(path.read_bytes())).pages[0].extract_text().split())


def test_a_period_is_said_as_a_month_a_day_or_two_days(counted: CommandLine) -> None:
    for words, period, visits in (
        ("2026-10", "2026-10-01..2026-10-31", 2),
        ("2026-10-01", "2026-09-28..2026-10-04", 1),
        ("2026-10-31..2026-11-02", "2026-10-31..2026-11-02", 2),
        ("2026-10-31..2026-10-31", "2026-10-31..2026-10-31", 1),
    ):
        done = counted("report", "weekly", "--period", words, "--json")
        told = json.loads(done.stdout)
        assert (done.exit_code, told["period"], f"检查{visits}次" in told["text"]) == (0, period, True), words


def test_in_a_campaign_a_period_is_the_last_day_that_counts(counted: CommandLine) -> None:
    campaign = WEEKLY.replace("{every: week, which: current}", "{from: 2026-01-01, label: 今年以来}")
    counted.write("reports/weekly.yaml", campaign)
    for words, period in (
        ("2026-10", "2026-01-01..2026-10-31"),
        ("2026-10-15", "2026-01-01..2026-10-15"),
        ("2026-10-01..2026-10-31", "2026-10-01..2026-10-31"),
    ):
        told = json.loads(counted("report", "weekly", "--period", words, "--json").stdout)
        assert told["period"] == period, words


@pytest.mark.parametrize(
    "words", ["2026", "2026-13", "2026-1", "2026-10-32", "2026-11-02..2026-10-01", "2026-10..", "2026-10-01..", "十月"]
)
def test_a_period_that_cannot_be_is_used_wrongly(small: CommandLine, words: str) -> None:
    done = small("report", "weekly", "--period", words)
    assert done.exit_code == 2
    assert "2026-10-01..2026-10-31" in done.output
    with small.database.reading() as conn:
        assert find_editions(conn) == []


def test_a_report_that_is_not_there_is_refused_in_a_sentence(small: CommandLine) -> None:
    done = small("report", "weakly")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "没有“weakly”这份通报" in done.stderr
    small.write("reports/weekly.yaml", WEEKLY.replace("form: visit", "form: vist"))
    assert small("report", "weekly").exit_code == 1


def test_editions_are_numbered_and_the_old_ones_stay(counted: CommandLine) -> None:
    for number in (1, 2):
        told = json.loads(counted("report", "weekly", "--period", "2026-10", "--json").stdout)
        assert told["number"] == number
        assert told["sent"] == told["not_sent"] == []
    assert len(rows_of(counted.database)["editions"]) == 2


def test_sent_it_goes_to_each_reader_once(counted: CommandLine) -> None:
    done = counted("report", "weekly", "--period", "2026-10", "--send", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0, done.output
    assert sorted(told["sent"]) == ["zheng@qingshan.example", "zhou@qingshan.example"]
    assert sorted(str(letter["To"]) for letter in letters(counted)) == [
        "周建平 <zhou@qingshan.example>",
        "郑国强 <zheng@qingshan.example>",
    ]
    [attached] = letters(counted)[0].iter_attachments()
    assert attached.get_filename() == "《周报》第1期.pdf"
    counted("report", "weekly", "--period", "2026-10")
    assert len(letters(counted)) == 2, "not asked for, not sent"


def test_a_letter_that_could_not_be_sent_is_told(counted: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = SmtpMailer("127.0.0.1", 1, "none")
    monkeypatch.setattr("webapp.site._mailer", lambda _: nobody)
    done = counted("report", "weekly", "--period", "2026-10", "--send")
    assert done.exit_code == 3
    assert "没有发出 zheng@qingshan.example" in done.stdout
    assert letters(counted) == []


@pytest.mark.parametrize("problem", [NoFont, DrawingFailed])
def test_without_a_pdf_numbers_and_words_are_kept_and_the_reason_is_told(
    counted: CommandLine, monkeypatch: pytest.MonkeyPatch, problem: type[NoFont | DrawingFailed]
) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise problem(say("服务器没有中文字体，排不出 PDF"))

    monkeypatch.setattr(Press, "draw", refuse)
    done = counted("report", "weekly", "--period", "2026-10", "--send", "--output", str(counted.folder / "out"))
    assert done.exit_code == 3
    assert "全县检查2次" in done.stdout
    assert "没有 PDF：服务器没有中文字体，排不出 PDF" in done.stdout
    assert not (counted.folder / "out").exists()
    assert letters(counted) == []
    told = json.loads(counted("report", "weekly", "--period", "2026-10", "--json").stdout)
    assert (told["pdf"], told["why_no_pdf"]) == (None, "服务器没有中文字体，排不出 PDF")
