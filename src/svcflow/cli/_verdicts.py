"""Whether an analysis finds what was planted in a log: the truth beside the log against the findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Document: TypeAlias = Mapping[str, Any]
Plant: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One planted problem: what it is, in how many cases, what it adds to them (s), and as what it was found.

    `found` is ``None`` where the analysis does not show it.
    """

    kind: str
    place: str
    cases: int
    added_s: int
    found: str | None


def compare(truth: Mapping[str, Any], document: Document) -> list[Verdict]:
    """Return a verdict for each planted problem of a log that `document` analyses."""
    return [
        Verdict(
            plant["kind"],
            " → ".join(plant["place"][name] for name in ("from", "to", "after", "step") if name in plant["place"]),
            plant["cases"],
            plant["added_s"],
            _SEARCHES[plant["kind"]](plant, document),
        )
        for plant in truth["plants"]
    ]


def _handoff(plant: Plant, document: Document) -> str | None:
    pair = [plant["place"]["from"], plant["place"]["to"]]
    return _first(document, lambda f: f["detector"] == "handover-delay" and f["subject"]["names"] == pair)


def _ping_pong(plant: Plant, document: Document) -> str | None:
    pair = {plant["place"]["from"], plant["place"]["to"]}
    told = {"ping-pong", "sustained-ping-pong"}
    return _first(document, lambda f: f["detector"] in told and {*f["subject"]["names"]} == pair)


def _rework(plant: Plant, document: Document) -> str | None:
    step = plant["place"]["step"]
    return _first(
        document, lambda f: f["detector"] in {"rework", "repeating-pattern"} and step in f["subject"]["names"]
    )


def _skipped(plant: Plant, document: Document) -> str | None:
    step = plant["options"]["step"]
    rows = (r for r in document["deviations"] if (r["name"], r["step"]) == ("skipped", step))
    return next((f"deviation 'skipped {step}' in {row['cases']:,} cases" for row in rows), None)


def _timer(plant: Plant, document: Document) -> str | None:
    findings = document["findings"]
    if not findings or findings[0]["timer"]:
        return None  # a policy must never be named first
    step = plant["place"]["step"]
    return _first(document, lambda f: f["timer"] and f["subject"]["names"][-1] == step)


_SEARCHES: dict[str, Callable[[Plant, Document], str | None]] = {
    "slow-handoff": _handoff,
    "ping-pong": _ping_pong,
    "rework-loop": _rework,
    "missed-callback": _skipped,
    "auto-close": _timer,
}


def _first(document: Document, wanted: Callable[[Mapping[str, Any]], bool]) -> str | None:
    """Return the first finding of that sort, with its number."""
    for number, finding in enumerate(document["findings"], 1):
        if wanted(finding):
            names = " → ".join(finding["subject"]["names"])
            timer = ", a timer" if finding["timer"] else ""
            return f"finding {number}, {finding['detector']}: {names}{timer}"
    return None
