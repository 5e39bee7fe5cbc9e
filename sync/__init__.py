"""Shared sheets, two ways: what units fill appears in the workbook, what the office edits appears in the record."""
