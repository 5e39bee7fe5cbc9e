"""The pages of docs/reference that follow from the code, a module each with `page()`."""
