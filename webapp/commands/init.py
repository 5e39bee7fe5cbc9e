"""`init`: an empty office, after a few questions."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import click

from kernel.canonical import to_json
from kernel.mail import is_address
from records.people import Person, Unit, count_people, hash_password, save_people, save_units
from webapp.office_file import load_office_file
from webapp.opening import open_office, publish_forms
from webapp.passwords import SHORTEST, password_mistake
from webapp.settings import AREA, read_settings
from webapp.site import Site

_PATTERNS = Path(__file__).parent.parent / "patterns"


def _area(ctx: click.Context, option: click.Parameter, value: str) -> str:
    del ctx, option
    if not re.fullmatch(AREA, value):
        raise click.BadParameter("行政区划代码是 6 位数字")
    return value


def _login(ctx: click.Context, option: click.Parameter, value: str) -> str:
    del ctx, option
    if not re.fullmatch(r"[A-Za-z0-9_.-]{2,64}", value):
        raise click.BadParameter("登录名用字母、数字、点、横线，2 到 64 个")
    return value


def _sender(ctx: click.Context, option: click.Parameter, value: str) -> str:
    del ctx, option
    if not is_address(value):
        raise click.BadParameter("应是一个邮箱地址，前面不写名称")
    return value


def _filled(ctx: click.Context, option: click.Parameter, value: str) -> str:
    del ctx, option
    if not value.strip():
        raise click.BadParameter("不能空着")
    return value.strip()


@click.command("init")
@click.option("--office", prompt="办公室名称，例如 某某县安全生产委员会办公室", callback=_filled)
@click.option("--area", prompt="行政区划代码（6 位，印在编号里）", callback=_area)
@click.option("--name", prompt="管理员姓名", callback=_filled)
@click.option("--login", prompt="管理员登录名（字母）", callback=_login)
@click.password_option(prompt=f"管理员密码（至少 {SHORTEST} 位）", confirmation_prompt="再输一遍密码")
@click.option("--smtp", prompt="发信服务器（没有就直接回车，信会放在发件箱里）", default="", show_default=False)
@click.option("--sender", prompt="发信地址", default="taizhang@localhost", callback=_sender)
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
    admin = Person(login, name, "office", ("administrator", "office"))
    if mistake := password_mistake(admin, password):
        raise click.BadParameter(mistake, param_hint="--password")
    if path.exists() and not force:
        click.confirm(f"{path} 已存在，要换成新的吗（旧的另存为 {path.name}.bak）", abort=True)
    mail = f"host: {to_json(smtp)}" if smtp else "# host: smtp.example.cn"
    words = {"OFFICE": to_json(office), "AREA": area, "SENDER": to_json(sender), "HOST_LINE": mail}
    words["FOLDER"] = _fresh_folder(path.resolve().parent, area)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(_filled_in((_PATTERNS / "config.yaml").read_text("utf-8"), words), "utf-8")
    try:
        site = open_office(ctx, read_settings(fresh))
        _found_office(site, Unit("office", office, "office"), admin, password)
        if path.exists():
            path.replace(path.with_name(f"{path.name}.bak"))
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    click.echo(f"已写好 {path}。运行 make run（或 python -m webapp run），用 {login} 登录。")
    click.echo("接着导入单位和人员：python -m webapp import 单位.yaml（写法见 docs/howto/office.md）")


def _filled_in(pattern: str, words: dict[str, str]) -> str:
    """The pattern with each word's answer, looked for once: an answer may hold any word."""
    return re.sub("|".join(words), lambda found: words[found[0]], pattern)


def _fresh_folder(root: Path, area: str) -> str:
    """`var`, or a folder in it named after the area when another office (the demo) already lies there."""
    places = ["var", f"var/{area}", *(f"var/{area}-{number}" for number in range(2, 100))]
    return next((place for place in places if not (root / place / "office.db").exists()), places[-1])


def _found_office(site: Site, unit: Unit, admin: Person, password: str) -> None:
    with site.database.reading() as conn:
        if count_people(conn):
            raise click.ClickException("这个数据库里已经有人员，不是空的办公室")
    load_office_file(site, _PATTERNS / "roles.yaml")
    with site.database.writing() as conn:
        save_units(conn, [unit])
        save_people(conn, [replace(admin, password_hash=hash_password(password))])
    publish_forms(site)
