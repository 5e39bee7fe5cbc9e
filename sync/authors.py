"""Who most likely typed what changed in a shared sheet. A sheet does not say who changed a cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from records.model import Author

#: What a book that this system wrote itself says of its author.
OURSELVES = "台账"
#: An office program may write the book after it took its lock away; and clocks of two machines differ.
_LEEWAY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody was seen to have the sheet open: since when, and when last seen (aware)."""

    name: str
    since: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Saving:
    """Who last saved the sheet and when (aware), as the sheet itself says; empty and none when it does not."""

    by: str = ""
    at: datetime | None = None


def likeliest_author(sighting: Sighting | None, saving: Saving, *, since: datetime | None) -> Author:
    """The best guess at who made the changes that came after `since` (the last round; none: from the beginning).

    Whoever was seen with the sheet open is likely, unless the sheet names somebody else: then that
    one is possible, as is whoever the sheet alone names (a name that anyone can set); else unknown.
    """
    holder = sighting if sighting and (since is None or sighting.seen_at > since) else None
    saver = saving.by.strip() if _is_news(saving, since) else ""
    if holder and (not saver or saver == holder.name):
        return Author(holder.name, "lock file", "likely")
    if saver:
        return Author(saver, "document property", "possible")
    return Author("共享表格", "sheet", "unknown")


def _is_news(saving: Saving, since: datetime | None) -> bool:
    """Whether a person, and not this system, saved the sheet since."""
    if saving.by.strip() in ("", OURSELVES):
        return False
    return since is None or saving.at is None or saving.at > since - _LEEWAY
