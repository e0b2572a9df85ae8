"""What about an export bears on the figures: one check a function, each in plain words.

A check returns a `Quality`, or ``None`` where there is nothing to say. Nothing here changes the log.
"""
