"""HTML to PDF for everybody else: a child process draws, this side asks, waits and explains a refusal.

A page is drawn whole or not at all: where a font lacks a character the PDF is refused,
because its text would read well to a program and show boxes to a person.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kernel.problems import Problem, Unavailable, Unprocessable
from kernel.sentences import say
from reports.page import frames

_ROOT = Path(__file__).parents[1]
# What Python, Fontconfig and the loader need; the web's own secrets stay with the web.
_PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "APPDATA", "LOCALAPPDATA",
    "XDG_CACHE_HOME", "XDG_DATA_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
    "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "WEASYPRINT_DLL_DIRECTORIES",
)  # fmt: skip
_CHARACTERS_NAMED = 20
_JOBS_PER_CHILD = 200  # memory was measured to stay flat up to here
_CHECK_TIMEOUT_SECONDS = 60.0
_CHECK_PAGE = '<html lang="zh-CN"><p>安全生产情况通报'


class NoPango(Unavailable):
    """The libraries that set type are not installed."""

    code = "pdf.no_pango"
    retry = False


class NoFont(Unavailable):
    """No installed font has Chinese characters."""

    code = "pdf.no_font"
    retry = False


class MissingGlyphs(Unprocessable):
    """Some characters of this document are in no installed font."""

    code = "pdf.missing_glyphs"


class DrawingFailed(Unavailable):
    """The drawing child ended, or was ended, before the page was done; its last words are the exception's note."""

    code = "pdf.failed"


def draw(html: str, *, timeout: float) -> bytes:
    """`html`, as `reports.page.writing` writes it, as one PDF/A document; `timeout` in seconds of wall clock.

    Raises NoPango, NoFont, MissingGlyphs or DrawingFailed. Starts a process for this one
    page; who draws many keeps a `Press`.
    """
    with Press(children=1) as press:
        return press.draw(html, timeout=timeout)


def can_draw() -> Problem | None:
    """What keeps this machine from drawing Chinese pages, or None; takes a second or two."""
    try:
        draw(_CHECK_PAGE, timeout=_CHECK_TIMEOUT_SECONDS)
    except Problem as problem:
        return problem
    return None


class Press:
    """A few children that draw page after page; safe to share between threads.

    Children start when first needed, are replaced after 200 pages or an accident, and end
    with `close`, or with the process that owns them.
    """

    def __init__(self, *, children: int) -> None:
        self._places: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._children = children
        for _ in range(children):
            self._places.put(None)

    def draw(self, html: str, *, timeout: float) -> bytes:
        """As the function `draw`; `timeout` counts from when a child is free."""
        child = self._places.get()
        try:
            child = child or _Child()
            kind, content = child.answer(html, timeout=timeout)
        except BaseException:
            if child:
                child.close()
            self._places.put(None)
            raise
        if child.jobs >= _JOBS_PER_CHILD:
            child.close()
            self._places.put(None)
        else:
            self._places.put(child)
        if kind == frames.PDF:
            return content
        raise _problem(kind, content.decode())

    def close(self) -> None:
        """End the children, after the pages they are drawing."""
        for _ in range(self._children):
            if child := self._places.get():
                child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class _Child:
    """One drawing process and the file that holds its complaints."""

    def __init__(self) -> None:
        self.jobs = 0
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reports.page.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            cwd=_ROOT,
            env=environment | {"PYTHONPATH": str(_ROOT)},
        )

    def answer(self, html: str, *, timeout: float) -> tuple[bytes, bytes]:
        """The child's frame for `html`; DrawingFailed when it dies or is killed after `timeout` seconds."""
        self.jobs += 1
        ask, listen = self._process.stdin, self._process.stdout
        assert ask is not None
        assert listen is not None
        alarm = threading.Timer(timeout, self._process.kill)
        alarm.start()
        try:
            frames.write_frame(ask, frames.HTML, html.encode())
            answer = frames.read_frame(listen)
        except BrokenPipeError:
            answer = None
        finally:
            alarm.cancel()
        if answer is None:
            raise self._failure()
        return answer

    def close(self) -> None:
        """End the process and free its pipes; twice is harmless."""
        self._process.kill()
        self._process.communicate()
        self._complaints.close()

    def _failure(self) -> DrawingFailed:
        status = self._process.wait()
        self._complaints.seek(0)
        last_words = self._complaints.read()[-2000:].decode(errors="replace")
        problem = DrawingFailed(say("文件没有排成 PDF，记录未受影响。请稍后再试；仍不成时，把出错时间告诉管理员。"))
        problem.add_note(f"the drawing child ended with status {status}\n{last_words}")
        return problem


def _problem(kind: bytes, content: str) -> Problem:
    """The refusal behind a child's frame."""
    if kind == frames.NO_LIBRARY:
        problem: Problem = NoPango(
            say(
                "服务器缺少排版程序库，排不出 PDF。请管理员安装 libpango-1.0-0、libpangoft2-1.0-0、"
                "libharfbuzz-subset0（在程序目录运行 make run 会自动安装），然后重启。"
            )
        )
        problem.add_note(content)
        return problem
    if kind == frames.NO_FONT:
        return NoFont(
            say(
                "服务器没有中文字体，排不出 PDF。请管理员安装 fonts-noto-cjk"
                "（在程序目录运行 make run 会自动安装），然后重启。"
            )
        )
    named = "、".join(f"{one}（U+{ord(one):04X}）" for one in content[:_CHARACTERS_NAMED])
    named += "……" if len(content) > _CHARACTERS_NAMED else ""
    return MissingGlyphs(
        say(
            "服务器的字体里没有这些字：{characters}，没有生成 PDF。"
            "请核对是否误写；确是用字，请管理员安装含这些字的字体。",
            characters=named,
        )
    )
