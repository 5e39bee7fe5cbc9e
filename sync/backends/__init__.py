"""One file per kind of sheet; the folder is the registry."""
