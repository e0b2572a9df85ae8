"""Folds over a log, one quantity a file; `discovery` is the door to pm4py."""

from svcflow.mining.mined import Mined, mine
from svcflow.mining.pairs import count_pairs

__all__ = ["Mined", "count_pairs", "mine"]
