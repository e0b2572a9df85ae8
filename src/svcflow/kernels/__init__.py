"""Loops over columns in C, where the package was built with a compiler: numpy's work in one pass instead of several.

The numpy form of each stands where it is used and is the reference; `twins.compiled_by` puts the compiled one in its
place. States and tables are the same bytes with either, so neither a log nor a cluster need know which was there.
"""
