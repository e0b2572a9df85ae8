"""Readers of exports, one format a file.

A reader is a module with `SUFFIXES`, `RANK` (lower is asked first), ``recognise(path, head) -> bool`` and
``read(path, stated) -> RawTable``; `PARTS` names what of `Stated` chooses a part of its files (a sheet, a table).

One whose files may be larger than memory also has ``stream(path, stated, rows) -> Iterator[RawTable]``: the same
columns under the same names, in blocks of about `rows` rows in the order of the file, each with the numbers of its rows
in the whole file. The `bad` and `passed` rows of a block are those that stand in it; `facts` are the same in all blocks
and say nothing of counts over the whole file.
"""
