"""Log x organisation -> how many people an hour needs for a service level, and how many are there."""

from svcflow.staffing.planning import Absence, Plan, plan
from svcflow.staffing.targets import Target, parse_target

__all__ = ["Absence", "Plan", "Target", "parse_target", "plan"]
