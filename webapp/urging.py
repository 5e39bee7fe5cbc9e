"""The clock of reminders: a look every few seconds whether somebody is to be reminded of what they owe."""

from __future__ import annotations

from datetime import datetime, timedelta

from records.notices import ask_to_mail
from records.obligations import Reckoner, owings
from records.urging import remind, reminders
from webapp.site import SYSTEM, Site

#: What was missed while everything was off is caught up for so long, as far as the hour is still to come.
_CAUGHT_UP = timedelta(days=31)


class Urging:
    """Reminds those who still owe, on the page and by mail."""

    def __init__(self, site: Site) -> None:
        """Nothing was looked at yet."""
        self._site = site
        self._looked: datetime | None = None

    def look(self, now: datetime) -> bool:
        """One look whether the moment of some reminder has come since the last; whether anybody was told."""
        since, self._looked = self._looked or now - _CAUGHT_UP, now
        with self._site.reading() as ledger:
            forms = {form_id: published.form for form_id, published in ledger.catalogue.newest.items()}
            due = reminders(Reckoner(ledger.conn, forms, now), owings(forms.values()), since, now)
        if not due:
            return False
        with self._site.database.writing() as conn:
            told = remind(conn, Reckoner(conn, forms, now), due, now)
            if told:
                ask_to_mail(conn, SYSTEM.id, now)
        return told > 0
