"""The forms that are served: published versions, numbered and immutable, as the database says.

Definitions are files; publishing stores a file's text with the choice lists it names. Every
process serves what is stored, so two processes never serve two different forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Row, func, select, update

from forms.answers import Reader
from forms.definition import Form
from forms.deriving import Deriver
from forms.folder import Folder
from forms.loading import stored_form
from kernel.canonical import digest
from kernel.clock import utc_text
from kernel.problems import NotFound, Stale
from kernel.sentences import Sentence, say
from kernel.yamlfile import Issue, Place, read_yaml_source
from records.renewing import renew
from records.succession import objections, objections_of_events, remarks
from records.tables import form_versions

#: More versions than a form ever has, and than a database's whole numbers count.
_MOST_VERSIONS: Final = 2**31


class NoSuchForm(NotFound):
    """No form of this name is published."""

    code = "form.unknown"

    def __init__(self, form_id: str) -> None:
        super().__init__(say("没有“{form}”这张表单，或已停用", form=form_id))


class NoSuchVersion(Stale):
    """The form was never published under this number."""

    code = "form.version_unknown"

    def __init__(self, title: str, version: int) -> None:
        super().__init__(
            say("“{form}”没有第 {version} 版；请核对题目后再提交，已填的都还在", form=title, version=version)
        )


class VersionRetired(Stale):
    """The version that was filled has been taken out of use since; another is served."""

    code = "form.version_retired"

    def __init__(self, title: str, version: int) -> None:
        super().__init__(
            say(
                "“{form}”停用过，您打开的第 {version} 版不再收；请核对新的题目后再提交，已填的都还在",
                form=title,
                version=version,
            )
        )


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a form, ready to be read with."""

    form: Form
    version: int
    reader: Reader
    deriver: Deriver
    #: Taken out of use: what was filled by it is no longer taken.
    retired: bool = False


@dataclass(slots=True)
class Catalogue:
    """The newest published version of every form, and older ones when a record needs them."""

    stamp: str
    newest: Mapping[str, Published]
    _older: dict[tuple[str, int], Published] = field(default_factory=dict)

    def __getitem__(self, form_id: str) -> Published:
        """The version of a form that is filled now. Raises `NoSuchForm`."""
        try:
            return self.newest[form_id]
        except KeyError:
            raise NoSuchForm(form_id) from None

    def serving(self, conn: Connection, form_id: str, version: int) -> Published:
        """Whose rules hold now for a record of `version`: the newest version, or its own once the form is retired."""
        return self.newest.get(form_id) or self.version(conn, form_id, version)

    def filled_by(self, conn: Connection, form_id: str, version: int | None) -> Published:
        """The version by which a form was filled; None: the newest.

        A page that was open when the form changed is taken by the rules it was opened with. Raises `NoSuchForm`,
        `NoSuchVersion`, and `VersionRetired` where the form was out of use in between.
        """
        now = self[form_id]
        if version is None or version == now.version:
            return now
        try:
            asked = self.version(conn, form_id, version)
        except NoSuchForm:
            raise NoSuchVersion(now.form.title, version) from None
        if asked.retired:
            raise VersionRetired(now.form.title, version)
        return asked

    def version(self, conn: Connection, form_id: str, version: int) -> Published:
        """A certain version of a form: an old record shows, and an old draft is read, by its own."""
        now = self.newest.get(form_id)
        if now and now.version == version:
            return now
        key = (form_id, version)
        if not 0 < version < _MOST_VERSIONS:
            raise NoSuchForm(f"{form_id} {version}")
        if key not in self._older:
            row = conn.execute(
                select(form_versions).where(form_versions.c.form_id == form_id, form_versions.c.version == version)
            ).first()
            if row is None:
                raise NoSuchForm(f"{form_id} {version}")
            self._older[key] = _published(row)
        return self._older[key]


def catalogue_stamp(conn: Connection) -> str:
    """Changes whenever a form is published or retired; cheap enough to ask at every request."""
    count, published, retired = conn.execute(
        select(func.count(), func.max(form_versions.c.published_at), func.count(form_versions.c.retired_at))
    ).one()
    return f"{count} {published} {retired}"


def open_catalogue(conn: Connection) -> Catalogue:
    """Every form as published now."""
    stamp = catalogue_stamp(conn)  # first: what is published meanwhile then makes the stamp old, not the forms
    latest = select(form_versions.c.form_id, func.max(form_versions.c.version).label("version")).group_by(
        form_versions.c.form_id
    )
    newest = latest.subquery()
    query = (
        select(form_versions)
        .join(
            newest,
            (newest.c.form_id == form_versions.c.form_id) & (newest.c.version == form_versions.c.version),
        )
        .where(form_versions.c.retired_at.is_(None))
        .order_by(form_versions.c.form_id)
    )
    found = {row.form_id: _published(row) for row in conn.execute(query)}
    return Catalogue(stamp, found)


#: The versions of each form that were published, oldest first.
_Versions: TypeAlias = Mapping[str, Sequence[Row[Any]]]
_Judge: TypeAlias = Callable[[Connection, Form, Sequence[Form]], Iterable[tuple[Place, Sentence]]]


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing a folder came to: forms to their new versions, and why others stay as they are served."""

    versions: Mapping[str, int]
    issues: Sequence[Issue]


def publish(conn: Connection, folder: Folder, *, actor: str, at: datetime) -> Publication:
    """Store every form of `folder` that differs from what is served and whose stored answers it can still read.

    A form that is no longer in the folder stays served until it is retired.
    """
    stored = _stored_versions(conn)
    issues = _judged(conn, folder, stored, _objections(folder))
    refused = {issue.path for issue in issues}
    versions: dict[str, int] = {}
    for form_id in _changed(folder, stored):
        if folder.paths[form_id] in refused:
            continue
        former = stored.get(form_id)
        versions[form_id] = (former[-1].version if former else 0) + 1
        lists = _lists(folder, form_id)
        conn.execute(
            form_versions.insert().values(
                form_id=form_id,
                version=versions[form_id],
                digest=digest([folder.sources[form_id], lists]),
                source=folder.sources[form_id],
                vocabularies=lists,
                published_at=utc_text(at),
                published_by=actor,
            )
        )
        renew(conn, folder.forms[form_id], [_form_of(row) for row in former or ()], at)
    return Publication(versions, issues)


def unpublished(conn: Connection, folder: Folder) -> list[str]:
    """The forms that are not served as `folder` has them."""
    return list(_changed(folder, _stored_versions(conn)))


def unpublishable(conn: Connection, folder: Folder) -> list[Issue]:
    """Why forms of `folder` would not be published although each is right by itself (`records.succession`)."""
    return _judged(conn, folder, _stored_versions(conn), _objections(folder))


def advisable(conn: Connection, folder: Folder) -> list[Issue]:
    """What should be known before forms of `folder` are published, and keeps none of them back."""
    return _judged(conn, folder, _stored_versions(conn), remarks)


def retire(conn: Connection, form_id: str, at: datetime) -> None:
    """Serve a form no more; its records stay."""
    conn.execute(
        update(form_versions)
        .where(form_versions.c.form_id == form_id, form_versions.c.retired_at.is_(None))
        .values(retired_at=utc_text(at))
    )


def _stored_versions(conn: Connection) -> dict[str, list[Row[Any]]]:
    """Every published version of every form, oldest first."""
    found: dict[str, list[Row[Any]]] = {}
    for row in conn.execute(select(form_versions).order_by(form_versions.c.form_id, form_versions.c.version)):
        found.setdefault(row.form_id, []).append(row)
    return found


def _changed(folder: Folder, stored: Mapping[str, Sequence[Row[Any]]]) -> Iterator[str]:
    """The forms that are not served as the folder has them."""
    for form_id, source in folder.sources.items():
        newest = stored[form_id][-1] if form_id in stored else None
        mark = digest([source, _lists(folder, form_id)])
        if newest is None or newest.digest != mark or newest.retired_at is not None:
            yield form_id


def _objections(folder: Folder) -> _Judge:
    """What keeps a form of `folder` from being published: its former versions, or what it looks for in other forms."""

    def judge(conn: Connection, form: Form, older: Sequence[Form]) -> Iterator[tuple[Place, Sentence]]:
        yield from objections(conn, form, older)
        yield from objections_of_events(form, folder.forms)

    return judge


def _judged(conn: Connection, folder: Folder, stored: _Versions, judge: _Judge) -> list[Issue]:
    """What `judge` says of the forms that would be published."""
    issues: list[Issue] = []
    for form_id in _changed(folder, stored):
        form, path = folder.forms[form_id], folder.paths[form_id]
        older = [_form_of(row) for row in stored.get(form_id, [])]
        if found := list(judge(conn, form, older)):
            lines = read_yaml_source(folder.sources[form_id].encode(), path)
            issues += [lines.issue(path, place, sentence) for place, sentence in found]
    return issues


def _form_of(row: Row[Any]) -> Form:
    lists = {name: dict(pairs) for name, pairs in row.vocabularies.items()}
    return stored_form(row.source, lists, name=f"{row.form_id}.yaml")


def _published(row: Row[Any]) -> Published:
    form = _form_of(row)
    return Published(form, row.version, Reader(form), Deriver(form), row.retired_at is not None)


def _lists(folder: Folder, form_id: str) -> dict[str, list[list[Any]]]:
    """The choice lists that a definition's text may name; a superset is harmless."""
    source = folder.sources[form_id]
    return {
        name: [[key, choice.written()] for key, choice in folder.vocabularies[name].items()]  # JSONB has no order
        for name in sorted(folder.vocabularies)
        if name in source
    }
