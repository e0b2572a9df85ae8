"""Simulation: the cases of a log played again through queues of their teams, as it is and with changes.

Routes, arrivals and waits of others are those of the log; only queueing is simulated. Source: advice.md 5.
"""
