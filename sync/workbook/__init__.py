"""One .xlsx file: made, read, and changed in place without disturbing what the office keeps in it."""
