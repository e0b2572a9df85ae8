"""What a log cannot carry: too short, too few people, no teams, one time stamp, a process that moved, no fit.

Advice says so and gives what is left: where the definitions do not fit (fitness below 80 %), recommendations without
patches; where queues are not known, no figure for staffing. Source: advice.md 4.1; the numbers are its gates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from svcflow.advice.naming import Text, say
from svcflow.estimation.fitness import explain_misfit
from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.findings import Finding

if TYPE_CHECKING:
    from svcflow.execution import Runs

WEEKS, CASES, PEOPLE = 8, 500, 5
_WEEK = 604_800_000


def list_limits(log: Log, findings: Sequence[Finding], runs: Runs | None) -> tuple[Text, ...]:
    """Return, in a sentence each, what the log does not allow to say."""
    return (*_list_size(log), *_list_columns(log), *_list_drift(findings), *_list_misfits(runs))


def _list_size(log: Log) -> Iterator[Text]:
    weeks = float(log.time.max() - log.start.min()) / _WEEK if log.instances else 0.0
    if weeks < WEEKS or log.cases < CASES:
        yield say(
            f"The log is short ({log.cases:,} cases in {weeks:.1f} weeks; {CASES} and {WEEKS} are needed): nothing is "
            "simulated, figures are bounds of a replay.",
            f"日志较短（{weeks:.1f} 周 {log.cases:,} 单；至少需要 {WEEKS} 周 {CASES} 单）：不做仿真，"
            "数字仅为回放界限。",
        )


def _list_columns(log: Log) -> Iterator[Text]:
    people = len(np.unique(log.resource[log.resource != UNKNOWN]))
    if not log.has_resources:
        yield say(
            "The log names no people: nothing is said of how many are needed, or who waits for whom.",
            "日志没有人员：无法判断需要多少人手，也无法判断谁在等谁。",
        )
    elif people < PEOPLE:
        yield say(
            f"The log knows {people} people: of so few, what belongs to a person and what to the work is not "
            "told apart.",
            f"日志仅有 {people} 人：人数过少，无法区分个人因素与工作因素。",
        )
    if not log.has_teams:
        yield say(
            "The log names no teams: handovers between them are not judged, nor is any team's capacity.",
            "日志没有团队：不评估团队间的移交，也不评估团队产能。",
        )
    if log.instances and not log.has_start.any():
        yield say(
            "The log has one time stamp an event: work and waiting are not told apart, and nothing is automated on it.",
            "日志每个事件仅有一个时间：无法区分处理与等待，因此不建议自动化。",
        )


def _list_drift(findings: Sequence[Finding]) -> Iterator[Text]:
    if any(finding.detector in {"drift", "growing-duration"} for finding in findings):
        yield say(
            "The process moved within the log: what is estimated holds for the load of the whole time, not of today.",
            "流程在日志期间发生了变化：估计反映整个期间的负荷，而非当前。",
        )


def _list_misfits(runs: Runs | None) -> Iterator[Text]:
    told = explain_misfit(runs)
    if told is not None:
        yield say(
            f"No patch is given: {told['en']}. Draft a definition from the log: svcflow draft LOG.",
            f"不给出补丁：{told['zh']}。可由日志起草定义：svcflow draft LOG。",
        )
