"""An office whose forms have a question of every kind (`everything`) and a rule of every kind (`strict`)."""

from __future__ import annotations

from pathlib import Path

from forms.folder import Folder, load_folder
from kernel.clock import Clock
from records.database import Database
from tests.webapp.office import ROOT, open_office
from webapp.site import Site

#: More choices than any page shows.
GRIDS = 10_000


def load_sample(folder: Path) -> Folder:
    """The two forms and the one they link to; `folder` takes the list of grids that one question is answered from."""
    folder.mkdir(parents=True, exist_ok=True)
    grids = "".join(f"g{number},第{number}网格\n" for number in range(GRIDS))
    (folder / "grids.csv").write_text(f"name,label\n{grids}", "utf-8")
    return load_folder(ROOT / "tests/webapp/definitions", folder)


def open_sample(database: Database, now: Clock, folder: Path) -> Site:
    """The small office with these forms; sheets and files go into `folder`."""
    site = open_office(database, now, folder, load_sample(folder / "vocabularies"))
    sheets = site.settings.sheets.model_copy(update={"folder": folder / "sheets"})
    site.settings = site.settings.model_copy(update={"sheets": sheets})
    return site
