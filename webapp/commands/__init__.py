"""Commands, one module each; each has a click command called `command`."""
