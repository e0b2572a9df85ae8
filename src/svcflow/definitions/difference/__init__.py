"""Two versions of definitions compared by what they mean: behaviours gained and lost, clocks and duties changed."""

from svcflow.definitions.difference.behaviour import Behaviour, Change, Side, Trace, compare_behaviour

__all__ = ["Behaviour", "Change", "Side", "Trace", "compare_behaviour"]
