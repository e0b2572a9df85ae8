"""Readers of exports, one format a file.

A reader is a module with `SUFFIXES`, `RANK` (lower is asked first), ``recognise(path, head) -> bool`` and
``read(path, stated) -> RawTable``.
"""
