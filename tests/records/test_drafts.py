from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from records.database import Database
from records.drafts import Draft, SavedMeanwhile, all_drafts, drop_draft, load_draft, save_draft
from tests.conftest import HandClock


@pytest.fixture
def draft(now: HandClock) -> Draft:
    return Draft("visit", "id: visit\n", 0, now(), "admin")


def test_a_draft_is_kept_until_it_is_thrown_away(database: Database, draft: Draft) -> None:
    with database.writing() as conn:
        kept = save_draft(conn, draft)
        assert (kept.revision, kept.source, kept.changed_by) == (1, "id: visit\n", "admin")
        later = save_draft(conn, replace(kept, source="id: visit # 改\n"))
        assert (later.revision, later.source) == (2, "id: visit # 改\n")
        assert all_drafts(conn) == {"visit": later}
        drop_draft(conn, "visit")
        assert load_draft(conn, "visit") is None
        drop_draft(conn, "visit")


@pytest.mark.parametrize(
    "of_the_other", [lambda kept: replace(kept, revision=0), lambda kept: replace(kept, revision=5)]
)
def test_what_somebody_else_saved_is_not_overwritten(
    database: Database, draft: Draft, of_the_other: Callable[[Draft], Draft]
) -> None:
    with database.writing() as conn:
        kept = save_draft(conn, draft)
    with pytest.raises(SavedMeanwhile) as told, database.writing() as conn:
        save_draft(conn, replace(of_the_other(kept), source="other"))
    assert told.value.draft == kept
    with database.reading() as conn:
        assert load_draft(conn, "visit") == kept


def test_a_draft_that_was_published_meanwhile_is_not_made_anew_unseen(database: Database, draft: Draft) -> None:
    with database.writing() as conn:
        kept = save_draft(conn, draft)
        drop_draft(conn, "visit")
        with pytest.raises(SavedMeanwhile, match="已发布"):
            save_draft(conn, kept)
