"""`sync`: bring records and shared sheets together now."""

from __future__ import annotations

import json

import click

from jobs.worker import Worker
from records.sheets import binding_state
from sync.round import Mode, Pair, RoundReport, run_round
from webapp.exits import LEFT_OUT
from webapp.progress import progress_bar
from webapp.settings import read_settings
from webapp.sheeting import pairs
from webapp.site import Site, open_site
from webapp.tasks import Behind, ask_for_round


@click.command("sync")
@click.argument("form")
@click.option("--dry-run", is_flag=True, help="只看会做什么，两边都不动")
@click.option("--json", "as_json", is_flag=True, help="给脚本读的输出")
@click.pass_context
def command(ctx: click.Context, form: str, *, dry_run: bool, as_json: bool) -> None:
    """让表单和它的共享表格一致：sync 表单，或 sync all。有表格要等时退出码为 3。"""
    site = open_site(read_settings(ctx.obj))
    with site.reading() as ledger:
        found = pairs(ledger.conn, ledger.catalogue, site.settings)
    wanted = list(found.values()) if form == "all" else [found[form]] if form in found else []
    if not wanted:
        raise click.BadParameter(f"没有同步表格的表单“{form}”，可用：{'、'.join(found)}、all", param_hint="FORM")
    told: dict[str, dict[str, object]] = {}
    with progress_bar() as progress:
        for done, pair in enumerate(wanted, 1):
            told[pair.form_id] = _rehearse(site, pair) if dry_run else _make(site, pair)
            progress("共享表格", done, len(wanted))
    _tell(told, as_json=as_json)
    ctx.exit(LEFT_OUT if any(item["waiting"] for item in told.values()) else 0)


def _rehearse(site: Site, pair: Pair) -> dict[str, object]:
    with site.reading() as ledger:
        catalogue = ledger.catalogue
    report: RoundReport = run_round(site.database, catalogue, pair, now=site.now(), mode=Mode.REHEARSAL)
    return {"counts": dict(report.counts), "waiting": report.waiting}


def _make(site: Site, pair: Pair) -> dict[str, object]:
    """Ask for the round through its lane and work the lane, so that a running server and this never collide."""
    ask_for_round(site, pair.form_id, Mode.THOROUGH)
    behind = Behind(site)
    worker = Worker(site.database, behind.tasks, behind.reactions, site.now)
    while worker.run_once():
        continue
    with site.database.reading() as conn:
        binding = binding_state(conn, pair.name)
    assert binding is not None
    counts = binding.round.get("done", {})
    return {"counts": counts, "waiting": binding.waiting_why if binding.waiting_since else None}


def _tell(told: dict[str, dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for form_id, item in told.items():
        counts = item["counts"]
        words = "，".join(f"{name} {count}" for name, count in counts.items()) if isinstance(counts, dict) else ""
        click.echo(f"{form_id}: {item['waiting'] or words or '已一致'}")
