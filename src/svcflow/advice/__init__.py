"""Findings -> recommendations: each a patch of a definition where it is one, with a measured effect."""

from svcflow.advice.limits import list_limits
from svcflow.advice.plan import Plan, make_plan
from svcflow.advice.roadmap import recommend

__all__ = ["Plan", "list_limits", "make_plan", "recommend"]
