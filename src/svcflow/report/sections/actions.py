"""What to do: the recommended changes, ranked; without any, the findings themselves."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.effects import sign
from svcflow.report.section import Context, Row, Section, rest_on, words_of
from svcflow.report.sentences import is_business, name_metric, name_steps, tell_finding
from svcflow.report.words import EMPTY, Text, as_text

ORDER = 30
MOST, MOST_FINDINGS, LONGEST_PATCH = 7, 10, 4000

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the ranked actions with effect, interval and grade."""
    findings = {str(row.get("id")): row for row in context.rows("findings")}
    advice = context.rows("recommendations")
    actions = [_describe_action(context, row, findings.get(str(row.get("finding")))) for row in advice[:MOST]]
    rest = [_describe_finding(context, row) for row in list(findings.values())[:MOST_FINDINGS]]
    if not advice and not findings:
        return Section(say("title_none"), missing=say("none"))
    view = {
        "actions": actions,
        "findings": rest,
        "more": max(0, len(advice) - MOST),
        "left": len(findings) - len(rest),
        "all": len(findings),
    }
    if actions:
        title, lead = say("title", n=fmt.number(len(actions))) if len(actions) > 1 else say("title_one"), say("lead")
    else:
        title, lead = say("title_findings", n=fmt.number(len(findings))), say("lead_findings")
    return Section(title, lead, view)


def _describe_action(context: Context, row: Row, finding: Row | None) -> dict[str, Any]:
    effects = [_describe_effect(context, effect) for effect in row.get("effects") or []]
    known = [effect for effect in effects if effect["change"]]
    return {
        "title": context.names.prose(row.get("title"), 200),
        "why": context.names.prose(row.get("reason")) or (tell_finding(context, finding) if finding else EMPTY),
        "effect": known[0] if known else None,
        "grade": known[0]["grade"] if known else "none",
        "effects": effects,
        "shared": _say_once(effects),
        "effort": say.get(f"effort_{row.get('effort')}") or Text("–", "–"),
        "effort_rank": {"small": 1, "medium": 2, "large": 3}.get(str(row.get("effort")), 9),
        "owner": context.names.plain(str(row["owner"]).replace("_", " "), 30) if row.get("owner") else Text("–", "–"),
        "notes": [(say(key), context.names.prose(row[key])) for key in ("risks", "check", "rollback") if row.get(key)],
        "heuristic": context.names.prose(str(row.get("heuristic") or "").replace("_", " "), 120),
        "patch": _cut_patch(row.get("patch")),
        "evidence": rest_on(finding) if finding else None,
        "cost": _describe_finding(context, finding) if finding else None,
    }


def _describe_effect(context: Context, effect: Row) -> dict[str, Any]:
    unit, before, after = str(effect.get("unit") or ""), effect.get("before"), effect.get("after")
    low, high = effect.get("low"), effect.get("high")
    change = after - before if after is not None and before is not None else None
    bounds = sorted(b - before for b in (low, high)) if before is not None and None not in {low, high} else None
    widest = max((value for value in (change, *(bounds or ())) if value is not None), key=abs, default=None)
    told = {
        "after": fmt.in_unit(after, unit),
        "change": None if change is None else sign(change, unit, widest),
        "value": change,
        "low": sign(bounds[0], unit, widest) if bounds else None,
        "high": sign(bounds[1], unit, widest) if bounds else None,
    }
    if change is None and bounds and before is not None:  # bounds are all there is: no single figure is shown
        told |= {
            "after": _span(*(fmt.in_unit(before + bound, unit) for bound in bounds)),
            "change": _span(*(sign(bound, unit, widest) for bound in bounds)),
            "value": sum(bounds) / 2,
            "low": None,
        }
    return {
        "metric": name_metric(effect.get("metric")),
        "before": fmt.in_unit(before, unit),
        **told,
        "grade": str(effect.get("grade") or "none"),
        "reason": context.names.prose(_both(effect, "reason")),
        "method": context.names.prose(_both(effect, "method")),
        "load": effect.get("load"),
    }


def _both(effect: Row, key: str) -> dict[str, str]:
    """Return a text of an effect in both languages."""
    text = str(effect.get(key) or "")
    return {"en": text, "zh": str(effect.get(f"{key}_zh") or text)}


def _span(low: Text, high: Text) -> Text:
    return Text(f"{low.en} to {high.en}", f"{low.zh} 至 {high.zh}")


def _say_once(effects: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the reason and the method of effects that all have the same; they are then told once."""
    told = [(effect["reason"], effect["method"]) for effect in effects]
    return {"reason": told[0][0], "method": told[0][1]} if len(told) > 1 and len(set(told)) == 1 else None


def _cut_patch(patch: object) -> str | None:
    """Return a patch as far as a page should show it."""
    text = str(patch) if patch else None
    return text if text is None or len(text) <= LONGEST_PATCH else text[:LONGEST_PATCH] + "\n…"


def _describe_finding(context: Context, row: Row) -> dict[str, Any]:
    low, high = [*(row.get("interval_s") or []), None, None][:2]
    return {
        "subject": context.names.subject(row),
        "detector": say.get(f"detector_{row.get('detector')}") or as_text(row.get("detector")),
        "title": name_steps(context, row, 200) or context.names.subject(row),
        "cost": fmt.total(row.get("cost_s")),
        "cost_s": row.get("cost_s") or 0,
        "clock": say("business") if is_business(row) else None,
        "interval": say("interval", low=fmt.total(low), high=fmt.total(high))
        if low is not None and high is not None
        else None,
        "cases": fmt.number(row.get("cases")),
        "cases_n": row.get("cases") or 0,
        "share": fmt.share(row.get("share")),
        "share_n": row.get("share") or 0,
        "kind": say("timer") if row.get("timer") else say.get(f"side_{row.get('side')}") or EMPTY,
        "evidence": rest_on(row),
    }
