"""Small workspaces for tests: a complete base, and fragments that replace its sections."""

from __future__ import annotations

import re
from pathlib import Path

PROCESS = {
    "svcflow": "svcflow: 1\n",
    "process": "process: request\n",
    "owner": "owner: lead\n",
    "calendar": "calendar: office\n",
    "case": "case: {severity: [low, high], claim: number, valid: boolean}\n",
    "steps": (
        "steps:\n"
        "  register: {name: Register, owner: agent, within: 1h, labels: [Opened]}\n"
        "  work:     {name: Work, owner: agent, within: 1h, labels: [Worked on]}\n"
        "  review:   {name: Review, owner: lead, within: 1h, labels: [Reviewed]}\n"
        "  close:    {name: Close, owner: lead, within: 1h, labels: [Closed]}\n"
    ),
    "flow": "flow: [register, work, review, close]\n",
    "slas": "slas: {answer: {from: register, to: close, target: 8h, objective: 90%, escalate: {80%: lead}}}\n",
    "kpis": 'kpis: {grave: {measure: share(severity == high and claim > 100 and valid), target: "<= 5%"}}\n',
}
ORGANISATION = {
    "svcflow": "svcflow: 1\n",
    "organisation": "organisation: Desk\n",
    "timezone": "timezone: UTC\n",
    "calendars": 'calendars: {office: {mon-fri: "09:00-17:00"}}\n',
    "roles": "roles: {agent: {}, lead: {}}\n",
    "teams": "teams: {desk: {lead: lead, members: {agent: 3}}}\n",
}


def sections(text: str) -> dict[str, str]:
    """Return the top-level sections of a YAML text; comments and blank lines go with what follows them."""
    found: dict[str, str] = {}
    key, lead = "", ""
    for line in text.splitlines(keepends=True):
        if match := re.match(r"([\w-]+):", line):
            key = match[1]
            found[key] = found.get(key, "") + lead + line
            lead = ""
        elif not key or line.startswith("#"):
            lead += line
        else:
            found[key] += line
    return found


def _spared(given: dict[str, str]) -> dict[str, str]:
    """Return the sections of the base that would speak of what a fragment does not have."""
    gone = {"kpis"} if given.keys() & {"case", "kpis"} else set[str]()
    if "steps" in given and not ("register:" in given["steps"] and "close:" in given["steps"]):
        gone |= {"slas"}
    return dict.fromkeys(gone, "")


def write(folder: Path, text: str) -> Path:
    """Write a workspace: the base, with the fragments of `text` in place of its sections.

    ``# file: NAME`` begins another file. A fragment that begins with ``svcflow:`` is a file of its own; others change
    the process, or the organisation if they name one of its sections.
    """
    pieces = re.split(r"^# file: (.+)\n", text, flags=re.MULTILINE)
    files = {"request.svcflow.yaml": dict(PROCESS), "org.svcflow.yaml": dict(ORGANISATION)}
    for name, fragment in [("request.svcflow.yaml", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]:
        given = sections(fragment)
        if "svcflow" in given:
            files[name] = given
        elif given.keys() & (ORGANISATION.keys() - {"svcflow"}):
            files["org.svcflow.yaml"] |= given
        else:
            files[name] = files.get(name, dict(PROCESS)) | _spared(given) | given
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text("".join(content.values()), encoding="utf-8")
    return folder
