"""Does the model give the log it was fitted on: mean cycle time within 10 %, P90 within 15 %, teams within 20 %.

**Otherwise** nothing is simulated; only a P90 between 15 and 30 % off is a soft miss. A good fit is necessary, never
enough: models that fit to 3 % gave effects three times too large (advice.md 0).
"""

from __future__ import annotations

from svcflow.estimation.evidence import Concern, Evidence, Verdict, accept, miss

MEAN = 0.10
P90 = 0.15
SOJOURN = 0.20
EQUAL = 1e-9
"""Less than this is rounding."""
SMALL = 0.25
"""A team that holds less than this share of all sojourns is not judged, unless the scenario touches it."""


def judge(evidence: Evidence, concern: Concern) -> Verdict | None:
    """Judge how far the simulated as-is lies from the observed one."""
    fit = evidence.fit
    if fit is None:
        return None
    if not abs(fit.mean - 1) <= MEAN + EQUAL:
        return _refuse(*_tell("mean cycle time", "平均周期", fit.mean, MEAN))
    if not abs(fit.p90 - 1) <= 2 * P90 + EQUAL:
        return _refuse(*_tell("P90 of the cycle time", "周期 P90", fit.p90, P90))
    for team, ratio in sorted(fit.sojourns.items()):
        judged = team in concern.teams or fit.weights.get(team, 0) >= SMALL
        if judged and not abs(ratio - 1) <= SOJOURN + EQUAL:
            return _refuse(
                f"the simulated sojourn at {team} is {_say(ratio)} the observed one; allowed is {SOJOURN:.0%}",
                f"{team} 的仿真停留时间为实际值的 {ratio:.0%}；允许偏差 {SOJOURN:.0%}",
            )
    if abs(fit.p90 - 1) > P90 + EQUAL:
        return miss("as-is-fit", "B", *_tell("P90 of the cycle time", "周期 P90", fit.p90, P90))
    share = f"{fit.mean - 1:+.0%}"
    return accept("as-is-fit", f"mean cycle time reproduced to {share}", f"平均周期再现偏差 {share}")


def _tell(what: str, wort: str, ratio: float, most: float) -> tuple[str, str]:
    return (
        f"the simulated {what} is {_say(ratio)} the observed one; allowed is {most:.0%} off",
        f"仿真的{wort}为实际值的 {ratio:.0%}；允许偏差 {most:.0%}",
    )


def _say(ratio: float) -> str:
    return f"{ratio:.0%} of"


def _refuse(en: str, zh: str) -> Verdict:
    return miss("as-is-fit", "C", en, zh)
