"""`report`: compile a bulletin now."""

from __future__ import annotations

import json
import webbrowser
from datetime import timedelta
from pathlib import Path

import click

from kernel.problems import Problem
from records.deliveries import Delivery, deliveries_of
from records.editions import Edition, get_edition
from records.files import path_of
from reports.compile import pdf_name
from webapp.bulletins import Bulletins, read_period
from webapp.exits import LEFT_OUT
from webapp.opening import open_office
from webapp.site import SYSTEM, Site
from webapp.tasks import mail_is_over, work_off

#: How long a running server is given to send the letters.
_PATIENCE = timedelta(minutes=2)


@click.command("report")
@click.argument("name")
@click.option("--period", help="时段：2026-10、2026-10-15 或 2026-10-01..2026-10-31；不写就按定义")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="PDF 另存到这个文件夹")
@click.option("--send", "send_it", is_flag=True, help="排版后发送给定义里的收件人")
@click.option("--open", "open_it", is_flag=True, help="打开 PDF")
@click.option("--json", "as_json", is_flag=True, help="给脚本读的输出")
@click.pass_context
def command(
    ctx: click.Context,
    name: str,
    period: str | None,
    output: Path | None,
    *,
    send_it: bool,
    open_it: bool,
    as_json: bool,
) -> None:
    """编制一期通报：计数、成文、编号、排版。PDF 排不出来时退出码为 3，数字和文字照样留着。"""
    site = open_office(ctx)
    bulletins = Bulletins(site)
    report = bulletins.report(name)
    wanted = read_period(report, period, site.now().date())
    if wanted is None:
        raise click.BadParameter("写成 2026-10、2026-10-15 或 2026-10-01..2026-10-31", param_hint="--period")
    try:
        edition = _drawn(site, bulletins, bulletins.compile(report, wanted, by=SYSTEM.id))
    finally:
        bulletins.close()
    path = _kept(site, edition, output)
    letters = _send(site, edition) if send_it and path else []
    _tell(edition, path, letters, as_json=as_json)
    if open_it and path:
        webbrowser.open(path.as_uri())
    ctx.exit(0 if path and all(letter.sent_at for letter in letters) else LEFT_OUT)


def _drawn(site: Site, bulletins: Bulletins, edition: Edition) -> Edition:
    """The edition with its PDF; where a try failed that may succeed later, with the reason instead."""
    try:
        return bulletins.draw(edition.id)
    except Problem:
        with site.database.reading() as conn:
            return get_edition(conn, edition.id)


def _kept(site: Site, edition: Edition, output: Path | None) -> Path | None:
    if edition.pdf_digest is None:
        return None
    stored = path_of(site.settings.files, edition.pdf_digest)
    if output is None:
        return stored
    output.mkdir(parents=True, exist_ok=True)
    path = output / pdf_name(edition)
    path.write_bytes(stored.read_bytes())
    return path.resolve()


def _send(site: Site, edition: Edition) -> list[Delivery]:
    """Mail the edition through the queue, so that a running server and this never send one letter twice."""
    asked = Bulletins(site).ask_to_mail(edition.id, SYSTEM.id)
    work_off(site, lambda conn: mail_is_over(conn, asked, edition.id), _PATIENCE)
    with site.database.reading() as conn:
        return deliveries_of(conn, edition.id)


def _tell(edition: Edition, path: Path | None, letters: list[Delivery], *, as_json: bool) -> None:
    if as_json:
        told = {
            "id": edition.id,
            "number": edition.number,
            "period": str(edition.period),
            "text": edition.text,
            "pdf": str(path) if path else None,
            "why_no_pdf": edition.pdf_failure,
            "sent": [letter.address for letter in letters if letter.sent_at],
            "not_sent": [letter.address for letter in letters if not letter.sent_at],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"《{edition.title}》第{edition.number}期，{edition.period}\n\n{edition.text}\n")
    click.echo(str(path) if path else f"没有 PDF：{edition.pdf_failure}")
    for letter in letters:
        click.echo(f"已发 {letter.address}" if letter.sent_at else f"没有发出 {letter.address} {letter.failure or ''}")
