"""The business case of each recommendation: what it saves and costs a year, and what that is worth.

Money comes from three things only: work that falls away, at the rate of the role that does it; people added or freed;
and, where somebody says what an hour of a case's time is worth, cases that are done sooner. A shorter wait alone saves
nobody's wages. What is not known is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from svcflow.advice.money import words
from svcflow.advice.money.assumptions import Assumptions
from svcflow.advice.money.cashflow import Flow
from svcflow.advice.money.labour import Labour, find_labour, find_team
from svcflow.advice.money.savings import NOTHING, Saved, Three, measure_years, save_work
from svcflow.calendars import Clock
from svcflow.definitions.model import Team, Workspace
from svcflow.errors import SvcflowError
from svcflow.eventlog.log import Log
from svcflow.findings import Effect, Recommendation
from svcflow.replay.graph import Graph, link
from svcflow.whatif import Capacity, Change
from svcflow.whatif.patches import read_patch
from svcflow.whatif.plain import from_plain
from svcflow.whatif.translation import translate

Text = dict[str, str]
METRICS = ("mean_resolve_time", "mean_cycle_time")
SWINGS = {"volume": 0.1, "rates": 0.1, "one_off": 0.25, "running": 0.25}
"""By which share each input is moved up and down for the tornado."""


@dataclass(frozen=True, slots=True)
class Swing:
    """The net present value when one input is low and when it is high, all others as expected."""

    input: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """One scenario over the horizon; ``None``: not known, or there is none (see `cashflow.Flow`)."""

    scenario: str
    saving: float
    value: float
    pay_back: float | None
    returned: float | None
    internal_rate: float | None


@dataclass(frozen=True, slots=True)
class BusinessCase:
    """A recommendation in money a year, in `currency`; `asked` says by language what is still to be said.

    `hours` of work fall away a year and `saving` is what they cost; `delay` what sooner cases are worth; `running` what
    the change costs a year. `net` is saving and delay less running, where one of the two is known; where cases are done
    sooner and no work is saved, it is not known until somebody says what sooner is worth. `outlooks` and `swings` are
    empty unless the one-off cost is known.
    """

    recommendation: str
    remedy: str
    currency: str | None
    cases_per_year: float | None
    hours: Three | None
    saving: Three | None
    delay: Three | None
    running: float | None
    net: Three | None
    one_off: float | None
    months: int
    discount: float
    grade: str
    outlooks: tuple[Outlook, ...]
    swings: tuple[Swing, ...]
    asked: tuple[Text, ...]
    notes: tuple[Text, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the case as plain values."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What all cases of a log share."""

    graph: Graph
    labour: Labour
    workspace: Workspace | None
    calendars: dict[str, Clock]
    cases_per_year: float | None


def make_cases(
    recommendations: Iterable[Recommendation], log: Log, workspace: Workspace | None, assumptions: Assumptions
) -> tuple[BusinessCase, ...]:
    """Return the business case of each recommendation, in their order."""
    found = tuple(recommendations)
    if not found or not log.cases:
        return ()
    years = measure_years(log)
    calendars = {}
    if workspace is not None:
        zone, specs = workspace.organisation.timezone, workspace.organisation.calendars
        calendars = {name: Clock.from_spec(spec, zone) for name, spec in specs.items()}
    per_year = log.cases / years if years else None
    ground = _Ground(link(log), find_labour(log, workspace), workspace, calendars, per_year)
    return tuple(_make(one, ground, assumptions.of(one.id, one.remedy)) for one in found)


def list_changes(recommendation: Recommendation, log: Log, workspace: Workspace | None) -> tuple[Change, ...]:
    """Return what a recommendation changes: as it says, else as its patch shows."""
    try:
        stated = tuple(from_plain(change) for change in recommendation.changes)
        if stated or recommendation.patch is None or workspace is None:
            return stated
        return translate(read_patch(recommendation.patch, workspace).scenario, log, workspace).changes
    except SvcflowError:
        return ()


def _make(one: Recommendation, ground: _Ground, given: Assumptions) -> BusinessCase:
    changes = list_changes(one, ground.graph.log, ground.workspace)
    saved = save_work(ground.graph, ground.labour, changes, ground.calendars) if changes else None
    effect = choose_effect(one.effects)
    delay = _value_delay(effect, ground.cases_per_year, given.delay)
    staff, staff_asked = _price_heads(changes, ground, given)
    running = None if staff is None else given.running + staff
    saving = saved.cost if saved else None
    unsaid = effect is not None and delay is None
    net = _net(None if unsaid and saving == NOTHING else saving, delay, running)
    asked = [*_ask(saved, ground.labour, changes), *staff_asked]
    if given.delay is None and effect is not None:
        asked.append(words.DELAY)
    if given.one_off is None:
        asked.append(words.ONE_OFF)
    outlooks, swings = _look_ahead(net, (saving, delay, running), given)
    return BusinessCase(
        one.id, one.remedy, ground.labour.currency, ground.cases_per_year, saved.hours if saved else None, saving,
        delay, running, net, given.one_off, given.months, given.discount, effect.grade if effect else "none",
        outlooks, swings, tuple(asked), _note(saved, net, effect),
    )  # fmt: skip


def choose_effect(effects: Sequence[Effect]) -> Effect | None:
    """Return the effect on the time of a case at the load of the log, the time to resolve before the cycle time."""
    for metric in METRICS:
        for effect in effects:
            if effect.metric == metric and effect.load == 1.0 and effect.low is not None and effect.high is not None:
                return effect
    return None


def _value_delay(effect: Effect | None, cases: float | None, delay: float | None) -> Three | None:
    """Return what it is worth a year that cases are done sooner."""
    if effect is None or effect.low is None or effect.high is None or cases is None or delay is None:
        return None
    expected = None if effect.after is None else effect.before - effect.after
    gain = Three(effect.before - max(effect.low, effect.high), expected, effect.before - min(effect.low, effect.high))
    return gain.times(cases * delay / (3600 if effect.unit == "s" else 1))


def _price_heads(changes: Sequence[Change], ground: _Ground, given: Assumptions) -> tuple[float | None, list[Text]]:
    """Return what people added cost a year (below 0: freed), ``None`` where that is not known, and what to ask for."""
    cost: float | None = 0.0
    asked: list[Text] = []
    for change in changes:
        if not isinstance(change, Capacity):
            continue
        team = find_team(ground.workspace.organisation, change.team) if ground.workspace else None
        rate = _rate_team(team, ground.workspace)
        if rate is None:
            asked.append(words.rate_of(change.team))
        if given.paid_hours is None:
            asked.append(words.PAID_HOURS)
        heads = change.heads if change.heads is not None else _count_heads(team) * (change.share or 0.0)
        known = rate is not None and given.paid_hours is not None and cost is not None
        cost = cost + heads * (rate or 0.0) * 60 * (given.paid_hours or 0.0) if known and cost is not None else None
    return cost, asked


def _count_heads(team: Team | None) -> int:
    return sum(team.members.values()) if team else 0


def _rate_team(team: Team | None, workspace: Workspace | None) -> float | None:
    """Return the mean rate of a team's members, ``None`` where one of them has none."""
    if team is None or workspace is None or not _count_heads(team):
        return None
    roles = workspace.organisation.roles
    rates = [(roles[role].cost_per_minute if role in roles else None, n) for role, n in team.members.items() if n]
    if any(rate is None for rate, _ in rates):
        return None
    return sum((rate or 0.0) * n for rate, n in rates) / sum(n for _, n in rates)


def _net(saving: Three | None, delay: Three | None, running: float | None) -> Three | None:
    """Return what a year brings, ``None`` where neither what it saves nor what sooner is worth is known."""
    if running is None or (saving is None and delay is None):
        return None
    return (saving or NOTHING).plus(delay or NOTHING).plus(Three(-running, -running, -running))


def _note(saved: Saved | None, net: Three | None, effect: Effect | None) -> tuple[Text, ...]:
    """Return what must be known to believe the figures."""
    if net is not None and effect is None and saved is not None and not saved.hours.hopeful:
        return (words.NOT_GAINED,)
    if net is not None and (saved is None or saved.cost is None):
        return (words.NOT_COUNTED,)
    return (words.FREED,) if saved is not None and saved.hours.hopeful > 0 else ()


def _ask(saved: Saved | None, labour: Labour, changes: Sequence[Change]) -> list[Text]:
    if not changes:
        return [words.NO_CHANGES]
    if saved is None:
        return [words.NO_STARTS]
    if saved.cost is None:
        return [words.rates_of(labour.unrated)]
    return [] if labour.currency else [words.CURRENCY]


def _look_ahead(
    net: Three | None, parts: tuple[Three | None, Three | None, float | None], given: Assumptions
) -> tuple[tuple[Outlook, ...], tuple[Swing, ...]]:
    """Return the scenarios over the horizon, and which input moves the expected value most."""
    if net is None or given.one_off is None:
        return (), ()
    looks = tuple(
        _look(name, amount, given)
        for name, amount in (("cautious", net.cautious), ("expected", net.expected), ("hopeful", net.hopeful))
        if amount is not None
    )
    return looks, _swing(net, parts, given) if net.expected is not None else ()


def _flow(yearly: float, given: Assumptions, one_off: float | None = None, rate: float | None = None) -> Flow:
    spent = given.one_off or 0.0 if one_off is None else one_off
    return Flow(spent, yearly / 12, given.months, given.discount if rate is None else rate)


def _look(name: str, yearly: float, given: Assumptions) -> Outlook:
    flow = _flow(yearly, given)
    return Outlook(name, yearly, flow.value, flow.pay_back, flow.returned, flow.internal_rate)


def _swing(net: Three, parts: tuple[Three | None, Three | None, float | None], given: Assumptions) -> tuple[Swing, ...]:
    """Return the net present value with one input low and high, the widest swing first."""
    saving, delay, running = parts
    work = (saving.expected if saving else 0.0) or 0.0
    sooner = (delay.expected if delay else 0.0) or 0.0
    cost, spent = running or 0.0, given.one_off or 0.0
    gross = work + sooner
    found = [
        Swing("effect", _flow(net.cautious, given).value, _flow(net.hopeful, given).value),
        Swing("volume", *(_flow(gross * (1 + s) - cost, given).value for s in _both("volume"))),
        Swing("rates", *(_flow(work * (1 + s) + sooner - cost, given).value for s in _both("rates"))),
        Swing("one_off", *(_flow(gross - cost, given, spent * (1 - s)).value for s in _both("one_off"))),
        Swing("running", *(_flow(gross - cost * (1 - s), given).value for s in _both("running"))),
    ]
    wide = [swing for swing in found if abs(swing.high - swing.low) > 1e-9]
    return tuple(sorted(wide, key=lambda swing: (-abs(swing.high - swing.low), swing.input)))


def _both(name: str) -> tuple[float, float]:
    return -SWINGS[name], SWINGS[name]
