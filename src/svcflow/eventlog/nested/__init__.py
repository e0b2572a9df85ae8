"""Nested records (JSON): where their list stands, which inner list holds the events, and records as flat rows."""
