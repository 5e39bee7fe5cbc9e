"""`init`: an empty office, after a few questions."""

from __future__ import annotations

import re
from pathlib import Path

import click

from kernel.canonical import to_json
from records.people import Person, Unit, count_people, hash_password, save_people, save_units
from webapp.office_file import load_office_file
from webapp.settings import read_settings
from webapp.site import SYSTEM, Site, open_site

_PATTERNS = Path(__file__).parent.parent / "patterns"
_LEAST_PASSWORD = 8


@click.command("init")
@click.option("--office", prompt="办公室名称，例如 某某县安全生产委员会办公室")
@click.option("--area", prompt="行政区划代码（6 位，印在编号里）")
@click.option("--name", prompt="管理员姓名")
@click.option("--login", prompt="管理员登录名（字母）")
@click.password_option(prompt="管理员密码（至少 8 位）", confirmation_prompt="再输一遍密码")
@click.option("--smtp", prompt="发信服务器（没有就直接回车，信会放在发件箱里）", default="", show_default=False)
@click.option("--sender", prompt="发信地址", default="taizhang@localhost")
@click.option("--force", is_flag=True, help="已有设置文件时不再询问（旧文件另存为 .bak）")
@click.pass_context
def command(  # noqa: PLR0913 -- one parameter for each question
    ctx: click.Context,
    office: str,
    area: str,
    name: str,
    login: str,
    password: str,
    smtp: str,
    sender: str,
    *,
    force: bool,
) -> None:
    """建一个空的办公室：回答几个问题，写好 config.yaml，建好数据库和管理员账号。"""
    path = Path(ctx.obj)
    _check(area, login, password)
    if path.exists():
        if not force:
            click.confirm(f"{path} 已存在，要换成新的吗（旧的另存为 {path.name}.bak）", abort=True)
        path.replace(path.with_name(f"{path.name}.bak"))
    folder = _fresh_folder(path.resolve().parent, area)
    pattern = (_PATTERNS / "config.yaml").read_text("utf-8")
    mail = f"host: {to_json(smtp)}" if smtp else "# host: smtp.example.cn"
    words = {"OFFICE": to_json(office), "AREA": area, "FOLDER": folder, "SENDER": to_json(sender), "HOST_LINE": mail}
    for word, value in words.items():
        pattern = pattern.replace(word, value)
    path.write_text(pattern, "utf-8")
    site = open_site(read_settings(path))
    _open_office(site, office=office, login=login, name=name, password=password)
    click.echo(f"已写好 {path}。运行 make run（或 python -m webapp run），用 {login} 登录。")
    click.echo("接着导入单位和人员：python -m webapp import 单位.yaml（写法见 docs/howto/office.md）")


def _check(area: str, login: str, password: str) -> None:
    if not re.fullmatch(r"\d{6}", area):
        raise click.BadParameter("行政区划代码是 6 位数字", param_hint="--area")
    if not re.fullmatch(r"[A-Za-z0-9_.-]{2,64}", login):
        raise click.BadParameter("登录名用字母、数字、点、横线，2 到 64 个", param_hint="--login")
    if len(password) < _LEAST_PASSWORD:
        raise click.BadParameter(f"密码至少 {_LEAST_PASSWORD} 位", param_hint="--password")


def _fresh_folder(root: Path, area: str) -> str:
    """`var`, or `var/<area>` when another office (the demo) already lies there."""
    return f"var/{area}" if (root / "var" / "office.db").exists() else "var"


def _open_office(site: Site, *, office: str, login: str, name: str, password: str) -> None:
    load_office_file(site, _PATTERNS / "roles.yaml")
    with site.database.writing() as conn:
        if count_people(conn):
            raise click.ClickException("这个数据库里已经有人员，不是空的办公室")
        save_units(conn, [Unit("office", office, "office")])
        roles = ("administrator", "office")
        save_people(conn, [Person(login, name, "office", roles, password_hash=hash_password(password))])
    site.publish_forms(SYSTEM.id)
