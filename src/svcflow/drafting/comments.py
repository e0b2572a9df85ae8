"""What a draft says about itself in its comments, in English and Chinese."""

from __future__ import annotations

from datetime import UTC, datetime

from svcflow.drafting.people import People
from svcflow.eventlog.log import Log
from svcflow.mining.discovery import Model
from svcflow.mining.mined import Mined
from svcflow.wording import Lang, say_count, say_duration, say_share

_TEXTS: dict[Lang, dict[str, str]] = {
    "en": {
        "head": "Drafted from {source}: {cases} cases, {instances} activity instances, {variants} variants,"
        " {first} to {last}.",
        "miner": "Inductive miner, noise {noise}; fitness {fitness}, precision {precision}"
        " (token replay, {coverage} of the cases).",
        "aim": "It says what is done, not what should be: check the order, the owners and the targets, then own it.",
        "role": "Owners: the roles that do at least 5% of a step's events.",
        "team": "Owners: the log knows teams but no roles, so every team became a role.",
        "nobody": "Owners: the log tells no roles{teams}; everybody is an agent.",
        "teams": " and too many teams to name ({count})",
        "anytime": "Left out of the flow, since the work goes on around them: see anytime.",
        "wait": "waits {wait} at P90 -> within: {target}",
        "people": "Who works here, as far as {source} tells. Who reports to whom it does not say.",
    },
    "zh": {
        "head": "由 {source} 起草：{cases} 个案件，{instances} 个活动实例，{variants} 种变体，{first} 至 {last}。",
        "miner": "归纳挖掘，噪声 {noise}；拟合度 {fitness}，精确度 {precision}（令牌重放，覆盖 {coverage} 案件）。",
        "aim": "它说的是实际怎么做，而不是应该怎么做：请核对顺序、负责人和时限，再据为己有。",
        "role": "负责人：完成该步骤至少 5% 事件的角色。",
        "team": "负责人：日志只有团队没有角色，因此每个团队成为一个角色。",
        "nobody": "负责人：日志没有角色{teams}；一律记为 agent。",
        "teams": "，团队太多（{count} 个）无法逐一列出",
        "anytime": "以下步骤随时可能发生，不在流程之内：见 anytime。",
        "wait": "P90 等待 {wait} -> within: {target}",
        "people": "{source} 所能说明的人员情况；汇报关系和营业时间日志中没有。",
    },
}  # fmt: skip
_STEPS = (
    *((minutes * 60, f"{minutes}m") for minutes in (5, 10, 15, 20, 30, 45)),
    *((hours * 3600, f"{hours}h") for hours in (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 36)),
    *((days * 86400, f"{days}d") for days in (2, 3, 4, 5, 6, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 365)),
)


def round_up(seconds: float) -> str:
    """Return the next duration that a person would set as a target.

    >>> [round_up(s) for s in (1, 1000, 5401, 100_000, 4e9)]
    ['5m', '20m', '2h', '36h', '46297d']
    """
    return next((text for size, text in _STEPS if seconds <= size), f"{int(seconds // 86400) + 1}d")


def write_head(log: Log, mined: Mined, model: Model, lang: Lang) -> tuple[str, ...]:
    """Return what a draft was made of, and how well the mined model fits."""
    texts = _TEXTS[lang]
    first, last = (
        datetime.fromtimestamp(int(moment) / 1000, tz=UTC).date().isoformat()
        for moment in (log.start.min(), log.time.max())
    )
    head = texts["head"].format(
        source=log.source,
        cases=say_count(log.cases, lang),
        instances=say_count(log.instances, lang),
        variants=say_count(len(mined.variants), lang),
        first=first,
        last=last,
    )
    miner = texts["miner"].format(
        noise=say_share(model.noise),
        fitness="-" if model.fitness is None else say_share(model.fitness),
        precision="-" if model.precision is None else say_share(model.precision),
        coverage=say_share(model.coverage),
    )
    return head, miner, texts["aim"]


def write_notes(people: People, *, anytime: bool, lang: Lang) -> tuple[str, ...]:
    """Return where the owners were told from, and that some steps stand apart."""
    texts = _TEXTS[lang]
    teams = texts["teams"].format(count=people.teams) if people.teams > 0 else ""
    return (texts[people.source].format(teams=teams), *((texts["anytime"],) if anytime else ()))


def write_people(log: Log, lang: Lang) -> tuple[str, ...]:
    """Return what the organisation of a draft was told from."""
    return (_TEXTS[lang]["people"].format(source=log.source),)


def write_wait(seconds: float | None, lang: Lang) -> str:
    """Return what is waited for a step and the target that nine of ten cases keep; nothing where nobody waits."""
    if seconds is None or seconds < 1:
        return ""
    return _TEXTS[lang]["wait"].format(wait=say_duration(seconds, lang), target=round_up(seconds))
