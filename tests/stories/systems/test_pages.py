"""Each shipped form's page and list open for the roles that its definition names, and for nobody else."""

from __future__ import annotations

import pytest

from forms.access import Reach
from forms.folder import load_folder
from tests.stories.systems.office import PEOPLE, Story
from tests.webapp.office import ROOT

FORMS = load_folder(ROOT / "forms/definitions").forms
#: One person of each role.
BY_ROLE = {roles[0]: name for name, _, _, roles in reversed(PEOPLE)}

every_role = pytest.mark.parametrize("role", BY_ROLE)


@every_role
def test_a_page_opens_for_those_who_fill_the_form_and_for_nobody_else(story: Story, role: str) -> None:
    for form_id, form in FORMS.items():
        page = story[BY_ROLE[role]].get(f"/f/{form_id}/new")
        assert page.status_code == (200 if form.access.may_fill([role]) else 403), form_id
        assert page.status_code == 403 or str(form.title) in page.text, form_id


@every_role
def test_a_list_opens_for_those_who_read_the_form_and_for_nobody_else(story: Story, role: str) -> None:
    for form_id, form in FORMS.items():
        found = story[BY_ROLE[role]].get(f"/f/{form_id}")
        assert found.status_code == (403 if form.access.reading([role]) is Reach.NONE else 200), form_id
