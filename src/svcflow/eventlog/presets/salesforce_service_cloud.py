"""Salesforce Service Cloud: case reports, the objects Case and CaseHistory, and reports of the case history.

Forms
-----
- *case report*: ``Date/Time Opened`` (or ``Opened Date``) and ``Date/Time Closed`` are milestones of the case
  ``Case Number``; the owner is that of the present day.
- *Case*: the same from the API or Data Export: ``CaseNumber``, ``CreatedDate``, ``ClosedDate``.
- *CaseHistory*: one row per change of a tracked field; the statuses are the steps.
- *case history report*: the same with labels.

The object holds a change of owner twice: once with the name and once with the id of the new owner; the report has the
names only. The time in *Waiting on Customer* is the customer's, in *Waiting on Vendor* a vendor's.

Source: Salesforce object reference, "Case" and "CaseHistory"; Salesforce help, "Case Fields" and "Report on cases".
"""

from svcflow.eventlog.preset_forms import Form

SYSTEM = "Salesforce Service Cloud"
STATES = {
    "Waiting on Customer": "customer",
    "Waiting for Customer": "customer",
    "Pending Customer": "customer",
    "On Hold": "customer",
    "Waiting on Vendor": "vendor",
    "Waiting on Third Party": "vendor",
}
DONE = ["Closed", "Resolved"]

FORMS = (
    Form(
        "case report",
        ("Case Number", "Status"),
        {
            "shape": "milestones",
            "columns": {"case": "Case Number", "resource": ("Case Owner", "Case Owner Alias"), "team": None},
            "milestones": {
                "Date/Time Opened": "Opened", "Opened Date": "Opened", "Created Date": "Opened",
                "Date/Time Closed": "Closed", "Closed Date": "Closed",
            },
            "done": DONE,
        },
        any_of=("Date/Time Opened", "Opened Date", "Date/Time Closed", "Closed Date", "Case Owner", "Case Owner Alias"),
        least=2,
    ),
    Form(
        "Case",
        ("CaseNumber", "CreatedDate", "ClosedDate"),
        {
            "shape": "milestones",
            "columns": {"case": "CaseNumber", "resource": ("Owner.Name", "OwnerId"), "team": None},
            "milestones": {"CreatedDate": "Opened", "ClosedDate": "Closed"},
            "done": DONE,
        },
    ),
    Form(
        "CaseHistory",
        ("CaseId", "Field", "OldValue", "NewValue", "CreatedDate"),
        {
            "shape": "history",
            "columns": {
                "case": ("Case.CaseNumber", "CaseId"), "time": "CreatedDate",
                "resource": ("CreatedBy.Name", "CreatedBy", "CreatedById"),
                "field": "Field", "old": "OldValue", "new": "NewValue",
            },
            "states": STATES,
            "done": DONE,
        },
    ),
    Form(
        "case history report",
        ("Case Number", "Field / Event", "Old Value", "New Value", "Edit Date"),
        {
            "shape": "history",
            "columns": {
                "case": "Case Number", "time": "Edit Date", "resource": "Edited By",
                "field": "Field / Event", "old": "Old Value", "new": "New Value",
            },
            "states": STATES,
            "done": DONE,
        },
    ),
)  # fmt: skip
