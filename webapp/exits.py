"""What the command line's exit codes mean beside 0 (done), 1 (refused) and 2 (used wrongly)."""

from __future__ import annotations

#: Done, but something was left out: rows that were refused, a sheet that waits.
LEFT_OUT = 3
