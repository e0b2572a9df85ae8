"""An analysis without groups of few cases: the document itself is cut, so that nothing brings them back."""

from __future__ import annotations

from typing import Any

from svcflow.disclosure import Withholding, blur, is_needed, withhold_count
from svcflow.execution.disclosure import cut_runs
from svcflow.mining.disclosure import cut_mined, withhold_role

Row = dict[str, Any]

TEXTS = ("title", "reason", "risks", "check", "rollback")
OWN = (
    "runs", "deviations", "quality", "told", "spectrum", "histogram", "recommendations", "blueprint", "journey",
    "trends", "loops", "lists", "associations", "weekly",
    "staffing", "business",
)  # fmt: skip
"""Parts with rules of their own."""


def withhold_analysis(document: Row, least: int | None, *, common: bool = False) -> Row:
    """Return the document of an analysis without groups of fewer than `least` cases.

    `common` says that the model was made of common variants alone; else it is withheld where any variant is. Raises
    UsageError where the whole log is such a group.
    """
    if least is None or not is_needed(document, least):
        return document
    withholding = Withholding(least)
    found = cut_mined({name: part for name, part in document.items() if name not in OWN}, withholding)
    if "runs" in document:
        parts = {"runs": document["runs"] or {}, "deviations": document.get("deviations") or []}
        found |= cut_runs(parts, withholding)
    told = {row["id"] for row in found.get("findings") or []}
    hidden = _list_hidden(document, found)
    found = found | {
        "told": {},
        "spectrum": None,
        "blueprint": _cut_blueprint(document.get("blueprint"), hidden, least),
        "journey": _cut_journey(document.get("journey"), hidden, (least, document["log"].get("cases"))),
        "trends": [],
        "weekly": [],
        "staffing": _cut_staffing(document.get("staffing"), least),
        "business": _cut_business(document, told),
        "loops": None,
        "associations": _cut_associations(document.get("associations"), least, document["log"].get("cases")),
        "lists": _cut_lists(document.get("lists"), withholding),
        "histogram": coarsen(document.get("histogram"), least),
        "quality": withholding.cut_facts(document.get("quality") or []),
        "team_names": {},  # teams that few cases have would be named
        "names": {name: text for name, text in (document.get("names") or {}).items() if name not in hidden},
        "roles": [withhold_role(row, hidden) for row in document.get("roles") or []],
        "recommendations": [
            blur_advice(row, least) for row in document.get("recommendations") or [] if row.get("finding") in told
        ],
    }
    if not common and withholding.lost.get("variants"):
        found["model"] = None
    return withholding.seal(found)


def _cut_staffing(plan: Row | None, least: int) -> Row | None:
    """Return a staffing plan without teams that had work in few cases, and handling times of few pieces."""
    if plan is None:
        return None
    told = [team for team in plan["teams"] if team["cases"] >= least]
    few: Row = {"handling": None, "occupancy": None, "peak": None, "call_backs": None, "notes": []}
    return plan | {"teams": [team | (few if _is_of_few(team["handling"], least) else {}) for team in told]}


def _is_of_few(handling: Row | None, least: int) -> bool:
    return handling is not None and handling["n"] < least


def _cut_business(document: Row, told: set[str]) -> Row | None:
    """Return the business cases of the recommendations on findings that are told."""
    found = document.get("business")
    kept = {row["id"] for row in document.get("recommendations") or [] if row.get("finding") in told}
    return found and found | {"cases": [case for case in found["cases"] if case["recommendation"] in kept]}


def coarsen(histogram: Row | None, least: int) -> Row | None:
    """Return a histogram with bins wide enough that each holds nobody or enough; ``None`` where none can.

    >>> coarsen({"edges_s": [0, 1, 2, 3, 4], "counts": [9, 1, 0, 10], "beyond": 0}, 10)
    {'edges_s': [0, 2, 4], 'counts': [10, 10], 'beyond': 0}
    """
    if histogram is None or 0 < histogram["beyond"] < least:
        return None
    histogram = {name: part for name, part in histogram.items() if name != "examples"}
    edges, counts = histogram["edges_s"], histogram["counts"]
    for width in range(1, len(counts) // 2 + 1):
        if len(counts) % width:
            continue
        merged = [sum(counts[place : place + width]) for place in range(0, len(counts), width)]
        if all(count == 0 or count >= least for count in merged):
            return histogram | {"edges_s": edges[::width], "counts": merged}
    return None


def _cut_associations(found: Row | None, least: int, cases: int | None) -> Row | None:
    """Return what goes together with slow cases as far as it is true of enough, slow or not; ``None`` of too few."""
    if found is None or not _is_of_many(found, least) or withhold_count(found["cases"], least, cases) is None:
        return None
    rows, pairs = ([row for row in found[key] if _is_of_many(row, least)] for key in ("rows", "pairs"))
    return found | {"rows": rows, "pairs": pairs, "tree": _prune(found["tree"], least)}


def _is_of_many(row: Row, least: int) -> bool:
    return bool(min(row["shown"], row["cases"] - row["shown"]) >= least)


def _prune(node: Row, least: int) -> Row:
    """Return a tree without branches in which too few cases show the effect, or do not."""
    if "yes" not in node:
        return node
    branches = {side: _prune(node[side], least) for side in ("yes", "no")}
    if all(_is_of_many(branch, least) for branch in branches.values()):
        return node | branches
    return {key: node[key] for key in ("cases", "shown", "rate")}


def _cut_lists(lists: Row | None, withholding: Withholding) -> Row | None:
    """Return the working lists without those of single cases; needs that few cases have are withheld."""
    needs = (lists or {}).get("needs")
    if lists is None or needs is None:
        return lists and lists | {"follow_up": None, "call_backs": None}
    told = withholding.apply(needs["rows"], "lists.needs")
    rows = [row | _withhold_parts(row, withholding.least) for row in told]
    return lists | {"follow_up": None, "call_backs": None, "needs": needs | {"rows": rows}}


def _withhold_parts(need: Row, least: int) -> Row:
    """Return what would tell of few cases of a need, as ``None``: who was late, how many came in either half."""
    found: Row = {}
    late, cases, ratio = need["late_share"], need["cases"], need["ratio"]
    if late is not None and withhold_count(round(late * cases), least, cases) is None:
        found["late_share"] = None
    if ratio is not None and withhold_count(round((cases + 1) / (1 + ratio) - 0.5), least, cases) is None:
        found |= dict.fromkeys(("trend", "ratio", "ratio_low", "ratio_high"))
    return found


def _list_hidden(document: Row, found: Row) -> set[str]:
    """Return the activities that too few cases have."""
    before, after = ({row["activity"] for row in rows.get("activities") or []} for rows in (document, found))
    return before - after


def _cut_blueprint(blueprint: Row | None, hidden: set[str], least: int) -> Row | None:
    """Return a service blueprint without the steps that too few cases have, and without teams."""
    if blueprint is None:
        return None
    steps = [
        step
        | {"team": None}
        | ({"waits": None, "wait_median_s": None} if withhold_count(step["waits"], least) is None else {})
        for step in blueprint["steps"]
        if step["activity"] not in hidden
    ]
    lanes = [lane for lane in blueprint["lanes"] if any(step["lane"] == lane for step in steps)]
    return blueprint | {
        "lanes": lanes,
        "steps": steps,
    }


def _cut_journey(journey: Row | None, hidden: set[str], of: tuple[int, int | None]) -> Row | None:
    """Return a journey without what few cases have; `of` is the smallest group told, and the number of all cases.

    The mean number of contacts is withheld where a touchpoint is: it would tell how many it had.
    """
    if journey is None:
        return None
    least, cases = of
    told = [row for row in journey["touchpoints"] if row["activity"] not in hidden]
    found: Row = {"touchpoints": [_cut_touchpoint(row, least) for row in told], "satisfaction": None, "chases": None}
    found["contacts_per_case"] = journey["contacts_per_case"] if len(told) == len(journey["touchpoints"]) else None
    if journey["satisfaction"] is not None:
        found["satisfaction"] = _cut_rating(journey["satisfaction"], ("mean", "cases"), least)
    if journey["chases"] is not None and _list_chases(told) == _list_chases(journey["touchpoints"]):
        found["chases"] = _cut_chases(journey["chases"], least, cases)
    return journey | found


def _list_chases(touchpoints: list[Row]) -> list[str]:
    """Return the activities of chasing: their counts are not told where one of them is withheld."""
    return [row["activity"] for row in touchpoints if row["kind"] == "chase"]


def _cut_chases(chases: Row, least: int, cases: int | None) -> Row:
    """Return how often customers asked again; how many did so twice only if neither they nor the others are few."""
    every, again = chases["cases"], chases["again_cases"]
    if withhold_count(every, least, cases) is None:
        return dict.fromkeys(chases)
    if withhold_count(again, least, every) is None:
        return chases | {"again_cases": None, "count": None}
    return chases


def _cut_touchpoint(row: Row, least: int) -> Row:
    row = _cut_rating(row, ("satisfaction", "rated_cases"), least)
    if withhold_count(row["waited_cases"], least, row["cases"]) is None:
        row = row | {"waited_cases": None, "wait_mean_s": None}
    return row


def _cut_rating(row: Row, names: tuple[str, str], least: int) -> Row:
    """Return a row without its mean rating where few cases gave one, or few of them another than the rest."""
    mean, count = (row[name] for name in names)
    few = withhold_count(count, least) is None
    if not few and mean is not None and 0 <= mean <= 1:
        few = withhold_count(round(mean * count), least, count) is None
    return row | dict.fromkeys(names) if few else row


def blur_advice(row: Row, least: int) -> Row:
    """Return a recommendation, as plain values, whose texts count no few cases and which names no single one."""
    blurred = {
        name: {lang: blur(text, least) for lang, text in row[name].items()}
        for name in TEXTS
        if isinstance(row.get(name), dict)
    }
    evidence = {"evidence": row["evidence"] | {"examples": []}} if row.get("evidence") else {}
    return row | blurred | evidence
