"""Time stamps in text, whole columns at once.

A text is reduced to its *shape* (digits to ``9``, letters to ``a``: ``9999-99-99a99:99:99``). A column has few shapes;
each is matched once against the known formats (`formats`), and its numbers are then taken from all rows of that shape
by position (`fields`). Day and month are told apart by evidence over all values, or not at all (`order`).
"""
