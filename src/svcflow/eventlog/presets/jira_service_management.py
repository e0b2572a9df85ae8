"""Jira Service Management: the CSV of a list of requests, and the change log of the REST API.

Forms
-----
- *issues*: the CSV with current or all fields. ``Created`` and ``Resolved`` are milestones of the case ``Issue key``;
  the assignee is that of the present day. Columns that stand several times (``Comment``, ``Sprint``, ``Labels``) are
  attributes. Times like ``11/May/24 03:26 PM`` follow the time zone of the user who exported.
- *change log*: a search of the REST API with ``expand=changelog``, or the same as rows of a table: every item of
  ``changelog.histories`` is a change of a field.

Statuses are the steps. The time in *Waiting for customer* is the customer's; in *Waiting for vendor*, *Awaiting
vendor* and *Waiting for third party* a vendor's. *Resolved*, *Closed*, *Done* and *Canceled* settle the matter.

Source: Atlassian support, "Export search results to Microsoft Excel", "Default service project workflows"; Jira Cloud
platform REST API, "Issues: Get changelogs" and "Issue search".
"""

from svcflow.eventlog.preset_forms import Form

SYSTEM = "Jira Service Management"
STATES = {
    "Waiting for customer": "customer",
    "Waiting for Customer": "customer",
    "Pending": "customer",
    "Waiting for approval": "customer",
    "Waiting for vendor": "vendor",
    "Awaiting vendor": "vendor",
    "Waiting for third party": "vendor",
}
DONE = ["Resolved", "Closed", "Done", "Canceled", "Declined"]

FORMS = (
    Form(
        "issues",
        ("Issue key", "Created", "Status"),
        {
            "shape": "milestones",
            "columns": {
                "case": "Issue key",
                "resource": "Assignee",
                "team": ("Custom field (Team)", "Component/s", "Components"),
            },
            "milestones": {"Created": "Created", "Resolved": "Resolved"},
            "done": DONE,
        },
        any_of=("Issue id", "Issue Type", "Project key", "Summary", "Resolved", "Resolution", "Reporter"),
        least=3,
    ),
    Form(
        "change log",
        ("field", "fromString", "toString", "created"),
        {
            "shape": "history",
            "columns": {
                "case": ("key", "issue_key", "issueKey", "Issue key", "issue", "issueId"),
                "time": "created",
                "created": ("fields.created", "issue.created", "issueCreated"),
                "resource": ("author.displayName", "author", "displayName"),
                "field": "field",
                "old": "fromString",
                "new": "toString",
            },
            "states": STATES,
            "done": DONE,
        },
        any_of=("key", "issue_key", "issueKey", "Issue key", "issue", "issueId"),
    ),
)
