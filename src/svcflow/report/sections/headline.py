"""The one thing to remember, and the paragraph below it."""

from __future__ import annotations

from svcflow.report.section import Context, Section
from svcflow.report.sentences import write_headline, write_lead

ORDER = 10


def build(context: Context) -> Section:
    """Return the headline, generated from the findings."""
    return Section(view={"headline": write_headline(context), "lead": write_lead(context)}, bare=True)
