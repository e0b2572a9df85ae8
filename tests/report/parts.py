"""Parts of the sample document that stand for themselves: service levels by the week, loops, working lists."""

from __future__ import annotations

from typing import Any

HOUR, DAY = 3600.0, 86_400.0


def make_trends(told: list[str]) -> list[dict[str, Any]]:
    """Return two service levels by the week; the second is kept in some weeks only."""
    made = []
    for sla, objective, kept in (("first_response", 0.85, (31, 30, 28)), ("resolution", 0.9, (40, 44, 37))):
        bars = [
            {
                "from": f"2026-07-{6 + 7 * (week % 3):02}" if week < 3 else f"2026-08-{3 + 7 * (week - 3):02}",
                "met": kept[week % 3],
                "breached": 5,
                "overdue": week % 2,
                "running": 3 if week == 5 else 0,
                "attainment": kept[week % 3] / (kept[week % 3] + 5 + week % 2),
                "examples": told[week : week + 5],
            }
            for week in range(6)
        ]
        made.append({"process": "complaint", "sla": sla, "period": "week", "objective": objective, "bars": bars})
    return made


def make_quantities() -> dict[str, Any]:
    """Return the quantities that sections read."""
    cycles = (
        (["Eligibility check", "Escalate to L2", "L2 investigation"], 150, 210, 9000 * HOUR),
        (["Request documents", "Documents received"], 140, 190, 4100 * HOUR),
    )
    rows = [
        {"cycle": [*steps, steps[0]], "steps": len(steps), "rounds": rounds, "passes": cases, "cases": cases}
        | {"in_cycle_s": inside}
        for steps, cases, rounds, inside in cycles
    ]
    figures = {"cycles": 2, "cycling_cases": 260, "cycling_cases_share": 0.43, "rounds": 400}
    shown = {"n": 600, "of": "cases", "clock": "elapsed", "approximate": False, "unmeasured": None}
    return {"cycles": shown | {"figures": figures, "rows": rows}}


def make_repeats() -> list[dict[str, Any]]:
    """Return the steps that are done again."""
    rows = (
        ("Eligibility check", 40, 170, 150, 9100 * HOUR, 210),
        ("Request documents", 190, 0, 140, 4200 * HOUR, -190),
    )
    names = ("activity", "repeats", "redos", "cases", "cost_s", "net_loop_gain")
    return [dict(zip(names, row, strict=True)) for row in rows]


def make_lists(told: list[str]) -> dict[str, Any]:
    """Return the working lists of a morning."""
    open_ = [
        {
            "case": case,
            "process": "complaint",
            "next_step": ["Manager approval"],
            "owner": ["team_lead", "centre_manager"],
            "team": "Billing",
            "last_activity": "Refund proposal",
            "last_time": "2026-10-04T08:00:00+02:00",
            "idle_s": DAY,
            "age_s": 9 * DAY,
            "state": state,
            "clock": clock,
            "due": due,
            "left_business_s": left,
            "breach_risk": risk,
            "breach_n": 210,
        }
        for case, state, clock, due, left, risk in (
            (told[0], "overdue", "resolution", "2026-10-02T09:00:00+02:00", -14 * HOUR, 1.0),
            (told[1], "due", "resolution", "2026-10-06T09:30:00+02:00", 7.5 * HOUR, 0.62),
            (told[2], "waiting", "resolution", None, 30 * HOUR, 0.1),
            (told[3], "no clock", None, None, None, None),
        )
    ]
    calls = [
        {
            "case": told[4],
            "process": "complaint",
            "promise": "callback_owed",
            "state": "overdue",
            "promised": "2026-10-01T09:00:00+02:00",
            "due": "2026-10-02T09:00:00+02:00",
            "left_business_s": -5 * HOUR,
            "again": False,
            "case_closed": True,
            "team": "L1 support",
        }
    ]
    needs = [
        {
            "category": name,
            "cases": cases,
            "share": cases / 600,
            "per_day": cases / 95,
            "trend": trend,
            "ratio": ratio,
            "ratio_low": ratio and ratio * 0.9,
            "ratio_high": ratio and ratio * 1.1,
            "median_resolve_s": 2 * DAY,
            "open": 3,
            "late_share": 0.2,
        }
        for name, cases, trend, ratio in (
            ("Refund", 300, "grows", 1.4),
            ("Delivery", 200, "steady", 1.0),
            (None, 100, None, None),
        )
    ]
    return {
        "as_of": "2026-10-05T08:00:00+02:00",
        "follow_up": {"total": 31, "states": {"overdue": 4, "due": 17, "waiting": 6, "no clock": 4}, "rows": open_},
        "call_backs": {"total": 1, "states": {"overdue": 1}, "rows": calls},
        "needs": {"total": 3, "by": "topic", "rows": needs},
    }
