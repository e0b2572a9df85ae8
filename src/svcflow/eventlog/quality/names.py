"""Who and what is not said, or said in two ways."""

from __future__ import annotations

from collections import defaultdict

from svcflow.eventlog.log import Log, Quality
from svcflow.eventlog.quality.facts import Facts


def missing_resource(log: Log, _: Facts) -> Quality | None:
    """Count instances of which nobody knows who did them."""
    return _missing(log, "resource", "who did it", "handovers between people and workload")


def missing_team(log: Log, _: Facts) -> Quality | None:
    """Count instances of which nobody knows which team had them."""
    return _missing(log, "team", "which team had it", "handovers between teams")


def _missing(log: Log, role: str, question: str, figures: str) -> Quality | None:
    codes = log.resource if role == "resource" else log.team
    count, total = int((codes == 0).sum()), len(codes)
    if count == total:
        return Quality(f"no-{role}", count, 1.0, f"no column says {question}: {figures} cannot be measured")
    if not count:
        return None
    text = f"{count:,} of {total:,} steps ({count / total:.1%}) do not say {question}"
    return Quality(
        f"missing-{role}", count, count / total, f"{text}; unknown counts as a value of its own in {figures}"
    )


def similar_names(log: Log, _: Facts) -> Quality | None:
    """Count activities whose names differ only in case or spaces."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name in log.activities.texts:
        groups["".join(name.split()).casefold()].append(name)
    alike = [names for names in groups.values() if len(names) > 1]
    if not alike:
        return None
    count = sum(map(len, alike))
    example = " and ".join(repr(name) for name in alike[0][:2])
    text = (
        f"{count} activities differ only in case or spaces ({example}) and count as different; join them with `values:`"
    )
    return Quality("similar-names", count, count / len(log.activities), text)
