"""Definitions written in the page: judged as the folder would be, tried without storing, published as files are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal

from forms.definition import Form
from forms.folder import Folder
from kernel.problems import Unprocessable
from kernel.sentences import say
from kernel.whole import write_whole
from kernel.yamlfile import Issue
from records.catalogue import advisable, publish, unpublishable
from records.drafts import drop_draft
from records.ledger import Ledger
from webapp.definitions import office_folder
from webapp.settings import Settings
from webapp.site import Site

#: How many unchanged lines are shown before and after a change.
_AROUND = 3


class NotPublishable(Unprocessable):
    """The definition has mistakes, or its stored answers could no longer be read."""

    code = "definition.mistakes"

    def __init__(self, count: int) -> None:
        super().__init__(say("还有 {count} 处要改，没有发布；草稿还在", count=count))


class FolderReadOnly(Unprocessable):
    """The folder of definitions cannot be written to: the published text would be lost for the next start."""

    code = "definition.folder"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(say("写不了 {path}：{why}，没有发布；请管理员检查目录的权限", path=path.name, why=why))


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a text: a form, or everything that is wrong with it."""

    form: Form | None
    issues: Sequence[Issue]
    #: What should be known before it is published, and keeps it back no more.
    advice: Sequence[Issue]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of the comparison of two texts; `skipped` stands for unchanged lines that are not shown."""

    kind: Literal["same", "added", "removed", "skipped"]
    before: int | None
    after: int | None
    text: str


def new_definition(form_id: str) -> str:
    """The commented text that a new definition begins with."""
    pattern = Path(__file__).parent / "patterns" / "form.yaml"
    return pattern.read_text("utf-8").replace("NAME", form_id)


def path_of(settings: Settings, form_id: str) -> Path:
    """The file that a form's definition is kept in, whether it is there yet or not."""
    known = sorted(settings.forms.rglob(f"{form_id}.yaml"))
    return known[0] if known else settings.forms / f"{form_id}.yaml"


def judge(site: Site, ledger: Ledger, form_id: str, source: str) -> Judged:
    """Look `source` over as if it were the form's file: by itself, among the other forms, against what is stored."""
    path = path_of(site.settings, form_id)
    folder = office_folder(site.settings, instead={path: source})
    issues = [issue for issue in [*folder.issues, *unpublishable(ledger.conn, folder)] if issue.path == path]
    advice = [issue for issue in advisable(ledger.conn, folder) if issue.path == path]
    return Judged(folder.forms.get(form_id), issues, advice)


def publish_text(site: Site, form_id: str, source: str, *, actor: str) -> int:
    """Make `source` the form's newest version and its file; the draft is done. Returns the version.

    Raises `NotPublishable`, `FolderReadOnly`; then nothing changed but that the draft is still there.
    """
    path = path_of(site.settings, form_id)
    folder = office_folder(site.settings, instead={path: source})
    with site.database.writing() as conn:
        issues = [issue for issue in [*folder.issues, *unpublishable(conn, folder)] if issue.path == path]
        if issues or form_id not in folder.forms:
            raise NotPublishable(max(1, len(issues)))
        published = publish(conn, _only(folder, form_id), actor=actor, at=site.now())
        drop_draft(conn, form_id)
        _write(path, source)
    with site.reading() as ledger:
        return published.versions.get(form_id) or ledger.catalogue[form_id].version


def _only(folder: Folder, form_id: str) -> Folder:
    """The folder with one form in it: what else changed on the disk is not this person's to publish."""
    return Folder(
        {form_id: folder.forms[form_id]},
        {form_id: folder.sources[form_id]},
        {form_id: folder.paths[form_id]},
        folder.vocabularies,
        [],
    )


def _write(path: Path, source: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, source.encode())
    except OSError as error:
        raise FolderReadOnly(path, error.strerror or str(error)) from error


def compared(before: str, after: str) -> list[DiffLine]:
    """Line by line what changed between two texts, with a few unchanged lines around each change."""
    old, new = before.splitlines(), after.splitlines()
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND)
    found: list[DiffLine] = []
    for group in groups:
        if found or group[0][1] > 0:
            found.append(DiffLine("skipped", None, None, ""))
        for tag, start, end, first, last in group:
            if tag == "equal":
                pairs = zip(range(start, end), range(first, last), strict=True)
                found += [DiffLine("same", one + 1, other + 1, old[one]) for one, other in pairs]
            else:
                found += [DiffLine("removed", at + 1, None, old[at]) for at in range(start, end)]
                found += [DiffLine("added", None, at + 1, new[at]) for at in range(first, last)]
    return found
