"""The KPIs of service work (metrics.md 9): dimension, unit, default target, and why a log may not tell one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from svcflow.wording import say_duration

Dimension = Literal["time", "quality", "cost"]
Unit = Literal["s", "share", "number"]

_COMPARE: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Spec:
    """One KPI; `target` is a comparison and a limit in the KPI's unit, `why` what is missing where it is unknown."""

    id: str
    dimension: Dimension
    unit: Unit
    target: tuple[str, float] | None
    why: tuple[str, str]


_SIDES = ("no mapping and no definition says whose waits are the customer's", "映射与定义均未说明哪些等待属于客户")
_DONE = ("the log does not say which activities settle a case", "日志未说明哪些活动表示办结")
_REPLY = ("no activity is named for a reply", "没有以回复命名的活动")
_NEXT = ("no reply to a customer's activity is told apart", "无法区分对客户的再次回复")
_MARKS = ("no attribute holds marks of customers", "没有客户评分属性")
_CONTENT = ("no attribute says whether customers are satisfied", "没有客户满意与否属性")
_APPROVAL = ("no activity is named for an approval", "没有以审批命名的活动")
_LINES = ("nothing says which line teams belong to", "未说明团队属于哪一线")
_CUSTOMER = ("no attribute names the customer of a case", "没有属性说明案例的客户")
_DEFINED = ("needs a definition (--workspace) with such a rule or target", "需要含有该规则或目标的定义（--workspace）")
_HOLDERS = ("the log names neither teams nor people", "日志没有团队，也没有人员")

SPECS = (
    Spec("first-reply", "time", "s", None, _REPLY),
    Spec("first-reply-within-1h", "time", "share", (">=", 0.85), _REPLY),
    Spec("next-reply", "time", "s", None, _NEXT),
    Spec("resolution", "time", "s", None, _DONE),
    Spec("closed-within-24h", "time", "share", (">=", 0.90), _DONE),
    Spec("requester-wait", "time", "s", None, _SIDES),
    Spec("on-hold", "time", "s", None, _SIDES),
    Spec("wait-before-escalation", "time", "s", ("<=", 1800.0), _LINES),
    Spec("within-sla", "time", "share", None, _DEFINED),
    Spec("backlog-age-median", "time", "s", None, _DONE),
    Spec("backlog-age-p90", "time", "s", None, _DONE),
    Spec("stale-backlog", "time", "share", None, _DONE),
    Spec("backlog-growth-per-week", "time", "number", None, _DONE),
    Spec("resolved-on-first-assignment", "quality", "share", None, _HOLDERS),
    Spec("first-contact-resolution", "quality", "share", (">=", 0.92), _SIDES),
    Spec("first-level-resolution", "quality", "share", None, _LINES),
    Spec("repeat-contacts", "quality", "share", ("<=", 0.12), _CUSTOMER),
    Spec("re-opened", "quality", "share", None, _DONE),
    Spec("transferred", "quality", "share", None, _HOLDERS),
    Spec("call-back-kept", "quality", "share", None, _DEFINED),
    Spec("satisfaction", "quality", "number", (">=", 4.8), _MARKS),
    Spec("satisfied", "quality", "share", None, _CONTENT),
    Spec("abandoned", "quality", "share", None, ("no activity is named for abandoning", "没有以放弃命名的活动")),
    Spec("handovers-per-case", "cost", "number", ("<=", 3.0), _HOLDERS),
    Spec("main-path-steps", "cost", "number", ("<=", 4.0), _DONE),
    Spec("main-path-approvals", "cost", "number", ("<=", 1.0), _DONE),
    Spec("steps-per-case", "cost", "number", None, _DONE),
    Spec("approvals-per-case", "cost", "number", None, _APPROVAL),
    Spec("cases-per-agent-and-day", "cost", "number", None, ("the log names no people", "日志没有人员")),
    Spec(
        "cost-per-case", "cost", "number", None,
        ("needs start times and rates (cost_per_minute of roles)", "需要开始时间与费率（角色的 cost_per_minute）"),
    ),
)  # fmt: skip
BY_ID = {spec.id: spec for spec in SPECS}


def judge_kpi(spec: Spec, value: float | None, cases: int, why: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the row of a KPI: value, target, gap (value less limit, in its unit), whether it is met, or why not known.

    `cases` is what it was measured on; a value of nothing is not known. `why` is told in place of the usual reason.
    """
    known = value is not None and cases > 0
    why_en, why_zh = (why["en"], why["zh"]) if why else spec.why
    sign, limit = spec.target or (None, None)
    gap = value - limit if known and value is not None and limit is not None else None
    return {
        "kpi": spec.id,
        "dimension": spec.dimension,
        "figure": say(spec, value) if known else None,
        "target": None if sign is None or limit is None else f"{sign} {say(spec, limit)}",
        "difference": None if gap is None else _say_gap(spec, gap),
        "met": None if gap is None or sign is None or value is None else _COMPARE[sign](value, limit or 0.0),
        "cases": cases if known else 0,
        "unit": spec.unit,
        "value": value if known else None,
        "limit": limit,
        "gap": gap,
        "why": None if known else why_en,
        "why_zh": None if known else why_zh,
    }


def say(spec: Spec, value: float | None) -> str:
    """Return a value with its unit.

    >>> say(BY_ID["on-hold"], 7200.0), say(BY_ID["transferred"], 0.125), say(BY_ID["satisfaction"], 4.81)
    ('2.0 h', '12.5%', '4.81')
    """
    if value is None:
        return "-"
    if spec.unit == "s":
        return say_duration(value)
    return f"{value:.1%}" if spec.unit == "share" else f"{value:,.2f}".removesuffix(".00")


def _say_gap(spec: Spec, gap: float) -> str:
    if spec.unit == "share":
        return f"{100 * gap:+.1f} points"
    sign = "+" if gap > 0 else ""
    return sign + say(spec, gap)
