"""A log to files of other tools.

A format is a module in `formats` with `SUFFIXES`, `MAPPED` (whether a mapping is put beside its files, so that they are
read back as the same log) and ``write(source, target, choices) -> None``, which writes the blocks of `source` to the
path `target` and says in `choices` which column holds what, and what the user should know.
"""
