"""The doors: pages, command line, and the one place where everything is wired."""
