"""A plan as a page of Markdown: the waves for a manager, with the files that an engineer applies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from svcflow.advice.naming import Text
from svcflow.advice.plan import Plan, Wave
from svcflow.findings import Effect, Recommendation

_WORDS = {
    "title": {"en": "Roadmap", "zh": "路线图"},
    "none": {"en": "Nothing worth changing.", "zh": "没有值得改动之处。"},
    "wave": {"en": "Wave {n}", "zh": "第 {n} 批"},
    "together": {"en": "With all before it: {effect}.", "zh": "连同此前各批：{effect}。"},
    "patch": {
        "en": "Apply: `git apply --directory=WORKSPACE {file}`",
        "zh": "应用：`git apply --directory=WORKSPACE {file}`",
    },
    "left": {
        "en": "Not in it, since it changes the same lines: {numbers}.",
        "zh": "因修改相同的行而未纳入：{numbers}。",
    },
    "first": {"en": "Number {a} before number {b}.", "zh": "先第 {a} 项，后第 {b} 项。"},
    "order": {"en": "Order and conflicts", "zh": "次序与冲突"},
    "clash": {
        "en": "Numbers {a} and {b} change the same lines: adopt one, then ask again.",
        "zh": "第 {a} 与第 {b} 项修改相同的行：先采用一项，再重新运行。",
    },
    "limits": {"en": "What this log cannot tell", "zh": "本日志无法说明的"},
    "alone": {"en": "alone {alone}, within the plan {within}", "zh": "单独 {alone}，计划内 {within}"},
    "shares": {
        "en": "What all of it does to {metric}, no hour counted twice: {joint}",
        "zh": "全部改动对{metric}的影响（不重复计算）：{joint}",
    },
    "kind": {"en": "no patch: {kind}", "zh": "无补丁：{kind}"},
}
_KINDS = {
    "definition": {"en": "a change of the definition", "zh": "流程定义的改动"},
    "organisation": {"en": "a change of the organisation", "zh": "组织的改动"},
    "policy": {"en": "a policy", "zh": "规则"},
    "contract": {"en": "an agreement", "zh": "协议"},
    "training": {"en": "training", "zh": "培训"},
    "automation": {"en": "automation", "zh": "自动化"},
    "practice": {"en": "a way of working", "zh": "工作方式"},
}

_METRICS = {
    "mean_resolve_time": {"en": "the mean time to resolve", "zh": "平均解决时长"},
    "mean_cycle_time": {"en": "the mean cycle time", "zh": "平均总时长"},
}

Tell = Callable[[Effect, str], str]


def write_booklet(plan: Plan, names: Sequence[str | None], limits: Sequence[Text], *, lang: str, tell: Tell) -> str:
    """Return the page; `names` are the patch files of the recommendations, `tell` says an effect in a language."""
    return "\n".join(_write(plan, names, limits, (lang, tell))) + "\n"


def _write(plan: Plan, names: Sequence[str | None], limits: Sequence[Text], how: tuple[str, Tell]) -> Iterator[str]:
    lang, tell = how
    say = {key: text[lang] for key, text in _WORDS.items()}
    yield f"# {say['title']}"
    if not plan.recommendations:
        yield from ("", say["none"])
    for wave in plan.waves:
        yield from ("", f"## {say['wave'].format(n=wave.number)}", "")
        for number in wave.members:
            yield _list_one(plan, number, names[number - 1], lang)
        yield from _close(wave, say, lang, tell)
    yield from _order(plan, say)
    if plan.shares and plan.joint is not None:
        unit = plan.unit
        metric = name_metric(plan.metric, lang)
        yield from ("", say["shares"].format(metric=metric, joint=_change(plan.joint, unit)), "")
        for share in plan.shares:
            alone, within = (_change(value, unit) for value in (share.alone, share.within))
            told = say["alone"].format(alone=alone, within=within)
            yield f"- {share.member}. {_plain(plan.recommendations[share.member - 1].title[lang])}: {told}"
    if limits:
        yield from ("", f"## {say['limits']}", "")
        yield from (f"- {text[lang]}" for text in limits)


def _list_one(plan: Plan, number: int, file: str | None, lang: str) -> str:
    one: Recommendation = plan.recommendations[number - 1]
    where = f"`{file}`" if file else _WORDS["kind"][lang].format(kind=_KINDS[one.kind][lang])
    owner = f" · {(one.owner or '').replace('_', ' ')}" if one.owner else ""
    return f"{number}. {_plain(one.title[lang])} ({where}){owner}"


def _close(wave: Wave, say: dict[str, str], lang: str, tell: Tell) -> Iterator[str]:
    lead = next((e for e in wave.effects if e.low is not None and e.load == 1.0), None)
    if lead is not None:
        yield from ("", say["together"].format(effect=tell(lead, lang)))
    if wave.patch:
        yield from ("", say["patch"].format(file=f"wave-{wave.number}.patch"))
    if wave.left_out:
        yield say["left"].format(numbers=", ".join(map(str, wave.left_out)))


def _order(plan: Plan, say: dict[str, str]) -> Iterator[str]:
    if plan.first or plan.conflicts:
        yield from ("", f"## {say['order']}", "")
        yield from (f"- {say['first'].format(a=a, b=b)}" for a, b in plan.first)
        yield from (f"- {say['clash'].format(a=a, b=b)}" for a, b in plan.conflicts)


def _change(value: float, unit: str) -> str:
    told = f"{value:+.1f} {unit}"
    return f"0 {unit}" if abs(value) < 0.05 else told.replace("-", "−")


def name_metric(metric: str, lang: str) -> str:
    """Return what a metric is called."""
    told = _METRICS.get(metric)
    return told[lang] if told else metric.replace("_", " ")


def _plain(text: str) -> str:
    """Return text of a log as it may stand in Markdown: one line, no markup."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|!" else c for c in flat)
