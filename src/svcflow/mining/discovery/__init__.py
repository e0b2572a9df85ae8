"""The door to pm4py: the model a log shows, found from its variants with counts, never from its rows."""

from svcflow.mining.discovery.measuring import measure_fitness, measure_precision, measure_simplicity
from svcflow.mining.discovery.model import ACTIVITIES, NOISE, Model, discover, is_discoverable, list_miners

__all__ = [
    "ACTIVITIES",
    "NOISE",
    "Model",
    "discover",
    "is_discoverable",
    "list_miners",
    "measure_fitness",
    "measure_precision",
    "measure_simplicity",
]
