"""Continuous improvement: the history of runs, the gate that compares them, what adopted changes really did."""

from svcflow.improvement.checking import Check, check_effects
from svcflow.improvement.gate import Verdict, judge
from svcflow.improvement.history import Record, append_record, make_record, read_history

__all__ = [
    "Check",
    "Record",
    "Verdict",
    "append_record",
    "check_effects",
    "judge",
    "make_record",
    "read_history",
]
