"""What was answered: the store, its history, its people and its queue. All SQL lives here."""
