"""Zendesk Support: tickets, ticket metrics, audits and metric events.

Forms
-----
- *tickets*: the CSV export of all tickets or of a view. ``Created at``, ``Initially assigned at`` and ``Solved at`` are
  milestones of the case ``Id``; ``Assignee`` and ``Group`` are those of the present day, so handovers cannot be told
  from it (``Group stations`` and ``Assignee stations`` count them).
- *ticket metrics*: the JSON of the Ticket Metrics API, one record per ticket, with the same milestones.
- *ticket audits*: the JSON of the Ticket Audits API; the events of type Create and Change of each audit are the history
  of the field they name. Statuses are the steps; the time in *pending* is the requester's, in *hold* a third party's.
- *ticket events*: the JSON of the incremental export; the child events that set a status are its history.
- *ticket metric events*: one record per start, pause and fulfilment of a clock; metric and type together are the step.

Times are UTC. After *solved* the requester's matter is settled; *closed* follows by itself days later.

Source: Zendesk help, "Exporting data to a JSON, CSV, or XML file"; Zendesk developer documentation, "Ticket Metrics",
"Ticket Audits", "Ticket audit events reference", "Ticket Metric Events", "Incremental Exports".
"""

from svcflow.eventlog.preset_forms import Form

SYSTEM = "Zendesk"
STATES = {"pending": "customer", "hold": "vendor", "Pending": "customer", "On-hold": "vendor", "Hold": "vendor"}
DONE = ["Solved", "Closed", "solved", "closed"]

FORMS = (
    Form(
        "tickets",
        ("Id", "Created at", "Solved at", "Status"),
        {
            "shape": "milestones",
            "columns": {"case": "Id", "resource": "Assignee", "team": "Group"},
            "milestones": {
                "Created at": "Created",
                "Initially assigned at": "Assigned",
                "Assigned at": "Assigned",
                "Solved at": "Solved",
            },
            "done": DONE,
        },
        any_of=("Requester", "Assignee", "Group", "Group stations", "Initially assigned at", "Reopens"),
        least=3,
    ),
    Form(
        "ticket metrics",
        ("ticket_id", "created_at", "solved_at", "group_stations", "assignee_stations", "reopens"),
        {
            "shape": "milestones",
            "columns": {"case": "ticket_id", "resource": None, "team": None},
            "milestones": {
                "created_at": "Created",
                "initially_assigned_at": "Assigned",
                "assigned_at": "Assigned",
                "solved_at": "Solved",
            },
            "done": DONE,
        },
    ),
    Form(
        "ticket audits",
        ("ticket_id", "created_at", "author_id", "field_name", "value", "previous_value"),
        {
            "shape": "history",
            "columns": {
                "case": "ticket_id",
                "time": "created_at",
                "resource": "author_id",
                "field": "field_name",
                "old": "previous_value",
                "new": "value",
            },
            "states": STATES,
            "done": DONE,
        },
    ),
    Form(
        "ticket events",
        ("ticket_id", "updater_id", "event_type", "status"),
        {
            "shape": "history",
            "columns": {
                "case": "ticket_id", "time": ("created_at", "timestamp"), "resource": "updater_id", "team": None,
                "old": "previous_value", "new": "status",
            },
            "states": STATES,
            "done": DONE,
        },
        any_of=("timestamp", "created_at", "previous_value"),
        least=2,
    ),
    Form(
        "ticket metric events",
        ("ticket_id", "metric", "instance_id", "type", "time"),
        {
            "shape": "events",
            "columns": {
                "case": "ticket_id", "activity": ["metric", "type"], "time": "time", "start": None, "resource": None,
                "team": None, "lifecycle": None,
            },
            "states": {"agent_work_time | pause": "customer", "requester_wait_time | pause": "customer"},
            "done": ["agent_work_time | fulfill", "requester_wait_time | fulfill", "resolution_time | fulfill"],
        },
    ),
)  # fmt: skip
