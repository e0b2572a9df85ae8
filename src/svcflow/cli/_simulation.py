"""How `svcflow simulate` shows its runs: as text in English or Chinese, and as JSON."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from svcflow.cli import _console as console
from svcflow.cli._tables import Shown, align
from svcflow.wording import Lang, say_count, say_duration

if TYPE_CHECKING:
    from svcflow.simulation.comparing import Compared, Tried
    from svcflow.simulation.outcome import Outcome, Teams

Row = dict[str, Any]
FIGURES = ("cycle_time.mean", "cycle_time.p50", "cycle_time.p90", "resolve_time.mean", "resolve_time.p90", "wip")

_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "cycle_time.mean": "cycle time, mean", "cycle_time.p50": "cycle time, median",
        "cycle_time.p90": "cycle time, P90", "resolve_time.mean": "time to resolve, mean",
        "resolve_time.p90": "time to resolve, P90", "wip": "open cases a day",
        "sla": "within target", "figure": "", "log": "the log", "as_is": "as it is", "team": "team", "people": "people",
        "done": "done", "sojourn_log": "takes (log)", "sojourn": "simulated", "wait": "of it waits", "busy": "busy",
        "answers": "What a simulation of this log can answer:", "yes": "yes", "partly": "partly", "no": "no",
        "load": "load", "refused": "not simulated: ", "estimates": "What it would do, and how sure that is:",
        "untold": "shows in no log: ", "rows": "One run at each load, all with the same luck:",
        "ungraded": "One run at each load, all with the same luck; ungraded, so no estimate of an effect:",
        "people_mode": "people", "teams_mode": "teams only, capacity in percent", "unit": "teams",
        "unmeasured": "no figure: ", "if": "if ", "and": "; ",
    },
    "zh": {
        "cycle_time.mean": "周期时间均值", "cycle_time.p50": "周期时间中位数", "cycle_time.p90": "周期时间 P90",
        "resolve_time.mean": "解决时间均值", "resolve_time.p90": "解决时间 P90", "wip": "日均在办案例",
        "sla": "达标率", "figure": "", "log": "日志", "as_is": "现状", "team": "团队", "people": "人数",
        "done": "完成", "sojourn_log": "用时（日志）", "sojourn": "模拟", "wait": "其中等待", "busy": "忙碌",
        "answers": "对此日志模拟能回答什么：", "yes": "可以", "partly": "部分", "no": "不可",
        "load": "负荷", "refused": "未模拟：", "estimates": "预期效果及其把握：",
        "untold": "日志中看不出：", "rows": "各负荷下各运行一次，随机数相同：",
        "ungraded": "各负荷下各运行一次，随机数相同；未评级，不是效果估计：",
        "people_mode": "按人员", "teams_mode": "只有团队，能力按百分比", "unit": "个团队",
        "unmeasured": "无数值：", "if": "前提：", "and": "；",
    },
}  # fmt: skip


def tell(compared: Compared, estimates: Any, notes: tuple[str, ...], lang: Lang) -> list[str]:
    """Return the lines of a report: the estimates first, then the runs, the teams, and what cannot be answered."""
    words = _WORDS[lang]
    lines = [_tell_head(compared, lang), ""]
    if estimates is not None:
        lines += [words["estimates"], *_tell_estimates(estimates, lang), ""]
    lines += [console.one_line(words["untold"] + note) for note in notes]
    if compared.tried or len(compared.as_is) > 1:
        lines.append(words["ungraded" if estimates is None and compared.tried else "rows"])
    lines += [*_tell_runs(withhold(compared, estimates), lang), ""]
    lines += [*_tell_teams(compared, lang), "", words["answers"]]
    for answer in compared.model.identifiability():
        lines.append(f"  {words[answer.verdict]:<7} {console.one_line(answer.words[lang])}")
    return lines


def withhold(compared: Compared, estimates: Any) -> Compared:
    """Return what was compared without the runs of scenarios that no single figure may be printed of.

    Where there are `estimates`, those are the scenarios graded C or none, and all loads above that of the log.
    """
    if estimates is None:
        return compared
    graded = {estimate.scenario.name: estimate.lead for estimate in estimates}
    kept = []
    for tried in compared.tried:
        lead = graded.get(tried.scenario.name)
        stands = lead is not None and lead.after is not None
        kept.append(replace(tried, outcomes={load: o for load, o in tried.outcomes.items() if stands and load <= 1.0}))
    return replace(compared, tried=tuple(kept))


def _tell_head(compared: Compared, lang: Lang) -> str:
    model, words = compared.model, _WORDS[lang]
    log = model.log
    known = words["people_mode"] if model.mode == "people" else words["teams_mode"]
    teams = int((compared.observed.teams.done > 0).sum())
    cases = f"{say_count(log.cases, lang)} {'cases' if lang == 'en' else '个案例'}"
    return console.one_line(f"{log.source}: {cases}, {teams} {words['unit']} ({known})")


def _tell_estimates(estimates: Any, lang: Lang) -> list[str]:
    from svcflow.report.effects import tell_effect

    lines = []
    for estimate in estimates:
        lines.append("  " + console.one_line(estimate.scenario.name))
        told = [effect for effect in estimate.effects if effect.low is not None]
        for effect in told:
            at = f" ({_WORDS[lang]['load']} {effect.load:.0%})" if effect.load != 1.0 else ""
            lines.append("    " + console.one_line(str(getattr(tell_effect(asdict(effect)), lang)) + at))
        first = estimate.effects[0] if estimate.effects else None
        if first is not None and first.reason:
            reason = first.reason if lang == "en" else first.reason_zh
            said = reason if first.low is not None else _WORDS[lang]["unmeasured"] + reason
            lines.append("    " + console.one_line(said))
        assumed = () if not told else told[0].assumptions if lang == "en" else told[0].assumptions_zh
        if assumed:
            lines.append("    " + console.one_line(_WORDS[lang]["if"] + _WORDS[lang]["and"].join(assumed)))
    return lines


def _tell_runs(compared: Compared, lang: Lang) -> list[str]:
    words = _WORDS[lang]
    names = [*FIGURES, *(f"sla.{name}" for name in compared.observed.sla)]
    rows: list[Row] = []
    for load, as_is in compared.as_is.items():
        for name in names:
            value = as_is.measure(name)
            if math.isnan(value):
                continue
            row: Row = {"figure": _name(name, words), "load": f"{load:.0%}", "as_is": _say(name, value, lang)}
            row["log"] = _say(name, compared.observed.measure(name), lang) if load == 1.0 else None
            for place, tried in enumerate(compared.tried):
                row[f"s{place}"] = _compare(tried, load, (name, value), lang)
            rows.append(row)
    heads = (
        Shown(words["figure"], "figure"),
        Shown(words["load"], "load", right=True),
        Shown(words["log"], "log", right=True),
    )
    columns = [*heads, Shown(words["as_is"], "as_is", right=True)]
    shown = [place for place, tried in enumerate(compared.tried) if tried.outcomes]
    columns += [Shown(compared.tried[place].scenario.name, f"s{place}", right=True) for place in shown]
    refused = [
        console.one_line(f"{tried.scenario.name}: {words['refused']}{tried.refusal[lang]}")
        for tried in compared.tried
        if tried.refusal is not None
    ]
    return [align(rows, columns), *refused]


def _compare(tried: Tried, load: float, figure: tuple[str, float], lang: Lang) -> str | None:
    """Return the figure of a scenario and how far it is from that of the model as it is."""
    if load not in tried.outcomes:
        return None
    name, before = figure
    value = tried.outcomes[load].measure(name)
    if math.isnan(value):
        return None
    change = value - before
    sign = "+" if change > 0 else ""
    return f"{_say(name, value, lang)} ({sign}{_say(name, change, lang)})"


def _name(figure: str, words: dict[str, str]) -> str:
    group, _, rest = figure.partition(".")
    return f"{words['sla']}: {rest}" if group == "sla" else words[figure]


def _say(figure: str, value: float, lang: Lang) -> str:
    if figure == "wip":
        return f"{value:,.0f}"
    return f"{value:.1%}" if figure.startswith("sla.") else say_duration(value * 3600, lang)


def _tell_teams(compared: Compared, lang: Lang) -> list[str]:
    words, model = _WORDS[lang], compared.model
    columns = [Shown(words["team"], "team"), Shown(words["people"], "people", right=True)]
    columns += [Shown(words[key], key, right=True) for key in ("done", "sojourn_log", "sojourn", "wait", "busy")]
    observed, run = compared.observed.teams, compared.as_is[1.0].teams

    def hours(value: float) -> str | None:
        return None if math.isnan(value) else say_duration(value * 3600, lang)

    rows = [
        {
            "team": name,
            "people": None if math.isnan(model.people[place]) else f"{model.people[place]:.1f}",
            "done": say_count(int(observed.done[place]), lang),
            "sojourn_log": hours(observed.sojourn_mean[place]),
            "sojourn": hours(run.sojourn_mean[place]),
            "wait": hours(run.wait_mean[place]),
            "busy": None if math.isnan(run.utilisation[place]) else f"{run.utilisation[place]:.0%}",
        }
        for place, name in enumerate(model.teams)
        if observed.done[place]
    ]
    return [align(rows, columns)]


def to_json(compared: Compared, estimates: Any, notes: tuple[str, ...]) -> Row:
    """Return everything as plain values: hours, shares 0..1, ``null`` where unknown."""
    model = compared.model
    return {
        "log": {"source": model.log.source, "cases": model.log.cases, "instances": model.log.instances},
        "mode": model.mode,
        "teams_from": model.stations.source,
        "answers": [asdict(answer) for answer in model.identifiability()],
        "observed": _plain(compared.observed),
        "as_is": [{"load": load, **_plain(outcome)} for load, outcome in compared.as_is.items()],
        "scenarios": [_plain_tried(tried) for tried in withhold(compared, estimates).tried],
        "estimates": [] if estimates is None else [_finite(row) for row in estimates.to_rows()],
        "untold": list(notes),
    }


def _plain_tried(tried: Tried) -> Row:
    from svcflow.whatif.plain import to_plain

    return {
        "name": tried.scenario.name,
        "changes": [to_plain(change) for change in tried.scenario.changes],
        "refusal": tried.refusal,
        "runs": [{"load": load, **_plain(outcome)} for load, outcome in tried.outcomes.items()],
    }


def _plain(outcome: Outcome) -> Row:
    figures = [*FIGURES, *(f"sla.{name}" for name in outcome.sla)]
    return {
        "cases": len(outcome.case),
        "figures": _finite({name: outcome.measure(name) for name in figures}),
        "teams": _plain_teams(outcome.teams),
    }


def _plain_teams(teams: Teams) -> list[Row]:
    columns = ("done", "sojourn_mean", "sojourn_p90", "wait_mean", "wait_p90", "utilisation")
    return [
        {"team": name, **_finite({column: getattr(teams, column)[place].item() for column in columns})}
        for place, name in enumerate(teams.names)
        if teams.done[place]
    ]


def _finite(row: Row) -> Row:
    return {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}
