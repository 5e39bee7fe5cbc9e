"""An XLSForm from outside taken in as a definition file: whole, or not at all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from forms.choices import ChoiceList
from forms.loading import load_vocabularies
from forms.tables import read_choices
from forms.xlsform.importing import import_xlsform
from forms.xlsform.sheets import Sheets
from kernel.names import NAME
from kernel.problems import Unprocessable
from kernel.sentences import say
from webapp.settings import Settings
from webapp.xlsforms import read_workbook

_TABLE = re.compile(r"[\w.-]+\.csv")


class NotWhole(Unprocessable):
    """The workbook says something that a definition cannot."""

    code = "xlsform.not_whole"

    def __init__(self, count: int) -> None:
        super().__init__(say("这张表单没有收：请改好上面 {count} 处再导入一次", count=count))


class FormThere(Unprocessable):
    """A definition of that name lies there already."""

    code = "xlsform.form_there"

    def __init__(self, path: Path) -> None:
        super().__init__(say("{path} 已经有了，请用 --to 另起一个名称", path=path))


class BadFormName(Unprocessable):
    """The name is none that a definition can have."""

    code = "xlsform.bad_form_name"

    def __init__(self, name: str) -> None:
        super().__init__(say("“{name}”不能作名称：写成 名称.yaml，小写字母开头，只含小写字母、数字和下划线", name=name))


def take_in_form(settings: Settings, workbook: Path, *, to: str | None, dry_run: bool) -> None:
    """Write the definition that `workbook` is, and tell what was made of it; with `dry_run` only tell.

    Tables of choices that it names and that lie beside it are copied to the office's.
    Raises `NotWhole`, `FormThere`, `BadFormName` and the problems of `read_workbook`.
    """
    if to is not None and not re.fullmatch(NAME, to.removesuffix(".yaml")):
        raise BadFormName(to)
    sheets = read_workbook(workbook)
    folder = settings.forms.parent / "vocabularies"
    lists, _ = load_vocabularies(folder)
    beside = [path for path in _tables_beside(workbook, sheets) if path.name not in lists]
    vocabularies = {**lists, **_read_tables(beside)}
    form_id = to.removesuffix(".yaml") if to else None
    taken = import_xlsform(sheets, vocabularies, name=workbook.stem, form_id=form_id)
    if isinstance(taken, tuple):
        for remark in taken:
            click.echo(str(remark), err=True)
        raise NotWhole(len(taken))
    path = settings.forms / f"{taken.form_id}.yaml"
    if path.exists() or any(settings.forms.rglob(path.name)):
        raise FormThere(path)
    for remark in taken.remarks:
        click.echo(f"  {remark}")
    if dry_run:
        click.echo(f"会写 {path}，{len(taken.remarks)} 处请核对")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(taken.text, "utf-8")
    for table in beside:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(table, folder / table.name)
        click.echo(f"选项表 {table.name} → {folder}")
    click.echo(f"已写好 {path}，{len(taken.remarks)} 处请核对；改完后运行 python -m webapp check")


def _read_tables(paths: Sequence[Path]) -> dict[str, ChoiceList]:
    """Tables of choices by their names. Raises `NotWhole`."""
    read = {path: read_choices(path) for path in paths}
    issues = [issue for _, found in read.values() for issue in found]
    for issue in issues:
        click.echo(str(issue), err=True)
    if issues:
        raise NotWhole(len(issues))
    return {path.name: choices for path, (choices, _) in read.items()}


def _tables_beside(workbook: Path, sheets: Sheets) -> Iterator[Path]:
    """The tables of choices that a cell of the workbook names and that lie in its folder."""
    named = {
        name
        for sheet in sheets.values()
        for row in sheet.rows
        for text in row.cells.values()
        for name in _TABLE.findall(text)
    }
    for name in sorted(named):
        path = workbook.with_name(name)
        if path.is_file():
            yield path
