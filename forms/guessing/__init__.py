"""A form guessed from the ledger that an office has kept so far: where its table lies, and what each column asks."""
