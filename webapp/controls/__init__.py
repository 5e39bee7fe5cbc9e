"""The controls of a form's page: which one asks which question, and what comes back from them."""
