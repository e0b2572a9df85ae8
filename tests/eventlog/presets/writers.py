"""Tickets as the exports of known systems, in the columns and formats that their documentation shows.

`python tests/eventlog/presets/writers.py` writes the samples in logs/presets anew.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from tickets import CLOSED, HOLD, NEW, OPEN, PENDING, SOLVED, Step, Ticket, simulate

Written = bytes
SMALL = 24
"""Tickets in each sample of logs/presets."""


def _table(rows: Iterable[dict[str, str]], *, end: str = "\r\n") -> str:
    listed = list(rows)
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(listed[0]), lineterminator=end)
    writer.writeheader()
    writer.writerows(listed)
    return stream.getvalue()


def _plain(moment: dt.datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _iso(moment: dt.datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _minutes(ticket: Ticket, status: str) -> str:
    pairs = pairwise(ticket.steps)
    return str(round(sum((b.time - a.time).total_seconds() for a, b in pairs if a.status == status) / 60))


def _changes(ticket: Ticket) -> Iterator[tuple[Step, str, str, str]]:
    """Yield the changes after the creation: the step, the field (status, agent or group), old and new value."""
    for before, after in pairwise(ticket.steps):
        for name in ("group", "agent", "status"):
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                yield after, name, old, new


def _number(name: str) -> int:
    return 360_000_000_000 + sum(ord(letter) * 7**place for place, letter in enumerate(name)) % 10_000_000


ZENDESK = {NEW: "New", OPEN: "Open", PENDING: "Pending", HOLD: "On-hold", SOLVED: "Solved", CLOSED: "Closed"}


def zendesk(tickets: list[Ticket]) -> Written:
    """Write the CSV export of tickets."""
    return _table(
        {
            "Summation column": str(place),
            "Id": str(ticket.number),
            "Requester": ticket.customer,
            "Requester id": str(_number(ticket.customer)),
            "Assignee": ticket.now.agent,
            "Group": ticket.now.group,
            "Subject": f'Printer "{ticket.number}", again',
            "Tags": "printer office",
            "Status": ZENDESK[ticket.now.status],
            "Priority": ticket.priority.title(),
            "Via": "Mail",
            "Ticket type": "Incident",
            "Created at": _plain(ticket.created),
            "Updated at": _plain(ticket.now.time),
            "Assigned at": _plain(ticket.assigned),
            "Due date": "",
            "Initially assigned at": _plain(ticket.assigned),
            "Solved at": _plain(ticket.last(SOLVED)),
            "Resolution time": "",
            "Satisfaction Score": "Not Offered",
            "Group stations": str(len({step.group for step in ticket.steps})),
            "Assignee stations": str(len({step.agent for step in ticket.steps} - {""})),
            "Reopens": str(ticket.reopens),
            "Agent wait time in minutes": _minutes(ticket, PENDING),
            "On hold time in minutes": _minutes(ticket, HOLD),
        }
        for place, ticket in enumerate(tickets, 1)
    ).encode()


def zendesk_audits(tickets: list[Ticket]) -> Written:
    """Write the answer of the Ticket Audits API."""
    fields = {"status": "status", "agent": "assignee_id", "group": "group_id"}
    audits: list[dict[str, Any]] = []

    def value(name: str, text: str) -> str | None:
        return text if name == "status" else str(_number(text)) if text else None

    def add(ticket: Ticket, step: Step, events: list[dict[str, Any]]) -> None:
        number = 9_000_000 + len(audits)
        audits.append(
            {
                "id": number,
                "ticket_id": ticket.number,
                "created_at": _iso(step.time),
                "author_id": _number(step.agent or ticket.customer),
                "via": {"channel": "web"},
                "metadata": {"system": {"client": "Mozilla/5.0", "location": "Basel"}, "custom": {}},
                "events": [{"id": number * 10 + place, **event} for place, event in enumerate(events)],
            }
        )

    for ticket in tickets:
        first = ticket.steps[0]
        made = [
            {"type": "Create", "field_name": fields[n], "value": value(n, getattr(first, n))}
            for n in ("group", "status")
        ]
        note = {"type": "Comment", "body": "It is broken.", "public": True}
        add(ticket, first, [note, {"type": "Create", "field_name": "subject", "value": "Printer"}, *made])
        for step in ticket.steps[1:]:
            changed = [
                {
                    "type": "Change",
                    "field_name": fields[name],
                    "value": value(name, new),
                    "previous_value": value(name, old),
                }
                for of, name, old, new in _changes(ticket)
                if of is step
            ]
            add(ticket, step, changed)
    return json.dumps({"audits": audits, "before_cursor": None, "after_cursor": "x"}).encode()


def zendesk_metrics(tickets: list[Ticket]) -> Written:
    """Write the answer of the Ticket Metrics API."""
    metrics = [
        {
            "id": 33 + ticket.number,
            "ticket_id": ticket.number,
            "created_at": _iso(ticket.created),
            "updated_at": _iso(ticket.now.time),
            "assigned_at": _iso(ticket.assigned),
            "initially_assigned_at": _iso(ticket.assigned),
            "solved_at": _iso(ticket.last(SOLVED)) or None,
            "status_updated_at": _iso(ticket.now.time),
            "group_stations": 1,
            "assignee_stations": 1,
            "reopens": ticket.reopens,
            "replies": 2,
            "reply_time_in_minutes": {"calendar": 2391, "business": 737},
        }
        for ticket in tickets
    ]
    return json.dumps({"ticket_metrics": metrics, "count": len(metrics), "next_page": None}).encode()


def zendesk_metric_events(tickets: list[Ticket]) -> Written:
    """Write the ticket metric events of the clock of the agents' work."""
    kinds = {OPEN: "activate", PENDING: "pause", HOLD: "pause", SOLVED: "fulfill"}
    events = [
        {
            "id": 10_000 * ticket.number + place, "ticket_id": ticket.number, "metric": "agent_work_time",
            "instance_id": 1,
            "type": "activate" if step.status == NEW else kinds[step.status], "time": _iso(step.time),
        }
        for ticket in tickets
        for place, step in enumerate(ticket.steps)
        if step.status in kinds or step.status == NEW
    ]  # fmt: skip
    return json.dumps({"count": len(events), "end_of_stream": True, "ticket_events": events}).encode()


SERVICENOW = {
    NEW: "New",
    OPEN: "In Progress",
    PENDING: "On Hold",
    HOLD: "Awaiting Vendor",
    SOLVED: "Resolved",
    CLOSED: "Closed",
}
CODES = {NEW: "1", OPEN: "2", PENDING: "3", HOLD: "Awaiting Vendor", SOLVED: "6", CLOSED: "7"}


def _sys_id(number: int) -> str:
    return f"{number * 2654435761 % 2**128:032x}"


def servicenow(tickets: list[Ticket]) -> Written:
    """Write a list of incidents with labels."""
    return _table(
        {
            "Number": f"INC{ticket.number:07}",
            "Caller": ticket.customer,
            "Short description": "Printer, again",
            "Priority": {"low": "4 - Low", "normal": "3 - Moderate", "high": "2 - High"}[ticket.priority],
            "State": SERVICENOW[ticket.now.status],
            "Assignment group": ticket.now.group,
            "Assigned to": ticket.now.agent,
            "Opened": _plain(ticket.created),
            "Created": _plain(ticket.created),
            "Updated": _plain(ticket.now.time),
            "Resolved": _plain(ticket.last(SOLVED)),
            "Closed": _plain(ticket.last(CLOSED)),
            "Due date": "",
            "Reopen count": str(ticket.reopens),
        }
        for ticket in tickets
    ).encode("cp1252")


def servicenow_fields(tickets: list[Ticket]) -> Written:
    """Write a list of incidents with internal names, as the table API gives it."""
    rows = [
        {
            "sys_id": _sys_id(ticket.number),
            "number": f"INC{ticket.number:07}",
            "state": CODES[ticket.now.status],
            "assignment_group": ticket.now.group,
            "assigned_to": ticket.now.agent,
            "opened_at": _plain(ticket.created),
            "sys_created_on": _plain(ticket.created),
            "sys_updated_on": _plain(ticket.now.time),
            "resolved_at": _plain(ticket.last(SOLVED)),
            "closed_at": _plain(ticket.last(CLOSED)),
            "reopen_count": str(ticket.reopens),
        }
        for ticket in tickets
    ]
    return json.dumps({"result": rows}).encode()


def servicenow_audit(tickets: list[Ticket]) -> Written:
    """Write records of sys_audit; the creation of a record is none."""
    fields = {"status": "state", "agent": "assigned_to", "group": "assignment_group"}
    return _table(
        {
            "tablename": "incident",
            "documentkey": _sys_id(ticket.number),
            "fieldname": fields[name],
            "oldvalue": CODES[old] if name == "status" else old,
            "newvalue": CODES[new] if name == "status" else new,
            "user": step.agent,
            "reason": "",
            "sys_created_on": _plain(step.time),
        }
        for ticket in tickets
        for step, name, old, new in _changes(ticket)
    ).encode()


def servicenow_metrics(tickets: list[Ticket]) -> Written:
    """Write metric instances of the state; that of the present state is still running."""
    return _table(
        {
            "definition": "Incident State Duration",
            "id": f"INC{ticket.number:07}",
            "value": SERVICENOW[step.status],
            "start": _plain(step.time),
            "end": _plain(after.time if after else None),
            "duration": str(after.time - step.time) if after else "",
            "calculation_complete": "true" if after else "false",
        }
        for ticket in tickets
        for step, after in zip(ticket.steps, (*ticket.steps[1:], None), strict=True)
    ).encode()


JIRA = {
    NEW: "Waiting for support", OPEN: "In Progress", PENDING: "Waiting for customer", HOLD: "Waiting for third party",
    SOLVED: "Resolved", CLOSED: "Closed",
}  # fmt: skip


def _jira_day(moment: dt.datetime | None) -> str:
    return moment.strftime("%d/%b/%y %I:%M %p") if moment else ""


def jira(tickets: list[Ticket]) -> Written:
    """Write the CSV with all fields: columns that hold several values stand several times."""
    head = ["Summary", "Issue key", "Issue id", "Issue Type", "Status", "Project key", "Project name", "Priority"]
    head += ["Resolution", "Assignee", "Reporter", "Created", "Updated", "Last Viewed", "Resolved", "Labels", "Labels"]
    head += ["Description", "Custom field (Request Type)", "Comment", "Comment"]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    for ticket in tickets:
        writer.writerow(
            [
                "Printer, again", f"HELP-{ticket.number}", str(10_000 + ticket.number), "[System] Incident",
                JIRA[ticket.now.status], "HELP", "Help desk", ticket.priority.title(),
                "Done" if ticket.last(SOLVED) else "", ticket.now.agent, ticket.customer, _jira_day(ticket.created),
                _jira_day(ticket.now.time), "", _jira_day(ticket.last(SOLVED)), "printer", "",
                'Says "PC LOAD LETTER",\nagain',
                "Report a problem", f"{_jira_day(ticket.created)};5b10a;On it.", "",
            ]
        )  # fmt: skip
    return stream.getvalue().encode()


def jira_changelog(tickets: list[Ticket]) -> Written:
    """Write the answer of a search with expand=changelog."""
    names = {"status": "status", "agent": "assignee", "group": "Team"}
    issues = []
    for ticket in tickets:
        histories = []
        for place, step in enumerate(ticket.steps[1:]):
            items = [
                {
                    "field": names[name], "fieldtype": "jira", "from": None, "to": None,
                    "fromString": JIRA[old] if name == "status" else old or None,
                    "toString": JIRA[new] if name == "status" else new,
                }
                for of, name, old, new in _changes(ticket)
                if of is step
            ]  # fmt: skip
            author = {"accountId": str(_number(step.agent)), "displayName": step.agent, "active": True}
            created = step.time.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
            histories.append(
                {"id": str(ticket.number * 100 + place), "author": author, "created": created, "items": items}
            )
        fields = {
            "created": ticket.created.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
            "summary": "Printer, again",
            "status": {"name": JIRA[ticket.now.status], "id": "3"},
            "priority": {"name": ticket.priority.title()},
            "labels": ["printer", "office"],
        }
        log = {"startAt": 0, "maxResults": len(histories), "total": len(histories), "histories": histories}
        issues.append(
            {"id": str(10_000 + ticket.number), "key": f"HELP-{ticket.number}", "fields": fields, "changelog": log}
        )
    return json.dumps({"startAt": 0, "maxResults": 50, "total": len(issues), "issues": issues}).encode()


SALESFORCE = {
    NEW: "New", OPEN: "Working", PENDING: "Waiting on Customer", HOLD: "Waiting on Vendor", SOLVED: "Resolved",
    CLOSED: "Closed",
}  # fmt: skip


def salesforce(tickets: list[Ticket]) -> Written:
    """Write a case report; cases are closed when they are solved."""

    def day(moment: dt.datetime | None) -> str:
        return f"{moment.month}/{moment.day}/{moment.year} {moment.strftime('%I:%M %p').lstrip('0')}" if moment else ""

    return _table(
        {
            "Case Number": f"{ticket.number:08}",
            "Account Name": ticket.customer,
            "Subject": "Printer, again",
            "Status": SALESFORCE[ticket.now.status],
            "Priority": ticket.priority.title(),
            "Case Owner": ticket.now.agent or ticket.now.group,
            "Date/Time Opened": day(ticket.created),
            "Date/Time Closed": day(ticket.last(SOLVED)),
            "Age (Hours)": "5",
        }
        for ticket in tickets
    ).encode()


def salesforce_history(tickets: list[Ticket]) -> Written:
    """Write records of CaseHistory: a change of owner stands twice, by name and by id."""
    rows = []
    for ticket in tickets:
        common = {"CaseId": f"500{ticket.number:012}", "IsDeleted": "false"}
        created = {
            "Field": "created",
            "OldValue": "",
            "NewValue": "",
            "CreatedById": "005AUTO",
            "CreatedDate": _sf(ticket.created),
        }
        rows.append({"Id": f"017{len(rows):012}", **common, **created})
        for step, name, old, new in _changes(ticket):
            if name == "group":
                continue
            values = (
                [(SALESFORCE[old], SALESFORCE[new])] if name == "status" else [(old, new), (_owner(old), _owner(new))]
            )
            for before, after in values:
                change = {
                    "Field": "Status" if name == "status" else "Owner", "OldValue": before, "NewValue": after,
                    "CreatedById": _owner(step.agent), "CreatedDate": _sf(step.time),
                }  # fmt: skip
                rows.append({"Id": f"017{len(rows):012}", **common, **change})
    return _table(rows).encode()


def _owner(name: str) -> str:
    return f"005{_number(name):012}AAA" if name else ""


def _sf(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


GONGDAN = {NEW: "受理", OPEN: "处理中", PENDING: "等待客户回复", HOLD: "等待供应商", SOLVED: "办结", CLOSED: "归档"}
TEAMS = {"Service Desk": "服务台", "Network": "网络部", "Applications": "应用部"}
PEOPLE = {"Ines Roth": "罗怡", "Omar Diaz": "邓明", "Lea Brandt": "白丽", "Tom Berg": "柏涛", "Yu Chen": "陈宇", "": ""}


def gongdan(tickets: list[Ticket]) -> Written:
    """Write a list of work orders in GB 18030."""
    return _table(
        {
            "工单编号": f"GD2026{ticket.number:05}",
            "客户名称": ticket.customer,
            "工单标题": "打印机故障，再次",
            "受理时间": _plain(ticket.created),
            "派单时间": _plain(ticket.assigned),
            "处理部门": TEAMS[ticket.now.group],
            "处理人": PEOPLE[ticket.now.agent],
            "办结时间": _plain(ticket.last(SOLVED)),
            "回访时间": _plain(ticket.last(CLOSED)),
            "满意度": "满意" if ticket.last(CLOSED) else "",
            "工单状态": GONGDAN[ticket.now.status],
        }
        for ticket in tickets
    ).encode("gb18030")


def gongdan_flow(tickets: list[Ticket]) -> Written:
    """Write the flow of work orders, one row a step with the moment at which it was reached."""
    return _table(
        {
            "工单编号": f"GD2026{ticket.number:05}",
            "环节": GONGDAN[step.status],
            "处理人": PEOPLE[step.agent],
            "处理部门": TEAMS[step.group],
            "操作时间": step.time.strftime("%Y/%m/%d %H:%M:%S"),
        }
        for ticket in tickets
        for step in ticket.steps
    ).encode()


SAMPLES: dict[str, Callable[[list[Ticket]], Written]] = {
    "zendesk.csv": zendesk,
    "zendesk_audits.json": zendesk_audits,
    "zendesk_metrics.json": zendesk_metrics,
    "zendesk_metric_events.json": zendesk_metric_events,
    "servicenow.csv": servicenow,
    "servicenow_fields.json": servicenow_fields,
    "servicenow_audit.csv": servicenow_audit,
    "servicenow_metrics.csv": servicenow_metrics,
    "jira.csv": jira,
    "jira_changelog.json": jira_changelog,
    "salesforce.csv": salesforce,
    "salesforce_history.csv": salesforce_history,
    "gongdan.csv": gongdan,
    "gongdan_flow.csv": gongdan_flow,
}

if __name__ == "__main__":
    target = Path(__file__).parents[3] / "logs" / "presets"
    target.mkdir(parents=True, exist_ok=True)
    for name, write in SAMPLES.items():
        (target / name).write_bytes(write(simulate(SMALL)))
