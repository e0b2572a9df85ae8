"""What the log itself would have been: changed waits and work, replayed case by case; no queue is simulated."""
