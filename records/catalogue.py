"""The forms that are served: published versions, numbered and immutable, as the database says.

Definitions are files; publishing stores a file's text with the choice lists it names. Every
process serves what is stored, so two processes never serve two different forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from forms.answers import Reader
from forms.definition import Form, stored_kind
from forms.deriving import Deriver
from forms.folder import Folder
from forms.loading import stored_form
from forms.values import Kind
from kernel.canonical import digest
from kernel.clock import utc_text
from kernel.problems import NotFound, Unprocessable
from kernel.sentences import say
from records.tables import form_versions, submissions


class NoSuchForm(NotFound):
    """No form of this name is published."""

    code = "form.unknown"

    def __init__(self, form_id: str) -> None:
        super().__init__(say("没有“{form}”这张表单，或已停用", form=form_id))


class KindChanged(Unprocessable):
    """A question would be counted as something that its stored answers are not."""

    code = "form.kind_changed"

    def __init__(self, form: Form, name: str) -> None:
        super().__init__(
            say("“{form}”的 {name} 换了题型，已存的答案读不出来；请给新题另起名称", form=form.title, name=name)
        )


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a form, ready to be read with."""

    form: Form
    version: int
    reader: Reader
    deriver: Deriver


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

    def version(self, conn: Connection, form_id: str, version: int) -> Published:
        """A certain version of a form: an old record shows, and an old draft is read, by its own."""
        now = self.newest.get(form_id)
        if now and now.version == version:
            return now
        key = (form_id, version)
        if key not in self._older:
            row = conn.execute(
                select(form_versions).where(form_versions.c.form_id == form_id, form_versions.c.version == version)
            ).first()
            if row is None:
                raise NoSuchForm(f"{form_id} {version}")
            self._older[key] = _published(row.form_id, row.version, row.source, row.vocabularies)
        return self._older[key]


def catalogue_stamp(conn: Connection) -> str:
    """Changes whenever a form is published or retired; cheap enough to ask at every request."""
    count, published, retired = conn.execute(
        select(func.count(), func.max(form_versions.c.published_at), func.count(form_versions.c.retired_at))
    ).one()
    return f"{count} {published} {retired}"


def open_catalogue(conn: Connection) -> Catalogue:
    """Every form as published now."""
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
    found = {
        row.form_id: _published(row.form_id, row.version, row.source, row.vocabularies) for row in conn.execute(query)
    }
    return Catalogue(catalogue_stamp(conn), found)


def publish(conn: Connection, folder: Folder, *, actor: str, at: datetime) -> dict[str, int]:
    """Store every form of `folder` that differs from what is served; form to its new version.

    A form that is no longer in the folder stays served until it is retired. Raises `KindChanged`.
    """
    versions = conn.execute(select(form_versions).order_by(form_versions.c.form_id, form_versions.c.version)).all()
    served = {row.form_id: row for row in versions}
    fresh: dict[str, int] = {}
    for form_id, source in folder.sources.items():
        lists = {
            name: [[key, label] for key, label in folder.vocabularies[name].items()]  # a JSONB object has no order
            for name in _named(source, folder)
        }
        mark = digest([source, lists])
        former = served.get(form_id)
        if former is not None and former.digest == mark and former.retired_at is None:
            continue
        if _is_answered(conn, form_id):
            for row in versions:
                if row.form_id == form_id:
                    older = _published(row.form_id, row.version, row.source, row.vocabularies)
                    _refuse_other_kinds(older.form, folder.forms[form_id])
        fresh[form_id] = (former.version if former is not None else 0) + 1
        conn.execute(
            form_versions.insert().values(
                form_id=form_id,
                version=fresh[form_id],
                digest=mark,
                source=source,
                vocabularies=lists,
                published_at=utc_text(at),
                published_by=actor,
            )
        )
    return fresh


def retire(conn: Connection, form_id: str, at: datetime) -> None:
    """Serve a form no more; its records stay."""
    conn.execute(
        update(form_versions)
        .where(form_versions.c.form_id == form_id, form_versions.c.retired_at.is_(None))
        .values(retired_at=utc_text(at))
    )


def _is_answered(conn: Connection, form_id: str) -> bool:
    return bool(conn.execute(select(exists().where(submissions.c.form_id == form_id))).scalar())


def _refuse_other_kinds(older: Form, newer: Form) -> None:
    """Raise `KindChanged` if `records.rows` could not read answers to `older` as columns of `newer`.

    Everything can be read as text, and whole numbers as amounts.
    """
    for name, question in newer.questions.items():
        for known in (name, *question.was):
            former = older.questions.get(known)
            kinds = (stored_kind(former or question), stored_kind(question))
            if kinds[0] != kinds[1] and kinds[1] is not Kind.TEXT and kinds != (Kind.INTEGER, Kind.DECIMAL):
                raise KindChanged(newer, name)


def _published(form_id: str, version: int, source: str, vocabularies: Mapping[str, Any]) -> Published:
    lists = {name: dict(pairs) for name, pairs in vocabularies.items()}
    form = stored_form(source, lists, name=f"{form_id}.yaml")
    return Published(form, version, Reader(form), Deriver(form))


def _named(source: str, folder: Folder) -> list[str]:
    """The choice lists that a definition's text may name; a superset is harmless."""
    return sorted(name for name in folder.vocabularies if name in source)
