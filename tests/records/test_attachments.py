from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from records.attachments import files_shown, may_open, note_upload, purge_uploads
from records.database import Database
from records.files import StoredFile, path_of, stored_files, write_file
from records.ledger import Ledger
from records.model import Accepted, Actor, Door, Refused
from records.people import actor_of, get_person
from records.revise import Change, revise
from records.submit import Entry, submit
from tests.conftest import HandClock
from tests.webapp.office import open_office
from tests.webapp.sample import load_sample
from webapp.site import Site

GOOD = {"name": "永兴面粉厂", "kind": "a", "promised": "true"}


@pytest.fixture
def site(database: Database, now: HandClock, tmp_path: Path) -> Site:
    return open_office(database, now, tmp_path, load_sample(tmp_path / "vocabularies"))


def person(ledger: Ledger, name: str) -> Actor:
    return actor_of(ledger.conn, get_person(ledger.conn, name))


def upload(site: Site, who: str, content: bytes) -> str:
    with site.writing() as ledger:
        digest = write_file(site.settings.files, content)
        file = StoredFile(digest, "照片.jpg", "image/jpeg", len(content))
        occasion = site.occasion(person(ledger, who), Door.WEB)
        note_upload(ledger.conn, site.settings.files, file, content, occasion)
        return digest


def fill(site: Site, who: str, instance: str, **answers: object) -> Accepted | Refused:
    with site.writing() as ledger:
        entry = Entry({**GOOD, **answers}, instance, site.occasion(person(ledger, who), Door.API))  # type: ignore[dict-item]
        return submit(ledger, "strict", entry)


def opens(site: Site, who: str, digest: str) -> bool:
    with site.reading() as ledger:
        return may_open(ledger, person(ledger, who), digest, since=site.now() - timedelta(days=7))


def test_files_are_found_wherever_they_stand_in_a_record(site: Site) -> None:
    file = {"digest": "d", "name": "n"}
    with site.reading() as ledger:
        form = ledger.catalogue["everything"].form
    answers = {"photos": [file], "visits": [{"portrait": [file]}, {"portrait": None}, {"portrait": [file]}]}
    shown = [(one.place, one.question) for one in files_shown(form.fields, answers)]  # type: ignore[arg-type]
    assert shown == [
        ("photos", "photos"),
        ("visits.0.portrait", "visits.portrait"),
        ("visits.2.portrait", "visits.portrait"),
    ]


def test_who_sees_the_record_opens_its_file_and_nobody_else(site: Site) -> None:
    digest = upload(site, "clerk", b"photo")
    assert opens(site, "clerk", digest)
    assert not opens(site, "office", digest), "nothing shows it yet"
    assert isinstance(fill(site, "clerk", "instance-1", photos=[digest]), Accepted)
    assert opens(site, "office", digest)
    assert not opens(site, "neighbour", digest)
    assert not opens(site, "inspector", digest)


def test_nobody_attaches_what_others_sent_by_knowing_its_digest(site: Site) -> None:
    digest = upload(site, "neighbour", b"photo")
    refused = fill(site, "clerk", "instance-1", photos=[digest])
    assert isinstance(refused, Refused)
    assert set(refused.refusals) == {"photos"}
    assert upload(site, "clerk", b"photo") == digest
    assert isinstance(fill(site, "clerk", "instance-1", photos=[digest]), Accepted)


def test_a_file_that_was_taken_off_a_record_stays_for_its_history(site: Site, now: HandClock) -> None:
    first, second = upload(site, "clerk", b"first"), upload(site, "clerk", b"second")
    stored = fill(site, "clerk", "instance-1", photos=[first])
    assert isinstance(stored, Accepted)
    with site.writing() as ledger:
        occasion = site.occasion(person(ledger, "office"), Door.WEB)
        kept = revise(ledger, Change(stored.submission.id, {"photos": [first]}, occasion, revision=1))
        assert isinstance(kept, Accepted), "what was shown may stay, whoever changes the record"
        change = Change(stored.submission.id, {"photos": [second]}, occasion, revision=kept.submission.revision)
        refused = revise(ledger, change)
    assert isinstance(refused, Refused), "the office did not send the second"
    with site.writing() as ledger:
        occasion = site.occasion(person(ledger, "clerk"), Door.WEB)
        assert isinstance(revise(ledger, Change(stored.submission.id, {"photos": [second]}, occasion)), Accepted)
    now.forward(days=30)
    with site.database.writing() as conn:
        assert purge_uploads(conn, site.settings.files, before=now()) == 0
    assert opens(site, "office", first)
    assert opens(site, "office", second)


def test_only_what_no_record_shows_is_cleared_away_and_only_when_it_is_old(site: Site, now: HandClock) -> None:
    shown, left, fresh = (upload(site, "clerk", content) for content in (b"shown", b"left", b"fresh"))
    assert isinstance(fill(site, "clerk", "instance-1", photos=[shown]), Accepted)
    later: datetime = now.forward(days=8)
    assert upload(site, "clerk", b"fresh") == fresh
    with site.database.writing() as conn:
        assert purge_uploads(conn, site.settings.files, before=later - timedelta(days=7)) == 1
        assert set(stored_files(conn, [shown, left, fresh])) == {shown, fresh}
    assert [path_of(site.settings.files, digest).exists() for digest in (shown, left, fresh)] == [True, False, True]
    refused = fill(site, "clerk", "instance-2", name="另一家厂", photos=[left])
    assert isinstance(refused, Refused)
