"""Analysis documents for the tests: a complaint process of a service centre, played from a seed; and a hostile one."""

from __future__ import annotations

import itertools
import random
import statistics
from collections import Counter, defaultdict
from typing import Any

from .parts import make_lists, make_quantities, make_repeats, make_trends

HOUR, DAY = 3600.0, 86_400.0
PATCH = "--- a/complaint.yaml\n+++ b/complaint.yaml\n@@ -42 +42 @@\n-  within: 3d\n+  within: 1d\n"
T0 = 1_782_892_800  # 2026-07-01T08:00:00Z

# activity: Chinese name, team, mean wait before it in hours, touch in minutes, owner side
STEPS: dict[str, tuple[str, str, float, float, str]] = {
    "Case received": ("受理工单", "Front desk", 0.0, 2, "provider"),
    "Auto-triage": ("自动分诊", "Triage bot", 0.05, 1, "provider"),
    "First response": ("首次响应", "L1 support", 3.0, 9, "provider"),
    "Identity check": ("身份核验", "L1 support", 0.6, 6, "provider"),
    "Request documents": ("索取材料", "L1 support", 1.2, 5, "provider"),
    "Documents received": ("收到材料", "Customer", 25.0, 0, "customer"),
    "Eligibility check": ("资格审核", "L1 support", 5.0, 14, "provider"),
    "Escalate to L2": ("升级至二线", "L1 support", 1.8, 4, "provider"),
    "L2 investigation": ("二线调查", "L2 support", 22.0, 38, "provider"),
    "Supplier enquiry": ("供应商询问", "L2 support", 2.4, 8, "provider"),
    "Supplier reply": ("供应商回复", "Supplier", 30.0, 0, "vendor"),
    "Refund proposal": ("退款提案", "Billing", 4.0, 12, "provider"),
    "Manager approval": ("经理审批", "Approvals", 29.0, 4, "provider"),
    "Issue refund": ("发放退款", "Billing", 9.0, 7, "provider"),
    "Notify customer": ("通知客户", "L1 support", 1.1, 5, "provider"),
    "Close case": ("关闭工单", "System", 120.0, 0, "provider"),
}


def play(seed: int = 7, cases: int = 600) -> list[list[tuple[str, float, float, str]]]:
    """Return cases as lists of (activity, start, end, resource), in seconds."""
    draw = random.Random(seed)
    log = []
    for _ in range(cases):
        now = T0 + draw.uniform(0, 90 * DAY)
        case = []
        for activity in _choose_route(draw):
            _, team, wait, touch, _ = STEPS[activity]
            hours = 120.0 if activity == "Close case" else draw.lognormvariate(0, 0.7) * wait
            now += hours * HOUR
            end = now + touch * 60 * draw.uniform(0.6, 1.4)
            case.append((activity, round(now, 3), round(end, 3), f"{team} {draw.randint(1, 4)}"))
            now = end
        log.append(case)
    return log


def _choose_route(draw: random.Random) -> list[str]:
    route = ["Case received", "Auto-triage", "First response"]
    if draw.random() < 0.6:
        route.append("Identity check")
    while draw.random() < 0.4:
        route += ["Request documents", "Documents received"]
    route.append("Eligibility check")
    while draw.random() < 0.3:
        route += ["Escalate to L2", "L2 investigation"]
        if draw.random() < 0.4:
            route += ["Supplier enquiry", "Supplier reply", "L2 investigation"]
        route.append("Eligibility check")
    route.append("Refund proposal")
    if draw.random() < 0.5:
        route.append("Manager approval")
    return [*route, "Issue refund", "Notify customer", "Close case"]


def make_document(seed: int = 7, cases: int = 600) -> dict[str, Any]:
    """Return the analysis of a played log: every figure is computed from it."""
    log = play(seed, cases)
    links = _link(log)
    times = sorted(case[-1][2] - case[0][1] for case in log)
    counts = Counter(activity for case in log for activity, *_ in case)
    variants = Counter(tuple(activity for activity, *_ in case) for case in log)
    total = sum(row["total_s"] for row in links)
    told = {f"C-{n:05d}": _tell(log[n]) for n in range(min(12, cases))}
    return {
        "svcflow": "0.1.0",
        "log": {
            "cases": cases,
            "events": sum(map(len, log)),
            "instances": sum(map(len, log)),
            "activities": len(counts),
            "resources": 40,
            "teams": 8,
            "variants": len(variants),
            "top_variant_share": variants.most_common(1)[0][1] / cases,
            "start": _iso(T0),
            "end": _iso(T0 + 95 * DAY),
            "open_cases": 31,
            "source": "complaints.csv",
            "zone": "Europe/Berlin",
        },
        "roles": [
            {"role": "case", "column": "Ticket ID", "reason": "name, and 600 distinct values over 6,000 rows"},
            {"role": "activity", "column": "Action", "reason": "16 distinct values"},
        ],
        "quality": [
            {"id": "ties", "count": 41, "share": 0.0061, "message": "41 events share their time with the one before"}
        ],
        "calendar": {"id": "office", "timezone": "Europe/Berlin"},
        "cycle_time": {
            "mean_s": statistics.fmean(times),
            "median_s": statistics.median(times),
            "p90_s": times[int(0.9 * len(times))],
            "p95_s": times[int(0.95 * len(times))],
            "max_s": times[-1],
            "cases": cases,
        },
        "resolve_time": {
            "mean_s": 3.9 * DAY,
            "median_s": 3.2 * DAY,
            "p90_s": 7.4 * DAY,
            "p95_s": 9 * DAY,
            "max_s": 21 * DAY,
            "cases": cases,
        },
        "histogram": _spread(times),
        "total_wait_s": total,
        "directly_follows": links,
        "value_stream": _stream(log, links),
        "variants": [
            {"activities": list(route), "cases": n, "share": n / cases, "median_s": _median_of(log, route)}
            for route, n in sorted(variants.items(), key=lambda item: (-item[1], item[0]))[:20]
        ],
        "handovers": {"team": _hand_over(log), "resource": None},
        "rework": {
            "immediate_repeats": 0,
            "self_loops": 0,
            "self_loop_cases": 0,
            "reopens": 9,
            "reopen_cases": 8,
            "repeating_cases": sum(len({a for a, *_ in case}) < len(case) for case in log),
            "activities": make_repeats(),
        },
        "activities": [{"activity": a, "count": n, "cases": n, "processing": None} for a, n in sorted(counts.items())],
        "quantities": make_quantities(),
        "trends": make_trends(list(told)),
        "loops": {"cycles": [list(told)[:5], list(told)[:1]], "reopened": list(told)[:2]},
        "lists": make_lists([*told, *told, *told, *told, *told]),
        "causes": None,
        "associations": make_associations(),
        "model": {
            "discovered": "->( 'Case received', *( 'Eligibility check', 'L2 investigation' ) )",
            "fitness": 0.962,
            "precision": 0.71,
            "coverage": 0.98,
            "departures": [
                {"from": "First response", "to": "Eligibility check", "count": 171, "kind": "not in definition"},
                {"from": "Issue refund", "to": "Quality review", "count": 0, "kind": "never seen"},
            ],
        },
        "workspace": {
            "name": {"en": "Refund & complaint handling", "zh": "退款与投诉处理"},
            "processes": [{"id": "complaint", "name": {"en": "Complaint", "zh": "投诉处理"}}],
        },
        "names": {name: {"en": name, "zh": zh} for name, (zh, *_) in STEPS.items()},
        "runs": {
            "complaint": {
                "cases": cases,
                "conforming": 411,
                "open": 31,
                "deviations": {"D101": 120, "D402": 90},
                "slas": {
                    "first_response": {
                        "met": 380,
                        "breached": 190,
                        "running": 4,
                        "paused": 0,
                        "overdue": 6,
                        "cancelled": 1,
                        "attainment": 0.66,
                        "objective": 0.85,
                    },
                    "resolution": {
                        "met": 520,
                        "breached": 50,
                        "running": 20,
                        "paused": 3,
                        "overdue": 2,
                        "cancelled": 0,
                        "attainment": 0.909,
                        "objective": 0.9,
                    },
                },
                "kpis": _measure(cases),
            }
        },
        "deviations": [
            {
                "process": "complaint",
                "code": "D101",
                "name": "skipped",
                "step": "Identity check",
                "count": 171,
                "cases": 171,
                "examples": ["C-00001", "C-00004"],
                "file": "workflows/complaint.yaml",
                "line": 42,
                "column": 7,
                "text": "      - identity_check",
            },
            {
                "process": "complaint",
                "code": "D402",
                "name": "sla_breached",
                "step": None,
                "count": 90,
                "cases": 88,
                "examples": ["C-00002"],
                "file": "workflows/complaint.yaml",
                "line": 88,
                "column": 5,
                "text": "    first_response: {from: receive, to: respond, within: 1h}",
            },
        ],
        "findings": _find(links, total, list(told)),
        "recommendations": _advise(),
        "risks": _make_risks(),
        "spectrum": {
            "from": "Refund proposal",
            "to": "Manager approval",
            "start": "2026-07-06T00:00:00+00:00",
            "end": "2026-07-27T00:00:00+00:00",
            "span_s": 21 * DAY,
            "count": 80,
            "median_s": 30 * HOUR,
            "segments": [[n * 6 * HOUR, n * 6 * HOUR + (n % 7) * 9 * HOUR] for n in range(80)],
        },
        "blueprint": _lay_lanes(links),
        "journey": _follow(cases),
        "told": told,
        "responsibility": {"complaint": _share_out()},
    }


def _iso(seconds: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="seconds")


def _quantile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _link(log: list[Any]) -> list[dict[str, Any]]:
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    cases: dict[tuple[str, str], set[int]] = defaultdict(set)
    for number, case in enumerate(log):
        for (a, _, end, _), (b, start, _, _) in itertools.pairwise(case):
            waits[a, b].append(start - end)
            cases[a, b].add(number)
    return [
        {
            "from": a,
            "to": b,
            "count": len(values),
            "cases": len(cases[a, b]),
            "total_s": sum(values),
            "mean_s": statistics.fmean(values),
            "median_s": statistics.median(values),
            "p90_s": _quantile(values, 0.9),
            "side": STEPS[b][4],
            "timer": b == "Close case",
        }
        for (a, b), values in sorted(waits.items())
    ]


def _stream(log: list[Any], links: list[Any]) -> list[dict[str, Any]]:
    arrivals: dict[str, float] = defaultdict(float)
    for row in links:
        arrivals[row["to"]] += row["total_s"]
    touch: dict[str, float] = defaultdict(float)
    for case in log:
        for activity, start, end, _ in case:
            touch[activity] += end - start
    return [
        {
            "activity": name,
            "cases": len(log),
            "wait_s_per_case": arrivals[name] / len(log),
            "touch_s_per_case": touch[name] / len(log),
            "side": STEPS[name][4],
            "timer": name == "Close case",
            "examples": ["C-00001", "C-00003"],
        }
        for name in STEPS
        if name in touch
    ]


def _hand_over(log: list[Any]) -> dict[str, Any]:
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    longest = 0
    for case in log:
        n = 0
        for (a, _, end, _), (b, start, _, _) in itertools.pairwise(case):
            if STEPS[a][1] != STEPS[b][1] and b != "Close case":  # a machine takes no part in handovers
                waits[STEPS[a][1], STEPS[b][1]].append(start - end)
                n += 1
        longest = max(longest, n)
    total = sum(map(len, waits.values()))
    return {
        "total": total,
        "cases": len(log),
        "max": longest,
        "returned_cases": 300,
        "ping_pong": 220,
        "ping_pong_cases": 180,
        "abab_cases": 40,
        "ababab_cases": 6,
        "pairs": [
            {
                "from": a,
                "to": b,
                "count": len(v),
                "cases": len(v),
                "median_s": statistics.median(v),
                "p90_s": _quantile(v, 0.9),
                "total_s": sum(v),
                "excess_s": None,
            }
            for (a, b), v in sorted(waits.items())
        ],
    }


def _spread(times: list[float]) -> dict[str, Any]:
    last = _quantile(times, 0.97)
    edges = [last * n / 24 for n in range(25)]
    counts = [sum(a <= t < b or (b == last and t == b) for t in times) for a, b in itertools.pairwise(edges)]
    examples = [[f"C-{n:05d}"] for n in range(12)] * 2
    return {"edges_s": edges, "counts": counts, "beyond": len(times) - sum(counts), "examples": examples}


def _median_of(log: list[Any], route: tuple[str, ...]) -> float:
    same = [case[-1][2] - case[0][1] for case in log if tuple(a for a, *_ in case) == route]
    return statistics.median(same)


def _tell(case: list[Any]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    before = None
    for activity, start, end, resource in case:
        wait = None if before is None else start - before
        lines.append(
            {
                "time": _iso(end),
                "activity": activity,
                "resource": resource,
                "team": STEPS[activity][1],
                "waiting_s": wait,
            }
        )
        before = end
    return lines


def _find(links: list[Any], total: float, told: list[str]) -> list[dict[str, Any]]:
    by_pair = {(row["from"], row["to"]): row for row in links}

    def finding(number: int, detector: str, kind: str, names: list[str], **more: Any) -> dict[str, Any]:
        row = by_pair.get(tuple(names), {})  # type: ignore[call-overload]
        cost = more.pop("cost_s", row.get("total_s", 0.0))
        return {
            "id": f"F{number}",
            "detector": detector,
            "subject": {"kind": kind, "names": names},
            "title": {"en": " to ".join(names), "zh": "到".join(names)},
            "cases": row.get("cases", 120),
            "count": row.get("count", 130),
            "cost_s": cost,
            "share": cost / total,
            "interval_s": [cost * 0.9, cost * 1.1],
            "side": "provider",
            "timer": False,
            "definition": "waiting",
            "examples": told[number : number + 5],
            "evidence": {},
            **more,
        }

    return [
        finding(1, "bottleneck", "pair", ["Refund proposal", "Manager approval"]),
        finding(2, "handover-delay", "team-pair", ["L1 support", "L2 support"], cost_s=3100 * HOUR),
        finding(3, "rework", "activity", ["Eligibility check"], cost_s=2400 * HOUR),
        finding(4, "ping-pong", "team-pair", ["L1 support", "L2 support"], cost_s=1200 * HOUR),
        finding(5, "bottleneck", "pair", ["Notify customer", "Close case"], timer=True),
        finding(6, "bottleneck", "pair", ["Request documents", "Documents received"], side="customer"),
    ]


def _share_out() -> dict[str, Any]:
    roles = ["agent", "analyst", "team_lead", "centre_manager"]
    parts = ("owner", "informed", "owner_approver", "approver")
    rows = [
        {
            "step": name.casefold(),
            "name": {"en": name, "zh": zh},
            "cells": {role: parts[(number + place) % 4] for place, role in enumerate(roles) if (number + place) % 3},
        }
        for number, (name, (zh, *_)) in enumerate(STEPS.items())
    ]
    return {"roles": roles, "rows": rows}


def _advise() -> list[dict[str, Any]]:
    def advice(
        number: int, finding: str, en: str, zh: str, effort: str, owner: str | None, effect: Any
    ) -> dict[str, Any]:
        return {
            "id": f"R{number}",
            "finding": finding,
            "remedy": "escalation-rung",
            "heuristic": "control addition",
            "title": {"en": en, "zh": zh},
            "patch": PATCH if number == 1 else None,
            "owner": owner,
            "effort": effort,
            "risks": {"en": "Less time per decision.", "zh": "单次决策时间减少。"},
            "check": {"en": "Compare the median wait four weeks later.", "zh": "四周后比较等待中位数。"},
            "rollback": {"en": "Revert the patch.", "zh": "撤销补丁。"},
            "wave": 1,
            "effects": [effect],
        }

    def effect(after: float | None, low: float | None, high: float | None, grade: str) -> dict[str, Any]:
        return {
            "metric": "mean_cycle_time",
            "unit": "s",
            "load": 1.0,
            "before": 10.2 * DAY,
            "after": after,
            "low": low,
            "high": high,
            "grade": grade,
            "reason": "replayed on the log" if after else "no start times",
            "method": "replay",
            "assumptions": ["demand stays as it was"],
        }

    return [
        advice(
            1,
            "F1",
            "Approve refunds twice a day",
            "退款审批改为每日两次",
            "small",
            "Refund approvals lead",
            effect(9.4 * DAY, 9.2 * DAY, 9.6 * DAY, "B"),
        ),
        advice(
            2,
            "F3",
            "Ask for all documents at first contact",
            "首次联系即用清单一次索取材料",
            "medium",
            "L1 operations",
            effect(9.9 * DAY, 9.7 * DAY, 10.0 * DAY, "C"),
        ),
        advice(
            3,
            "F2",
            "Route L2 cases by product skill",
            "二线按产品技能分派而非轮询",
            "large",
            None,
            effect(None, None, None, "none"),
        ),
    ]


def _make_risks() -> list[dict[str, Any]]:
    rows = (("D402", "sla_breached", "resolution", 90, 5, 8, 6), ("D101", "skipped", "Identity check", 120, 2, 9, 10),
            ("D401", "late", "Manager approval", 60, 4, 8, 3), ("D999", "new_kind", None, 3, None, 2, 4))  # fmt: skip
    return [
        {
            "process": "complaint",
            "code": code,
            "name": name,
            "step": step,
            "cases": cases,
            "share": cases / 600,
            "examples": ["C00001"],
            "extra_s": None if severity is None else severity * HOUR,
            "seen_at_share": 0.4,
            "severity": severity,
            "occurrence": occurrence,
            "detection": detection,
            "priority": None if severity is None else severity * occurrence * detection,
        }
        for code, name, step, cases, severity, occurrence, detection in rows
    ]


def _measure(cases: int) -> dict[str, Any]:
    rows = (("first_contact", 0.62, "share", ">= 92%", 0.92, "quality"),
            ("reply", 1.5 * HOUR, "s", "<= 1h", HOUR, "time"), ("resolved", 20 * HOUR, "s", "<= 24h", DAY, "time"),
            ("transfers", 1.42, "", "<= 0.5", 0.5, "cost"),
            ("self_service", None, "share", ">= 30%", 0.3, "innovation"))  # fmt: skip
    found: dict[str, Any] = {}
    for name, value, unit, target, limit, dimension in rows:
        ratio = None if value is None else value / limit if target.startswith(">") else limit / value
        met = None if ratio is None else ratio >= 1
        attainment = None if ratio is None else min(ratio, 1.0)
        found[name] = {
            "value": value,
            "unit": unit,
            "n": 0 if value is None else cases,
            "target": target,
            "met": met,
            "dimension": dimension,
            "limit": limit,
            "attainment": attainment,
        }
    return found


LANES = {"Customer": "customer", "L1 support": "front", "Front desk": "front", "Supplier": "partner",
         "System": "system", "Triage bot": "system"}  # fmt: skip


def _lay_lanes(links: list[Any]) -> dict[str, Any]:
    steps = []
    for order, (name, (_, team, *_)) in enumerate(STEPS.items(), start=1):
        into = [row for row in links if row["to"] == name]
        steps.append(
            {
                "activity": name,
                "step": name.casefold(),
                "lane": LANES.get(team, "back"),
                "cases": max((row["cases"] for row in into), default=600),
                "waits": sum(row["count"] for row in into),
                "wait_median_s": statistics.median(row["median_s"] for row in into) if into else None,
                "timer": name == "Close case",
                "team": team,
                "order": order,
            }
        )
    lanes = ["customer", "front", "back", "partner", "system"]
    return {"basis": "definition", "lanes": lanes, "steps": steps, "left_out": 0}


def _follow(cases: int) -> dict[str, Any]:
    rows = (("Case received", "contact", 1.0, None, 4.1), ("First response", "reply", 1.0, 3.1 * HOUR, 4.1),
            ("Request documents", "ask", 0.4, 6 * HOUR, 3.9), ("Documents received", "answer", 0.4, 30 * HOUR, 3.9),
            ("Notify customer", "inform", 1.0, 70 * HOUR, 4.3),
            ("Close case", "close", 1.0, 120 * HOUR, None))  # fmt: skip
    touchpoints = [
        {
            "activity": name,
            "kind": kind,
            "cases": round(share * cases),
            "share": share,
            "count": round(share * cases),
            "waited_cases": 0 if wait is None else round(share * cases),
            "wait_mean_s": wait,
            "timer": kind == "close",
            "satisfaction": score,
            "rated_cases": 0 if score is None else cases // 2,
            "order": order,
        }
        for order, (name, kind, share, wait, score) in enumerate(rows, start=1)
    ]
    rating = {"attribute": "csat", "unit": "", "cases": cases // 2, "mean": 4.1}
    chases = {"count": 40, "cases": 31, "again_cases": 7}
    return {"touchpoints": touchpoints, "contacts_per_case": 4.2, "chases": chases, "satisfaction": rating}


EVIL = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror=window.pwned=1>',
    "</script><script>window.pwned=1</script>",
    "</style><style>*{display:none}",
    "javascript:window.pwned=1//' onmouseover='window.pwned=1",
    "<svg/onload=window.pwned=1>&lt;b&gt;",
    "שלום עולם عقد",
    "abc\u202edcba\u202c\u2066x",
    "\x00\x1b[31mred\x07\x9b\ud800",
    "{{7*7}}{% raw %}${7*7}%(x)s{0}",
    '=HYPERLINK("http://evil.example")',
    "line\nbreak\r\n\ttab\u2028sep",
)


def make_hostile() -> dict[str, Any]:
    """Return a document with an attack in every text, whatever its key."""
    counter = iter(range(10**6))
    memory: dict[str, str] = {}

    def spoil(text: str) -> str:
        if text not in memory:
            number = next(counter)
            evil = "A" * 10_000 if number % 13 == 12 else EVIL[number % 13 % len(EVIL)]
            memory[text] = f"{evil} {number}"
        return memory[text]

    kept = {
        "owner",
        "owner_approver",
        "approver",
        "informed",
        "provider",
        "customer",
        "vendor",
        "pair",
        "team-pair",
        "activity",
        "small",
        "medium",
        "large",
        "A",
        "B",
        "C",
        "none",
        "s",
        "share",
        *LANES.values(),
        "back",
        "time",
        "quality",
        "cost",
        "innovation",
        "week",
        "overdue",
        "due",
        "waiting",
        "no clock",
        "grows",
        "steady",
    }

    def walk(value: Any, *, names: bool = False) -> Any:
        if isinstance(value, str):
            return value if value in kept else spoil(value)
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {
                spoil(key) if names else key: walk(item, names=key in {"told", "names", "slas", "kpis", "runs"})
                for key, item in value.items()
            }
        return value

    hostile = walk(make_document(cases=120))
    assert isinstance(hostile, dict)
    return hostile


def make_associations() -> dict[str, Any]:
    """What `svcflow why` says of slow cases."""
    figures = {"cases": 120, "shown": 60, "rate": 0.5, "contribution": 36.0, "lift": 2.5, "q": 0.0001}
    bounds = {"relative_risk": 4.0, "low": 3.0, "high": 5.3}
    row = {"attribute": "channel", "value": "mail", **figures, **bounds, "reversed_by": "first team"}
    pair = {"attribute": "channel", "value": "mail", "attribute_2": "weekday of begin", "value_2": "Friday"}
    return {
        "effect": "slow",
        "limit_s": 432_000.0,
        "time": "resolve_time",
        "cases": 600,
        "shown": 120,
        "tried": 48,
        "attributes": ["channel", "first team", "weekday of begin"],
        "rows": [row],
        "pairs": [{**pair, **figures, **bounds}],
        "tree": {"cases": 600, "shown": 120, "rate": 0.2},
        "left_out": [{"attribute": "reopen_count", "reason": "its name says that it is known only in the end"}],
    }
