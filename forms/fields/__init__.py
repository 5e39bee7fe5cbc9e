"""One file per question type; the folder is the registry."""
