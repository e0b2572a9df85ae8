"""Formats of exports, one a file; see `svcflow.eventlog.exporting`."""
