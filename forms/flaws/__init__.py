"""Everything a form's definition is refused for; `kernel.flaw` tells how a flaw is declared and found.

To add a check: declare the flaw in the module of what is checked, say `Mistake(place, FLAW.found(…))` where
the check is made, and give an example of it in `tests/flaws/`.
"""
