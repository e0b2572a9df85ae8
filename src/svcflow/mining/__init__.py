"""Folds over a log, one quantity a file; `discovery` is the door to pm4py."""
