"""An example of each way in which a definition can be wrong."""
