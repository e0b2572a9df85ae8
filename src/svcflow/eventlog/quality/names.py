"""Who and what is not said, or said in two ways."""

from __future__ import annotations

from collections import defaultdict

from svcflow.eventlog.log import UNKNOWN, Batch, Quality
from svcflow.eventlog.quality.catalogue import found
from svcflow.eventlog.quality.context import Context
from svcflow.eventlog.quality.selection import Hits, Mask, Selection


def missing_resource(context: Context) -> Selection | Quality | None:
    """Count instances of which nobody knows who did them."""
    figures = "handovers between people and workload"
    return _missing(context, "resource", "who did it", figures)


def missing_team(context: Context) -> Selection | Quality | None:
    """Count instances of which nobody knows which team had them."""
    return _missing(context, "team", "which team had it", "handovers between teams")


def _missing(context: Context, role: str, question: str, figures: str) -> Selection | Quality | None:
    survey, total = context.survey, context.log.instances
    count = survey.without_resource if role == "resource" else survey.without_team
    if count == total:
        return found(f"no-{role}", count, 1.0, f"no column says {question}: {figures} cannot be measured")
    if not count:
        return None

    def choose(batch: Batch) -> Mask:
        unknown: Mask = (batch.resource if role == "resource" else batch.team) == UNKNOWN
        return unknown

    def tell(hits: Hits) -> Quality | None:
        text = f"{count:,} of {total:,} steps ({count / total:.1%}) do not say {question}"
        text += f"; unknown counts as a value of its own in {figures}"
        return found(f"missing-{role}", count, count / total, text, context.rows(hits.first))

    return Selection("instance", choose, tell)


def similar_names(context: Context) -> Quality | None:
    """Count activities whose names differ only in case or spaces."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name in context.log.activities.texts:
        groups["".join(name.split()).casefold()].append(name)
    alike = [names for names in groups.values() if len(names) > 1]
    if not alike:
        return None
    count = sum(map(len, alike))
    example = " and ".join(repr(name) for name in alike[0][:2])
    text = (
        f"{count} activities differ only in case or spaces ({example}) and count as different; join them with `values:`"
    )
    return found("similar-names", count, count / len(context.log.activities), text)
