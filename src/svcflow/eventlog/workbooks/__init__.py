"""Workbooks of spreadsheet programs: what is safe to open, which sheet holds the table, what its cells say."""
