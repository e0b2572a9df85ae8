"""Which column is what: case, activity, time, start, resource, team, role, lifecycle; by name and by contents."""
