"""Folds over a log, one quantity a file; `discovery` is the door to pm4py."""

from svcflow.mining.mined import Mined, mine

__all__ = ["Mined", "mine"]
