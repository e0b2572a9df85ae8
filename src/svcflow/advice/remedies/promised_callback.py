"""Put a clock and a ladder on a promise that is broken: a call-back owed, a reply announced.

Heuristic: control addition (Reijers & Liman Mansar 2005). A rule says what must follow; a clock reminds of it before
it is too late.

When it fits: a rule `after ... then ... within` is broken, and no SLA runs between the two steps.

What may get worse: cost, for the calls that are now made; quality, if a call is made only to stop the clock.

The patch adds an SLA from the first step to what is owed, with the time of the rule as its target, for the cases that
the rule is about, and an escalation ladder up the reporting line. No effect is given: what was never done took no time.
"""

from __future__ import annotations

from svcflow.advice import edits, proposal
from svcflow.advice.context import Context, Place
from svcflow.advice.naming import Text, say, shorten
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.targets import ORDER, find_line
from svcflow.definitions.durations import write_duration
from svcflow.definitions.model import Process, Rule
from svcflow.findings import Finding
from svcflow.replay.chain import select
from svcflow.wording import say_share

DETECTORS = ("missed-callback",)
REMEDY = Remedy("promised-callback", "control addition", "small", 1)


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` where a clock runs over the promise already."""
    if context.workspace is None:
        return None
    process = context.workspace.processes.get(str(finding.evidence.get("process")))
    rule = process.rules.get(str(finding.evidence.get("rule"))) if process else None
    if process is None or rule is None:
        return None
    patch = _watch(context, process, rule)
    if patch is None:
        return None
    step = process.steps[rule.others[0]]
    name = context.names.step(step, finding.subject.names[0])
    rows = select(context.chain, finding)
    place = context.find_place(rows, process.id) if rows.any() else None
    words = _word(finding, name, context.name_target(rule.within_s or 86_400, place))
    return proposal.propose(REMEDY, finding, words, context, patch=patch, owner=process.owner)


def _watch(context: Context, process: Process, rule: Rule) -> str | None:
    """Return a patch with an SLA over the rule; ``None`` if one runs between its steps."""
    workspace = context.workspace
    assert workspace is not None
    since, until, key = rule.steps[0], rule.others, f"{rule.id}_kept"
    if key in process.slas or any(since in sla.start and set(until) & set(sla.stop) for sla in process.slas.values()):
        return None
    step = process.steps[until[0]]
    leads = [*find_line(workspace, Place(process, step, context.chain.first))] or [process.owner]
    rungs = ", ".join(f"{percent}%: {role}" for percent, role in zip((80, 100), leads, strict=False))
    text = workspace.sources[process.file]
    when = edits.read(text, ("rules", rule.id, "when"))
    stop = until[0] if len(until) == 1 else f"[{', '.join(until)}]"
    entry = (
        f"{{from: {since}, to: {stop}, target: {write_duration(rule.within_s or 86_400)}, objective: 95%, "
        + (f"when: {_quote(when)}, " if when else "")
        + f"escalate: {{{rungs}}}}}"
    )
    return write_patch(workspace, process.file, edits.insert_entry(text, "slas", key, entry, order=ORDER))


def _quote(guard: str) -> str:
    """Return a guard as it may stand inside braces."""
    return f'"{guard}"' if "," in guard and '"' not in guard and guard[:1] not in "'\"" else guard


def _word(finding: Finding, name: Text, limit: Text) -> Words:
    promised = int(finding.evidence.get("promised", 0) or 0)
    missed, late = (int(finding.evidence.get(key, 0) or 0) for key in ("missed", "late"))
    share = (missed + late) / max(promised, 1)
    en, zh = (shorten(name[lang]) for lang in ("en", "zh"))
    return Words(
        title=say(f"Remind of '{en}' before {limit['en']} are over", f"“{zh}”在 {limit['zh']}到期前提醒"),
        reason=say(
            f"Of {promised:,} times that '{name['en']}' was owed, it never came {missed:,} times and came late "
            f"{late:,} times. No clock runs over it.",
            f"应有“{name['zh']}”{promised:,} 次，其中 {missed:,} 次从未发生，{late:,} 次迟到。没有时限监控。",
        ),
        risks=say(
            "Cost: the calls that are now made. Quality: a call may be made only to stop the clock.",
            "成本：补做这些回访。质量：可能只为停表而回访。",
        ),
        check=say(
            f"After four weeks: svcflow execute WORKSPACE NEW_LOG. At most {say_share(share / 2)} of what is owed late "
            f"or missing (now {say_share(share)}).",
            f"四周后运行 svcflow execute WORKSPACE NEW_LOG：迟到或缺失不超过 {say_share(share / 2)}"
            f"（目前 {say_share(share)}）。",
        ),
        rollback=say(
            "Take it back (git apply -R) if customers who were called are no more content than the others after a "
            "quarter.",
            "若一个季度后被回访客户的满意度不高于其他客户，则撤回（git apply -R）。",
        ),
    )
