"""Everything a report's definition is refused for; `kernel.flaw` tells how a flaw is declared and found."""
