"""What a simulation of this log can answer and what not, in words, before anyone asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from svcflow.simulation.model import FlowModel, count_weeks
from svcflow.simulation.refusals import Text, say

WELL_KNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing asked of a model: whether it can be answered, and why, by language."""

    question: Literal["staff", "hours", "priority", "pace", "queue", "waits", "work", "unseen", "speed"]
    verdict: Literal["yes", "partly", "no"]
    words: Text


def judge(model: FlowModel) -> tuple[Answer, ...]:
    """Return the answers for a model."""
    return (_judge_staff(model), _judge_hours(model), *_judge_priority(model), *_judge_work(model), *_judge_rest(model))


def _judge_staff(model: FlowModel) -> Answer:
    if model.mode == "people":
        return Answer(
            "staff",
            "yes",
            say(
                "more or fewer people: yes; who was at work is read off their completions",
                "增减人手：可以；谁在岗由其完成记录推得",
            ),
        )
    return Answer(
        "staff",
        "partly",
        say(
            "capacity only in percent: the log names teams, not people, so only the rate of a team is known",
            "能力只能按百分比：日志只有团队没有人员，只知道团队的处理速率",
        ),
    )


def _judge_hours(model: FlowModel) -> Answer:
    if model.workspace is None:
        return Answer(
            "hours",
            "no",
            say(
                "other opening hours: not without a workspace that names calendars",
                "改变工作时间：需要给出含日历的工作区",
            ),
        )
    return Answer(
        "hours",
        "yes",
        say(
            "other opening hours: yes, with as many people at a time as now",
            "改变工作时间：可以，假定同时在岗人数不变",
        ),
    )


def _judge_priority(model: FlowModel) -> tuple[Answer, ...]:
    if model.priority_field is not None:
        return (
            Answer(
                "priority",
                "yes",
                say(
                    f"order of work: the field '{model.priority_field}' foretells who goes first and is used",
                    f"处理顺序：字段“{model.priority_field}”能预示先后，已采用",
                ),
            ),
        )
    return (
        Answer(
            "priority",
            "partly",
            say(
                "order of work: no field foretells it, so it is first come, first served; a new rule can be tried",
                "处理顺序：没有字段能预示，按先到先办处理；可以试行新规则",
            ),
        ),
    )


def _judge_work(model: FlowModel) -> tuple[Answer, ...]:
    if not np.isnan(model.service.recorded).all():
        words = say("time at work: recorded with starts", "处理时间：日志记录了开始时间")
        return (Answer("work", "yes", words),)
    words = say(
        "time at work: not measurable with one time stamp an event; what is used is an effective pace",
        "处理时间：每个事件只有一个时间戳，无法测得；采用的是有效处理速度",
    )
    found = [Answer("work", "no", words)]
    if model.mode == "people":
        worked = np.unique(model.log.activity[model.stations.of_row >= 0])
        thin = [model.log.activities[code] for code in worked.tolist() if model.service.gaps[code] == 0]
        if thin:
            few = ", ".join(thin[:3]) + (" ..." if len(thin) > 3 else "")
            words = say(
                f"the pace of some activities ({few}) is taken from others: too few pieces of work in a row",
                f"{len(thin)} 个活动（{few}）的处理速度取自其他活动：连续处理的样本太少",
            )
            found.append(Answer("pace", "partly", words))
    return tuple(found)


def _judge_rest(model: FlowModel) -> tuple[Answer, ...]:
    found = []
    share = float((model.stations.of_row >= 0).mean())
    words = say(
        f"{share:.0%} of the instances are work of teams here; the others keep the time they took",
        f"{share:.0%} 的活动由本方团队处理；其余保持原有用时",
    )
    found.append(Answer("waits", "yes" if share >= WELL_KNOWN else "partly", words))
    kept = [note.partition(":")[2] for note in model.notes if note.startswith("no-queue:")]
    kept += model.stations.small
    if kept:
        names = ", ".join(kept[:3]) + (" ..." if len(kept) > 3 else "")
        words = say(
            f"{len(kept)} teams ({names}) keep the times they took: too little work, or no match with who was seen",
            f"{len(kept)} 个团队（{names}）保留原有用时：工作太少，或与所见在岗情况不符",
        )
        found.append(Answer("queue", "no", words))
    raised = [note.partition(":")[2] for note in model.notes if note.startswith("speed-raised:")]
    raised = [name for name in raised if name not in kept]
    if raised:
        names = ", ".join(raised[:3]) + (" ..." if len(raised) > 3 else "")
        words = say(
            f"{len(raised)} teams ({names}) must have had more capacity than was seen: their load is uncertain",
            f"{len(raised)} 个团队（{names}）须假定比所见更多的能力：其负荷不确定",
        )
        found.append(Answer("speed", "partly", words))
    words = say(
        f"fitted on {count_weeks(model):.0f} weeks; loads far from those seen are not answered",
        f"依据 {count_weeks(model):.0f} 周拟合；与所见相差很远的负荷无法回答",
    )
    found.append(Answer("unseen", "no", words))
    return tuple(found)
