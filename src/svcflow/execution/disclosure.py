"""What definitions say of a log without what they say of few cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.disclosure import Withholding, is_needed, refuse_few, withhold_count, withhold_parts

Row = dict[str, Any]

STATES = ("running", "paused", "met", "breached", "overdue", "cancelled")
JUDGED = ("met", "breached", "overdue")
DUTIES = ("open", "kept", "late", "missed", "cancelled")
TURNS = ("changed", "worse", "better", "now_conforming", "no_longer_conforming", "now_late", "no_longer_late")


def withhold_runs(document: Row, least: int | None) -> Row:
    """Return ``runs``, ``deviations`` and ``unclaimed`` without groups of fewer than `least` cases.

    The keys that are there are treated. Raises UsageError where all cases judged are such a group.
    """
    if least is None or not is_needed(document, least):
        return document
    withholding = Withholding(least)
    return withholding.seal(cut_runs(document, withholding))


def cut_runs(document: Row, withholding: Withholding) -> Row:
    """Do the work of `withhold_runs` on a document that needs it; the rows lost are counted, not yet said."""
    least = withholding.least
    every = document.get("deviations") or []
    told = _cut_deviations(every, withholding)
    found = dict(document)
    if "deviations" in document:
        found["deviations"] = told
    found["runs"] = {}
    for name, run in document["runs"].items():
        if run and 0 < (run.get("cases") or 0) < least:
            withholding.lost["runs"] = withholding.lost.get("runs", 0) + 1
        else:
            found["runs"][name] = run and _cut_run(run, least, {row["code"] for row in told if row["process"] == name})
    if document["runs"] and not found["runs"]:
        refuse_few(max(run["cases"] for run in document["runs"].values()), least)
    if "unclaimed" in document:
        found["unclaimed"] = withhold_count(document["unclaimed"], least)
    return found


def _cut_deviations(rows: list[Row], withholding: Withholding) -> list[Row]:
    """Return the deviations that may be told; the total of a code stands beside, so each code is a table of its own."""
    codes: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(rows):
        codes.setdefault((row["process"], row["code"]), []).append(place)
    kept: list[int] = []
    for places in codes.values():
        told = withholding.cut([{"place": place, "cases": rows[place]["cases"]} for place in places], "deviations")
        kept += [row["place"] for row in told]
    return [rows[place] | {"examples": []} for place in sorted(kept)]


def _cut_run(run: Row, least: int, shown: set[str]) -> Row:
    """Return what is said of one process; `shown` are the codes of which any deviation may be told."""
    cases = int(run["cases"])
    found = dict(run)
    for name in ("conforming", "open"):
        found[name] = withhold_count(run[name], least, cases)
    found["deviations"] = {
        code: withhold_count(count, least) if code in shown else None for code, count in run["deviations"].items()
    }
    found["allowed"] = {code: withhold_count(count, least) for code, count in (run.get("allowed") or {}).items()}
    found["slas"] = {name: _withhold_sla(sla, least) for name, sla in run["slas"].items()}
    found["ladders"] = {name: withhold_parts(rungs, least) for name, rungs in (run.get("ladders") or {}).items()}
    found["duties"] = {name: _withhold_duty(duty, least) for name, duty in (run.get("duties") or {}).items()}
    found["kpis"] = {name: _withhold_kpi(kpi, least) for name, kpi in run["kpis"].items()}
    return found


def _withhold_states(clock: Row, names: tuple[str, ...], least: int) -> Row:
    """Return a clock or a duty with its states cut, and its share where all states it is made of are told."""
    return clock | withhold_parts({name: clock[name] for name in names if name in clock}, least)


def _withhold_sla(sla: Row, least: int) -> Row:
    found = _withhold_states(sla, STATES, least)
    if any(found.get(state) is None for state in JUDGED):
        found["attainment"] = None
    if "months" in sla:
        found["months"] = _withhold_months(sla["months"], least)
    return found


def _withhold_months(months: Mapping[str, Row], least: int) -> dict[str, Row]:
    """Return the months none of whose states is few; more are left out until no sum of those left out is few.

    The totals of the states stand beside: what is left out of each must be nothing, or enough.
    """
    order = sorted(months, key=lambda month: (_least_state(months[month]), month))
    out = [month for month in order if _least_state(months[month]) < least]
    for month in order[len(out) :] if out else ():
        sums = [sum(months[left][state] for left in out) for state in JUDGED]
        if len(out) > 1 and all(total == 0 or total >= least for total in sums):
            break
        out.append(month)
    return {month: row for month, row in months.items() if month not in out}


def _least_state(month: Row) -> float:
    return min((month[state] for state in JUDGED if month.get(state)), default=float("inf"))


def _withhold_duty(duty: Row, least: int) -> Row:
    found = _withhold_states(duty, DUTIES, least)
    found["again"] = withhold_count(duty.get("again"), least)
    if any(found.get(state) is None for state in ("kept", "late", "missed")):
        found["share_kept"] = None
    return found


def _withhold_kpi(kpi: Any, least: int) -> Any:
    """Return a KPI; its value is withheld if it rests on few cases, or if its share is one of few."""
    if isinstance(kpi, dict) and "examples" in kpi:
        kpi = kpi | {"examples": []}
    if not isinstance(kpi, dict) or not isinstance(kpi.get("n"), int) or kpi["n"] == 0:
        return kpi
    n, value = int(kpi["n"]), kpi.get("value")
    few = n < least
    if kpi.get("unit") == "share" and value is not None:
        few = few or withhold_count(round(value * n), least, n) is None
    hidden = dict.fromkeys(("value", "met", *({"attainment"} & kpi.keys())))
    return kpi | hidden | {"n": withhold_count(n, least)} if few else kpi


def withhold_impact(value: Row, least: int | None) -> Row:
    """Return an impact without reasons and turns of fewer than `least` cases."""
    if least is None or not is_needed(value, least):
        return value
    cases = int(value["cases"])
    refuse_few(cases, least)
    withholding = Withholding(least)
    found: Row = withholding.apply(value)
    for name in TURNS:
        found[name] = withhold_count(value[name], least, cases)
    if any(found[name] is None for name in ("changed", "worse", "better")):
        found |= withhold_parts({name: value[name] for name in ("changed", "worse", "better")}, least)
    for name in ("conforming", "late"):
        old, new = (withhold_count(value[name][when], least, cases) for when in ("old", "new"))
        moved = abs(value[name]["old"] - value[name]["new"])
        found[name] = {"old": old, "new": new if moved == 0 or moved >= least else None}
    return withholding.seal(found)
