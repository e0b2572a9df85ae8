"""The one thing to remember, and the paragraph below it."""

from __future__ import annotations

from svcflow.report.section import Context, Section, count_evidence, rest_on
from svcflow.report.sentences import find_lead, write_headline, write_lead

ORDER = 10


def build(context: Context) -> Section:
    """Return the headline, generated from the findings."""
    finding = find_lead(context) if context.cases else None
    evidence = rest_on(finding) if finding else count_evidence(context, "case") if context.cases else None
    view = {"headline": write_headline(context), "lead": write_lead(context), "evidence": evidence}
    return Section(view=view, bare=True)
