"""Miners, one a file: `mine(every, noise)` returns a `Found`; see `svcflow.mining.discovery.found`."""
