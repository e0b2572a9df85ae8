"""Workspace x Log -> Runs: explanation, clocks, duties, people."""
