"""`sync`: bring records and shared sheets together now."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import click

from kernel.sentences import say
from records.queue import is_answered
from records.sheets import binding_state
from sync.round import Mode, Pair, RoundReport, run_round
from webapp.exits import LEFT_OUT
from webapp.opening import open_office
from webapp.progress import progress_bar
from webapp.sheeting import pairs
from webapp.site import Site
from webapp.tasks import ask_for_round, work_off
from webapp.templating import count_name

#: How long a running server is given for the round.
_PATIENCE = timedelta(minutes=2)


@click.command("sync")
@click.argument("form")
@click.option("--dry-run", is_flag=True, help="只看会做什么，两边都不动")
@click.option("--json", "as_json", is_flag=True, help="给脚本读的输出")
@click.pass_context
def command(ctx: click.Context, form: str, *, dry_run: bool, as_json: bool) -> None:
    """让表单和它的共享表格一致：sync 表单，或 sync all。有表格要等时退出码为 3。"""
    site = open_office(ctx)
    with site.reading() as ledger:
        found = pairs(ledger.conn, ledger.catalogue, site.settings)
    wanted = list(found.values()) if form == "all" else [found[form]] if form in found else []
    if not wanted:
        raise click.BadParameter(f"没有同步表格的表单“{form}”，可用：{'、'.join(found)}、all", param_hint="FORM")
    told: dict[str, RoundReport] = {}
    with progress_bar() as progress:
        for done, pair in enumerate(wanted, 1):
            told[pair.form_id] = _rehearse(site, pair) if dry_run else _make(site, pair)
            progress("共享表格", done, len(wanted))
    _tell(told, as_json=as_json)
    ctx.exit(LEFT_OUT if any(item.waiting for item in told.values()) else 0)


def _rehearse(site: Site, pair: Pair) -> RoundReport:
    with site.reading() as ledger:
        catalogue = ledger.catalogue
    return run_round(site.database, catalogue, pair, now=site.now(), mode=Mode.REHEARSAL)


def _make(site: Site, pair: Pair) -> RoundReport:
    """Ask for the round through its lane and work the lane, so that a running server and this never collide."""
    began = site.now()
    counts = Counter[str]()

    def heard(form_id: str, report: RoundReport) -> None:
        counts.update(report.counts if form_id == pair.form_id else {})

    asked = ask_for_round(site, pair.form_id, Mode.THOROUGH)
    work_off(site, lambda conn: is_answered(conn, asked), _PATIENCE, heard)
    with site.database.reading() as conn:
        binding = binding_state(conn, pair.name)
    if binding is None or (binding.waiting_since is None and (binding.round_at is None or binding.round_at < began)):
        return RoundReport(waiting=say("这一轮没有做成，稍后会再试，原因在网页的“管理”里"))
    if binding.waiting_since is not None:
        return RoundReport(waiting=binding.waiting_why)
    return RoundReport(counts or binding.round.get("done", {}))


def _tell(told: dict[str, RoundReport], *, as_json: bool) -> None:
    if as_json:
        rounds = {form_id: {"counts": dict(item.counts), "waiting": item.waiting} for form_id, item in told.items()}
        click.echo(json.dumps(rounds, ensure_ascii=False))
        return
    for form_id, item in told.items():
        words = "，".join(f"{count_name(name)} {count}" for name, count in item.counts.items())
        click.echo(f"{form_id}: {item.waiting or words or '已一致'}")
