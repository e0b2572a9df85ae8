"""Databases, read and never written: SQLite, DuckDB and PostgreSQL, one a file.

Each gives a `connection.Connection`; `choice` decides what it is asked. `urls` keeps passwords out of every message.
"""
