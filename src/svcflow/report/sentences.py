"""The headline and the lines below it, generated from the findings: the same values as the charts, never typed in."""

from __future__ import annotations

import re

from svcflow.report import fmt
from svcflow.report.flowmap import kind_of
from svcflow.report.section import Context, Row
from svcflow.report.words import EMPTY, Text, as_text, catalogue, sentences

MUCH = 0.25
"""A timer is worth a sentence from this share of all time between events."""

SKEWED = 5
"""Where one wait in ten is this many times the median, the median alone would mislead."""

_OF_STEPS, _OF_TEAMS = ("activity", "pair", "loop"), ("team", "team-pair")

_say = catalogue("sentences")


def find_lead(context: Context) -> Row | None:
    """Return the finding the page leads with: the first that is ours to change. Timers and others' waits never lead."""
    rows = context.rows("findings")
    return next((row for row in rows if not row.get("timer") and row.get("side") not in {"customer", "vendor"}), None)


def write_headline(context: Context) -> Text:
    """Return the one sentence to remember, and the one change to make if its effect is known."""
    if not context.cases:
        return _say("no_cases")
    lead = find_lead(context)
    if lead is None:
        return _say("nothing", cases=fmt.count(context.cases, "case"))
    return sentences([tell_finding(context, {**lead, "share": None}), _tell_first_change(context)])


def tell_finding(context: Context, finding: Row) -> Text:
    """Return a finding as one sentence. Says whether a figure is a median or a mean."""
    names = [str(name) for name in (finding.get("subject") or {}).get("names") or []]
    tell = _TELLERS.get(str(finding.get("detector")))
    told = tell(context, finding, names) if tell and names else None
    return told or _end(name_steps(context, finding, 160) or context.names.subject(finding))


def name_steps(context: Context, finding: Row, longest: int) -> Text:
    """Return the title of a finding with the activities that it is about as the definition calls them."""
    title = context.names.prose(finding.get("title"), longest)
    subject = finding.get("subject") or {}
    kind = str(subject.get("kind"))
    call = {**dict.fromkeys(_OF_STEPS, context.names.activity), **dict.fromkeys(_OF_TEAMS, context.names.plain)}
    for name in subject.get("names") or () if kind in call else ():
        shown = call[kind](name, 40)
        if shown != as_text(name):
            title = Text(title.en.replace(str(name), shown.en), title.zh.replace(str(name), shown.zh))
    return title


def _tell_bottleneck(context: Context, finding: Row, names: list[str]) -> Text | None:
    row = context.link(names[0], names[-1])
    if row is None or row.get("median_s") is None:
        return None
    a, b = (context.names.activity(name, 40) for name in (names[0], names[-1]))
    skewed = row.get("p90_s") is not None and row["p90_s"] >= SKEWED * max(row["median_s"], 1)
    tail = _say("tail", p90=fmt.spoken(row["p90_s"])) if skewed else EMPTY
    share = finding.get("share")
    if share is not None and row.get("total_s") and context.total_wait_s and not is_business(finding):
        share = row["total_s"] / context.total_wait_s  # as the links have it, not only what no other finding holds
    key = "bottleneck" if share is not None else "bottleneck_plain"
    return _say(key, a=a, b=b, median=fmt.spoken(row["median_s"]), tail=tail, share=fmt.share(share))


def _tell_handover(context: Context, _: Row, names: list[str]) -> Text | None:
    pairs = context.rows("handovers", "team", "pairs")
    row = next((row for row in pairs if [row.get("from"), row.get("to")] == names), None)
    if row is None or row.get("median_s") is None:
        return None
    a, b = (context.names.plain(name, 40) for name in names)
    times = fmt.count(row.get("count") or 0, "time")
    return _say("handover", a=a, b=b, median=fmt.spoken(row["median_s"]), count=times)


def _tell_ping_pong(context: Context, finding: Row, names: list[str]) -> Text | None:
    if len(names) < 2 or (finding.get("subject") or {}).get("kind") != "team-pair":
        return None
    a, b = (context.names.plain(name, 40) for name in names[:2])
    return _say("ping_pong", cases=fmt.count(finding.get("cases") or 0, "case"), a=a, b=b)


def _tell_rework(context: Context, finding: Row, names: list[str]) -> Text | None:
    if not finding.get("cases") or len(set(names)) > 1:
        return None
    mean = (finding.get("cost_s") or 0) / finding["cases"]
    activity, cases = context.names.activity(names[0], 40), fmt.count(finding["cases"], "case")
    return _say("rework", cases=cases, a=activity, mean=fmt.spoken(mean))


_TELLERS = {
    "bottleneck": _tell_bottleneck,
    "handover-delay": _tell_handover,
    "ping-pong": _tell_ping_pong,
    "rework": _tell_rework,
}


def _tell_first_change(context: Context) -> Text:
    for advice in context.rows("recommendations")[:1]:
        for effect in advice.get("effects") or []:
            if effect.get("grade") in {"A", "B"} and effect.get("after") is not None:
                return _say(
                    "change",
                    title=_name_change(context.names.prose(advice.get("title"), 120)),
                    metric=name_metric(effect.get("metric")),
                    before=fmt.in_unit(effect.get("before"), str(effect.get("unit") or "")),
                    after=fmt.in_unit(effect["after"], str(effect.get("unit") or "")),
                )
    return EMPTY


def _name_change(title: Text) -> Text:
    """Return the imperative of a title, without the reasons it may give in brackets or after a colon."""
    return Text(*(re.split(r" \(|: |（|：", text, maxsplit=1)[0] for text in (title.en, title.zh)))


def name_metric(metric: object) -> Text:
    """Return what a metric is called; an unknown one by its id."""
    return catalogue("metrics").get(str(metric)) or as_text(str(metric or "").replace("_", " "))


def is_business(finding: Row) -> bool:
    """Return whether the cost of a finding is in business hours."""
    return (finding.get("evidence") or {}).get("clock") == "business"


def write_lead(context: Context) -> Text:
    """Return what a director should know after the headline: typical case, concentration, policy, conformance."""
    if not context.cases:
        return EMPTY
    lead = find_lead(context)
    share = _tell_wait(context, lead) if lead and lead.get("detector") == "bottleneck" else EMPTY
    if not share and lead and lead.get("share"):
        key = "lead_share" if lead.get("detector") == "bottleneck" else "lead_cost"
        key += "_business" if key == "lead_cost" and is_business(lead) else ""
        share = _say(key, share=fmt.share(lead["share"]), cost=fmt.total(lead.get("cost_s")))
    parts = [share, _tell_typical(context), _tell_work(context), _tell_concentration(context), _tell_timer(context)]
    if lead is None:
        parts.insert(0, _say("nothing_lead"))
    return sentences([*parts, _tell_conformance(context)])


def _tell_wait(context: Context, finding: Row) -> Text:
    """Return which share of the time the link of a finding holds, and what of it is not held by other findings."""
    names = [str(name) for name in (finding.get("subject") or {}).get("names") or [""]]
    row, own = context.link(names[0], names[-1]), finding.get("share")
    if row is None or not own or is_business(finding) or not row.get("total_s") or not context.total_wait_s:
        return EMPTY
    whole, mine = fmt.share(row["total_s"] / context.total_wait_s), fmt.share(own)
    return _say("lead_share", share=whole) if whole == mine else _say("lead_share_own", share=whole, own=mine)


def _tell_typical(context: Context) -> Text:
    times = context.get("cycle_time") or {}
    if times.get("median_s") is None or times.get("p90_s") is None:
        return EMPTY
    return _say("typical", median=fmt.spoken(times["median_s"]), p90=fmt.spoken(times["p90_s"]))


def _tell_work(context: Context) -> Text:
    stages = context.rows("value_stream")
    touches = [row.get("touch_s_per_case") for row in stages]
    if not stages or any(touch is None for touch in touches):
        return EMPTY
    touch = sum(float(t) for t in touches if t is not None)
    whole = touch + sum(float(row.get("wait_s_per_case") or 0) for row in stages)
    return _say("work", touch=fmt.spoken(touch), whole=fmt.spoken(whole))


def _tell_concentration(context: Context) -> Text:
    own = [row for row in context.links if kind_of(row) == "own"]
    if len(own) < 6 or not context.total_wait_s:
        return EMPTY
    held = sum(row.get("total_s") or 0 for row in own[:3]) / context.total_wait_s
    return _say("concentration", share=fmt.share(held)) if held >= MUCH else EMPTY


def _tell_timer(context: Context) -> Text:
    timer = next((row for row in context.links if kind_of(row) == "timer"), None)
    if timer is None or not context.total_wait_s:
        return EMPTY
    share = (timer.get("total_s") or 0) / context.total_wait_s
    if share < MUCH:
        return EMPTY
    a, b = (context.names.activity(timer.get(end), 40) for end in ("from", "to"))
    return _say("timer", share=fmt.share(share), a=a, b=b)


def _tell_conformance(context: Context) -> Text:
    runs = [run for run in (context.get("runs") or {}).values() if run]
    cases = sum(int(run.get("cases") or 0) for run in runs)
    if not cases or any("conforming" in run and run["conforming"] is None for run in runs):
        return EMPTY
    good = sum(int(run.get("conforming") or 0) for run in runs)
    return _say("conformance", good=fmt.number(good), cases=fmt.number(cases), share=fmt.share(good / cases))


def _end(text: Text) -> Text:
    """Return a sentence with a full stop."""
    en = text.en if text.en.endswith((".", "!", "?")) else text.en + "."
    zh = text.zh if text.zh.endswith(("。", "！", "？")) else text.zh.removesuffix(".") + "。"
    return Text(en, zh)
