from __future__ import annotations

from tests.webapp.office import Visitor
from webapp.app import create_app
from webapp.site import Site


def test_the_settings_say_which_roles_are_the_office_s_staff(site: Site) -> None:
    site.settings = site.settings.model_copy(update={"staff": ("department",)})
    app = create_app(site)
    status = {}
    for name in ("office", "inspector", "admin"):
        somebody = Visitor(app)
        somebody.sign_in(name)
        status[name] = somebody.get("/office").status_code
        assert ('href="/office"' in somebody.get("/").text) is (status[name] == 200)
    assert status == {"office": 403, "inspector": 200, "admin": 200}
