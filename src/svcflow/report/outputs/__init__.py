"""The forms of a report, one a file.

A form is a module with `SUFFIXES` and ``write(document, asked) -> Output``; its id is its file name.
"""
