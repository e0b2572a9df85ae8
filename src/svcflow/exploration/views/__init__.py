"""Views of a selection; one a file. ``show(selection, setting, **asked)`` returns blocks; `WHAT` is for the command."""
