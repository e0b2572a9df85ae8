"""Scorecard: the KPIs of service work in time, quality and cost, each with its gap to a default target.

**What.** For every KPI: its value, the default target where there is one, the difference (value less target, in its
unit), whether the target is met, and on how many cases it was measured; or why this log does not tell it.

**How.** Measured on cases that have ended (open ones only make the backlog). ``first-reply`` runs from the start of
a case to the end of the first activity that is named for a reply and done by the provider; ``next-reply`` from an
activity of the customer to the reply after it; ``resolution`` to the last resolving activity, and
``closed-within-24h`` is the share of cases for which that takes at most a day. ``requester-wait`` is the time to
resolution less what the customer's own waits take, ``on-hold`` the waiting up to then that is not the provider's.
``resolved-on-first-assignment``: never handed over (between teams, where teams are known, else between people;
machines are passed over). ``first-contact-resolution``: ended, never re-opened, and never waiting for the customer.
``first-level-resolution``: never left line 1. The main path is the most frequent variant.

**Limits.** Replies, approvals, abandoning and satisfaction are known by the names of activities and attributes. Times
are those of the wall clock. Call-backs, SLAs and costs need a definition: `analyze` adds them. A target of a service
centre may not be yours: definitions state their own.

**Source.** metrics.md 9, with the default targets named there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import Batch, Log
from svcflow.mining.contentment import measure_contentment
from svcflow.mining.describing import choose_detail, is_approximate
from svcflow.mining.durations import Detail
from svcflow.mining.kpis import SPECS, judge_kpi
from svcflow.mining.levels import find_lines
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.service import ABANDONED, COUNTS, TIMES, Service, Servings, find_named
from svcflow.mining.tables import Table

if TYPE_CHECKING:
    from svcflow.mining.mined import Mined

TITLE = {"en": "Scorecard", "zh": "记分卡"}
DEFINITION = "scorecard"
MISSING = {
    "en": "What a log does not tell is said with its reason, never shown as 0.",
    "zh": "日志无法说明的指标注明原因，绝不显示为 0。",
}
NEEDS = ("durations", "backlog-ageing", "workload", "repeat-contacts", "escalations")

ID = "scorecard"
Found = dict[str, tuple[Any, Any]]
"""The value of each KPI and the number of cases it was measured on."""


@dataclass(frozen=True)
class ScorecardFold:
    """Counts what the KPIs are shares of, and collects their times."""

    setting: Setting
    detail: Detail
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity", "resource", "team"})

    def begin(self) -> Servings:
        """Return an accumulator of nothing."""
        return Servings(self.setting, self.detail)

    def partial(self, batch: Batch) -> Service:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: Service, right: Service) -> Service:
        """Put two summaries together."""
        return Service(left.times.merge(right.times), left.counts + right.counts)

    def finish(self, state: Service, log: Log) -> Measured:
        """Return the values that need no other quantity, and on how many cases each was measured."""
        counts = dict(zip(COUNTS, state.counts.tolist(), strict=True))
        means = dict(zip(state.times.keys.tolist(), (state.times.means / 1000).tolist(), strict=True))
        number = dict(zip(state.times.keys.tolist(), state.times.counts.tolist(), strict=True))
        found = {name: (means.get(kind), number.get(kind, 0)) for kind, name in enumerate(TIMES)}
        found |= _share_out(counts, found, self.setting) | measure_contentment(log)
        columns: dict[str, list[Any]] = {
            "kpi": [*found],
            "value": [value for value, _ in found.values()],
            "cases": [n for _, n in found.values()],
        }
        return Measured(Table(columns), {}, counts["ended"], "cases", "elapsed", is_approximate(state.times))


def _share_out(counts: dict[str, int], times: Found, setting: Setting) -> Found:
    """Return the KPIs that are shares of cases; what the log cannot tell is ``None``."""
    ended, replied, resolved = counts["ended"], times["first-reply"][1], times["resolution"][1]
    sided = bool(setting.sides or setting.states)
    held = max(len(setting.teams), len(setting.resources)) > 1
    lines = find_lines(setting.teams, setting.organisation) is not None
    return {
        "first-reply-within-1h": _share(counts["replied_soon"], replied),
        "closed-within-24h": _share(counts["closed_soon"], resolved),
        "resolved-on-first-assignment": _share(counts["first_assignment"], ended, known=held),
        "transferred": _share(counts["handed_over"], ended, known=held),
        "handovers-per-case": _share(counts["handovers"], ended, known=held),
        "re-opened": _share(counts["reopened"], counts["settled"]),
        "first-contact-resolution": _share(counts["first_contact"], ended, known=sided and setting.done is not None),
        "first-level-resolution": _share(counts["first_level"], ended, known=lines),
        "abandoned": _share(counts["abandoned"], ended, known=find_named(ABANDONED, setting).size > 0),
    }


def _share(part: int, whole: int, *, known: bool = True) -> tuple[float | None, int]:
    return (part / whole if known and whole else None, whole)


def prepare(setting: Setting) -> ScorecardFold:
    """Return the fold for what no other quantity tells."""
    return ScorecardFold(setting, choose_detail(setting))


def derive(mined: Mined, setting: Setting) -> Measured:
    """Return the KPIs: those with a target first that miss it, then as they are listed."""
    if not setting.cases:
        return decline("the log holds no case", "日志中没有案例")
    own = mined.quantities[ID]
    found: Found = {row["kpi"]: (row["value"], row["cases"]) for row in own.to_rows()}
    found |= _read_others(mined, setting)
    contacts = mined.quantities["repeat-contacts"].unmeasured
    why = {"repeat-contacts": contacts} if "--in-memory" in contacts.get("en", "") else {}  # there are too many
    rows = [judge_kpi(spec, *found.get(spec.id, (None, 0)), why.get(spec.id)) for spec in SPECS]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    judged = [row["met"] for row in rows if row["met"] is not None]
    figures = {"targets": len(judged), "targets_met": sum(judged)}
    return Measured(Table(columns), figures, own.n, "ended cases", "elapsed", own.approximate)


def _read_others(mined: Mined, setting: Setting) -> Found:
    """Return the KPIs that other quantities measure already."""
    durations, backlog, work, contacts, climbs = (mined.quantities[name] for name in NEEDS)
    path: dict[str, Any] = mined.variants.to_rows()[0] if len(mined.variants) else {"activities": (), "cases": 0}
    ended = durations.n
    approvals = durations.figures.get("approvals_per_case")
    people = [row for row in work.to_rows() if row["person"] is not None and not row["machine"]]
    days = sum(row["days"] for row in people)
    return {
        "wait-before-escalation": (climbs.figures.get("wait_median_s"), climbs.figures.get("escalations")),
        "backlog-age-median": (backlog.figures.get("age_median_s"), backlog.n),
        "backlog-age-p90": (backlog.figures.get("age_p90_s"), backlog.n),
        "stale-backlog": (backlog.figures.get("stale_share"), backlog.n),
        "backlog-growth-per-week": (backlog.figures.get("growth_per_week"), setting.cases),
        "repeat-contacts": (contacts.figures.get("repeat_rate"), contacts.n),
        "main-path-steps": (float(len(path["activities"])), path["cases"]),
        "main-path-approvals": (float(_count_approvals(path["activities"])), path["cases"]),
        "steps-per-case": (durations.figures.get("steps_mean"), ended),
        "approvals-per-case": (approvals, ended),
        "cases-per-agent-and-day": (sum(row["cases"] for row in people) / days if days else None, len(people)),
    }


def _count_approvals(activities: Any) -> int:
    return sum(bool(_APPROVAL.search(name)) for name in activities)


_APPROVAL = re.compile("approv|sign[ -]off|authori|genehmig|批准|审批|核准|签批", re.IGNORECASE)
