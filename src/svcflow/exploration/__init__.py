"""Looking around in a log: selections of whole cases, views of them as plain values, the page that shows them."""

from svcflow.exploration.explorer import Explorer
from svcflow.mining.selections import select

__all__ = ["Explorer", "select"]
