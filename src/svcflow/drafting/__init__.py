"""A log -> a first definition: mined, tidied, and written as a person would begin to write it."""

from svcflow.drafting.draft import Draft, draft

__all__ = ["Draft", "draft"]
