"""ServiceNow: lists of incidents and other tasks, the audit history, and metric instances.

Forms
-----
- *list*: one row per task, as a list is exported to CSV, Excel or JSON, with internal names (``opened_at``) or English
  labels (``Opened``). ``Opened``, ``Resolved``, ``Closed`` and the last re-opening are milestones of the case
  ``Number``; assignment group and assignee are those of the present day (``Reassignment count`` counts their changes).
- *audit*: records of the table Audit (``sys_audit``): the changes of every audited field, whose states are the steps.
  Numbers of incident states are read as their labels: 1 New, 2 In Progress, 3 On Hold, 6 Resolved, 7 Closed,
  8 Canceled. The time on hold is the customer's; where vendors are waited for too, state ``states`` in a mapping.
- *metric instances*: records of the table Metric (``metric_instance``): the spans in which a field had a value; the
  definition and the value together are the step, at the moment when the field took it.

Times in exports follow the time zone of the user who exported; ``sys_audit`` holds UTC. State ``timezone`` if needed.

Source: ServiceNow product documentation, "Incident form fields and states", "Sys Audit and Audit Relationship Change
tables", "Metric instance", "Export directly from the URL".
"""

from svcflow.eventlog.preset_forms import Form

SYSTEM = "ServiceNow"
CODES = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"}
STATES = {"On Hold": "customer", "On hold": "customer", "Awaiting User Info": "customer", "Awaiting Vendor": "vendor"}
DONE = ["Resolved", "Closed", "Canceled"]

FORMS = (
    Form(
        "list, internal names",
        ("number", "opened_at", "closed_at"),
        {
            "shape": "milestones",
            "columns": {
                "case": "number",
                "resource": ("assigned_to", "resolved_by"),
                "team": "assignment_group",
            },
            "milestones": {
                "opened_at": "Opened", "work_start": "Work started", "resolved_at": "Resolved",
                "reopened_time": "Reopened", "closed_at": "Closed",
            },
            "done": DONE,
        },
        any_of=("sys_id", "sys_created_on", "assignment_group", "state", "resolved_at", "reopen_count"),
        least=2,
    ),
    Form(
        "list, labels",
        ("Number", "Opened", "Closed"),
        {
            "shape": "milestones",
            "columns": {
                "case": "Number",
                "resource": ("Assigned to", "Resolved by"),
                "team": "Assignment group",
            },
            "milestones": {
                "Opened": "Opened", "Actual start": "Work started", "Resolved": "Resolved",
                "Last reopened at": "Reopened", "Closed": "Closed",
            },
            "done": DONE,
        },
        any_of=("Assignment group", "Assigned to", "State", "Reassignment count", "Reopen count", "Caller"),
        least=2,
    ),
    Form(
        "audit",
        ("documentkey", "fieldname", "oldvalue", "newvalue", "sys_created_on"),
        {
            "shape": "history",
            "columns": {
                "case": "documentkey", "time": "sys_created_on", "resource": ("user", "sys_created_by"),
                "field": "fieldname", "old": "oldvalue", "new": "newvalue",
            },
            "values": {"oldvalue": CODES, "newvalue": CODES},
            "states": STATES,
            "done": DONE,
        },
        any_of=("tablename", "user"),
    ),
    Form(
        "audit, labels",
        ("Document key", "Field name", "Old value", "New value", "Created"),
        {
            "shape": "history",
            "columns": {
                "case": "Document key", "time": "Created", "resource": ("User", "Created by"),
                "field": "Field name", "old": "Old value", "new": "New value",
            },
            "values": {"Old value": CODES, "New value": CODES},
            "states": STATES,
            "done": DONE,
        },
        any_of=("Table name", "User"),
    ),
    Form(
        "metric instances",
        ("definition", "id", "value", "start", "end"),
        {
            "shape": "events",
            "columns": {
                "case": "id", "activity": ["definition", "value"], "time": "start", "start": None, "resource": None,
                "team": None, "lifecycle": None,
            },
            "states": {f"Incident State Duration | {state}": side for state, side in STATES.items()},
            "done": [f"Incident State Duration | {state}" for state in DONE],
        },
        any_of=("calculation_complete", "duration", "business_duration", "field_value"),
    ),
)  # fmt: skip
