"""Jira Service Management: the CSV of a list of requests, and the change log of the REST API.

Forms
-----
- *issues*: the CSV with current or all fields. ``Created`` and ``Resolved`` are milestones of the case ``Issue key``;
  the assignee is that of the present day. Columns that stand several times (``Comment``, ``Sprint``, ``Labels``) are
  attributes. Times like ``11/May/24 03:26 PM`` follow the time zone of the user who exported.
- *change log, JSON*: a search with ``expand=changelog``: every item of ``changelog.histories`` is a change of a field.
- *change log, table*: the same as rows, one per item, as add-ons and connectors write it.

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
        "change log, JSON",
        ("key", "changelog.histories.created", "changelog.histories.items.field", "changelog.histories.items.toString"),
        {
            "shape": "history",
            "columns": {
                "case": "key",
                "created": "fields.created",
                "time": "changelog.histories.created",
                "resource": ("changelog.histories.author.displayName", "changelog.histories.author.name"),
                "field": "changelog.histories.items.field",
                "old": "changelog.histories.items.fromString",
                "new": "changelog.histories.items.toString",
            },
            "states": STATES,
            "done": DONE,
        },
        records="issues.changelog.histories.items",
    ),
    Form(
        "change log, table",
        ("field", "fromString", "toString", "created"),
        {
            "shape": "history",
            "columns": {
                "case": ("key", "issue_key", "issueKey", "Issue key", "issue", "issueId"),
                "time": "created",
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
