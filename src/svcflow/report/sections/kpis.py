"""Six figures at most: how long, how sure, how often by detours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from svcflow.report import fmt
from svcflow.report.ended import count_open_timed, count_timed
from svcflow.report.section import Context, Evidence, Row, Section, count_evidence, words_of
from svcflow.report.words import EMPTY, Text

ORDER = 20
MOST = 6
RARE = 0.1
"""A mean below this says less than the number itself."""

say = words_of(__name__)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its name and what stands below it; `mood` is ``good``, ``bad`` or empty; `cases` show it."""

    name: Text
    value: Text
    note: Text
    definition: str
    mood: str = ""
    n: Text = EMPTY
    cases: tuple[str, ...] = ()
    evidence: Evidence | None = None


def build(context: Context) -> Section | None:
    """Return the tiles that the document has figures for."""
    tiles = list(list_tiles(context))[:MOST]
    if not tiles:
        return None
    return Section(view={"tiles": [_prove(context, tile) for tile in tiles]}, bare=True)


def _prove(context: Context, tile: Tile) -> Tile:
    """Return a tile with what its figure rests on."""
    whole = count_evidence(context, tile.definition, examples=tile.cases)
    return replace(tile, evidence=Evidence(tile.n or whole.n, whole.definitions, whole.cases))


def list_tiles(context: Context) -> Iterator[Tile]:
    """Yield every tile there is a figure for, the most wanted first."""
    makers: tuple[Callable[[Context], Tile | None], ...] = (
        _median, _tail, _resolved, _kept, _conforming, _handovers, _rework, _open, _cases
    )  # fmt: skip
    for make in makers:
        tile = make(context)
        if tile is not None:
            yield tile


def _median(context: Context) -> Tile | None:
    times: Row = context.get("cycle_time") or {}
    if times.get("median_s") is None:
        return None
    key = "mean_of_both" if (context.get("resolve_time") or {}).get("as_cycle_time") else "mean"
    note = say(key, mean=fmt.duration(times.get("mean_s"))) if times.get("mean_s") is not None else EMPTY
    shown = context.stories.around(times["median_s"])
    return Tile(say("median"), fmt.duration(times["median_s"]), note, "cycle-time", n=count_timed(context), cases=shown)


def _tail(context: Context) -> Tile | None:
    times: Row = context.get("cycle_time") or {}
    if times.get("p90_s") is None:
        return None
    note = say("longest", max=fmt.duration(times.get("max_s")))
    shown = context.stories.beyond(times["p90_s"])
    return Tile(say("p90"), fmt.duration(times["p90_s"]), note, "cycle-time", n=count_timed(context), cases=shown)


def _resolved(context: Context) -> Tile | None:
    times: Row = context.get("resolve_time") or {}
    if times.get("median_s") is None or times.get("as_cycle_time"):
        return None
    note = say("p90_note", p90=fmt.duration(times.get("p90_s")))
    n = fmt.count(times["cases"], "case") if times.get("cases") is not None else EMPTY
    return Tile(say("resolve"), fmt.duration(times["median_s"]), note, "resolve-time", n=n)


def _kept(context: Context) -> Tile | None:
    clocks = [
        (name, clock)
        for run in (context.get("runs") or {}).values()
        for name, clock in ((run or {}).get("slas") or {}).items()
    ]
    met, judged = 0, 0
    worst: tuple[float, str] | None = None
    for name, clock in clocks:
        if any(key in clock and clock[key] is None for key in ("met", "breached", "overdue")):
            continue  # withheld: small groups are not told
        met += clock.get("met") or 0
        judged += sum(clock.get(key) or 0 for key in ("met", "breached", "overdue"))
        if clock.get("attainment") is not None and clock.get("objective") is not None:
            gap = clock["attainment"] - clock["objective"]
            worst = min(worst or (gap, name), (gap, name))
    if not judged:
        return None
    note, mood = EMPTY, ""
    if worst is not None:
        missed = worst[0] < 0
        note = (
            say(
                "missed",
                name=context.names.plain(worst[1], 24),
                points=fmt.count(max(1, round(-worst[0] * 100)), "point"),
            )
            if missed
            else say("all_kept")
        )
        mood = "bad" if missed else "good"
    shown = context.of_deviations("D4")
    return Tile(say("sla"), fmt.share(met / judged), note, "sla", mood, n=fmt.count(judged, "time"), cases=shown)


def _conforming(context: Context) -> Tile | None:
    runs = [run for run in (context.get("runs") or {}).values() if run]
    cases = sum(run.get("cases") or 0 for run in runs)
    if not cases or any("conforming" in run and run["conforming"] is None for run in runs):
        return None
    good = sum(run.get("conforming") or 0 for run in runs)
    return Tile(
        say("conforming"),
        fmt.share(good / cases),
        say("of_cases", n=fmt.number(good), cases=fmt.number(cases)),
        "conformance",
        n=fmt.count(cases, "case"),
        cases=context.of_deviations("D"),
    )


def _handovers(context: Context) -> Tile | None:
    for kind in ("team", "resource"):
        counted = context.get("handovers", kind)
        if kind == "team" and context.has_milestones and counted and not counted.get("total"):
            continue  # not none: unknown
        if counted and counted.get("total") is not None and context.cases:
            mean = counted["total"] / context.cases
            shown = context.stories.of_passing()
            if mean < RARE:
                note = say("in_cases", cases=fmt.count(counted.get("cases") or 0, "case"))
                return Tile(say("handovers_all"), fmt.number(counted["total"]), note, "handover", cases=shown)
            note = say("most", max=fmt.number(counted.get("max")))
            return Tile(say(f"handovers_{kind}"), fmt.number(mean, 1), note, "handover", cases=shown)
    return None


def _rework(context: Context) -> Tile | None:
    counted = context.get("rework") or {}
    if counted.get("repeating_cases") is None or not context.cases:
        return None
    reopened = counted.get("reopen_cases")
    note = (
        say("reopened", cases=fmt.number(reopened))
        if reopened
        else say("repeats", cases=fmt.number(counted["repeating_cases"]))
    )
    share, shown = fmt.share(counted["repeating_cases"] / context.cases), context.stories.of_repeats()
    return Tile(say("rework"), share, note, "rework", n=fmt.count(context.cases, "case"), cases=shown)


def _open(context: Context) -> Tile | None:
    number = context.get("log", "open_cases")
    if number is None or not context.cases:
        return None
    among = count_open_timed(context)
    note = EMPTY
    if among is not None and number:
        key = "open_out" if among == 0 else "open_in" if among == number else "open_partly"
        note = say(key, n=fmt.number(among))
    return Tile(say("open"), fmt.number(number), note, "open-case")


def _cases(context: Context) -> Tile | None:
    variants = context.get("log", "variants")
    if variants is None:
        return None
    return Tile(say("cases"), fmt.number(context.cases), say("variants", n=fmt.number(variants)), "case")
