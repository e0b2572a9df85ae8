"""Service processes with a known truth: what a change does there is found by running the same world again with it.

Independent of the product: plain Python, nothing of `svcflow` but its readers, to hand over the log as a user would.
"""

from worlds.drawing import FAMILIES, World, draw_world
from worlds.truth import Truth, measure

__all__ = ["FAMILIES", "Truth", "World", "draw_world", "measure"]
