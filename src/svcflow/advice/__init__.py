"""Findings -> recommendations: each a patch of a definition where it is one, with a measured effect."""

from svcflow.advice.roadmap import recommend

__all__ = ["recommend"]
