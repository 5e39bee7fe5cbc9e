"""One file per kind of block a bulletin is made of; the folder is the registry."""
