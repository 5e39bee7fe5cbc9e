"""Everything a definition is refused for when it is published; `kernel.flaw` tells how."""
