"""An office in a folder of its own, and its command line: two small forms and one small report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from click.testing import CliRunner, Result
from sqlalchemy import select

from records.catalogue import open_catalogue
from records.database import Database
from records.ledger import open_ledger
from records.listing import Query, each
from records.model import Submission
from records.tables import metadata
from sync.workbook.book import CellValue
from sync.workbook.read import read_book
from webapp import cli
from webapp.settings import read_settings
from webapp.site import SYSTEM, open_site

VISIT = """\
id: visit
title: {zh: 检查/走访, en: Visit}
instance_name: ${place}
fields:
  - {type: text, name: place, label: {zh: 地点, en: Place}, required: true}
  - {type: unit, name: town, label: 乡镇, unit_kinds: [town]}
  - {type: integer, name: people, label: 人数, constraint: ". >= 1", constraint_message: 至少 1 人}
  - {type: date, name: day, label: 日期}
  - {type: text, name: remark, label: 备注}
access:
  units: [town]
  roles: {office: {fill: true, read: all, edit: all}, town: {fill: true, read: unit}, leader: {read: all}}
sheet: {tab: 检查台账, columns: [place, town, people, day, remark]}
"""
NOTE = """\
id: note
title: 便条
instance_name: ${words}
fields:
  - {type: text, name: words, label: 内容}
  - {type: record, name: visit, label: 检查, form: visit}
access: {roles: {office: {fill: true, read: all}}}
"""
WEEKLY = """\
id: weekly
title: 周报
masthead: 周报
issuer: 县安委办
scope: 全县
period: {every: week, which: current}
measures:
  visits: {label: 检查, form: visit, time: day, measure_word: 次}
body:
  - {type: paragraph, text: "{period}，{scope}检查{visits}次。"}
send: {roles: [leader]}
"""
PEOPLE = """\
roles:
  office: {zh: 安委办, en: Office}
  town: {zh: 乡镇, en: Town}
  leader: {zh: 领导, en: Leader}
units:
  - {id: aw, name: 县安委办, kind: office}
  - {id: cg, name: 城关镇, kind: town, parents: [aw]}
  - {id: dh, name: 东河镇, kind: town, parents: [aw]}
people:
  - {id: sun, name: 孙文清, unit: aw, roles: [office], phone: 13900000000, password: qingshan2026}
  - {id: li, name: 李桂兰, unit: cg, roles: [town]}
  - {id: zheng, name: 郑国强, unit: aw, roles: [leader], email: zheng@qingshan.example}
  - {id: zhou, name: 周建平, unit: aw, roles: [leader], email: zhou@qingshan.example}
calendar:
  - {day: 2026-10-01, kind: holiday, name: 国庆节}
"""
HEADER = "地点,乡镇,人数,日期,备注\r\n"


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The command line of one office, and what becomes of its records and workbook."""

    config: Path
    database: Database

    @property
    def folder(self) -> Path:
        """Where everything lies."""
        return self.config.parent

    @property
    def book(self) -> Path:
        """The workbook of visits."""
        return self.folder / "sheets" / "检查台账.xlsx"

    def __call__(self, *words: str, answers: str | None = None) -> Result:
        """Run `python -m webapp --config … WORDS`, typing `answers`."""
        return CliRunner().invoke(cli.build(), ["--config", str(self.config), *words], input=answers)

    def write(self, name: str, text: str | bytes) -> Path:
        """A file in the office's folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def publish(self) -> None:
        """Publish the forms, as the server does when it starts."""
        site = open_site(read_settings(self.config))
        site.publish_forms("system")
        site.database.close()

    def fill(self, *rows: str) -> None:
        """Take in rows of visits, written as CSV."""
        done = self("import", "visit", str(self.write("rows.csv", HEADER + "\r\n".join(rows))))
        assert done.exit_code == 0, done.output

    def records(self, form_id: str = "visit") -> list[Submission]:
        """Every living record of a form by title."""
        with self.database.reading() as conn:
            ledger = open_ledger(conn, open_catalogue(conn), "419926")
            found = list(each(ledger.conn, ledger.catalogue[form_id].form, SYSTEM, Query()))
        return sorted(found, key=lambda item: item.title)

    def cells(self) -> list[list[CellValue]]:
        """The workbook's rows below its header, without the hidden id and the problems."""
        tab = read_book(self.book).tabs[0]
        return [row[1:6] for row in tab.rows[1:]]

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table."""
        return rows_of(self.database)


def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of its key."""
    with database.reading() as conn:
        return {
            table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
        }


def found_office(folder: Path, database: Database, **settings: object) -> CommandLine:
    """The office with its forms published and its people taken in; `settings` go into config.yaml."""
    line = CommandLine(folder / "config.yaml", database)
    line.write("forms/definitions/visit.yaml", VISIT)
    line.write("forms/definitions/note.yaml", NOTE)
    line.write("reports/weekly.yaml", WEEKLY)
    written: dict[str, object] = {
        "office": "青山县安委办",
        "area": "419926",
        "database": database.url.render_as_string(hide_password=False),
        "reports": "reports",
        "files": "files",
        "backups": "backups",
        "sheets": {"folder": "sheets"},
        "mail": {"outbox": "outbox", "sender": "anjian@qingshan.example"},
        **settings,
    }
    line.write("config.yaml", yaml.safe_dump(written, allow_unicode=True))
    line.publish()
    taken = line("import", str(line.write("people.yaml", PEOPLE)))
    assert taken.exit_code == 0, taken.output
    return line


#: Founds an office in a folder of its own; keyword arguments go into its config.yaml.
Found = Callable[..., CommandLine]
