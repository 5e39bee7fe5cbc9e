"""One file per kind of block in a report's body; the folder is the registry."""
