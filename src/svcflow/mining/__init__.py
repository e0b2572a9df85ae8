"""Folds over a log, one quantity a file; `discovery` is the door to pm4py."""

from svcflow.mining.mined import Mined, mine
from svcflow.mining.pairs import count_pairs
from svcflow.mining.summarised import Summarised

__all__ = ["Mined", "Summarised", "count_pairs", "mine"]
