"""The expression language: what it reads, what it gives, and that Python and the page agree."""
