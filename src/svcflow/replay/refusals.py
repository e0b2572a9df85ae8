"""What a replay of single cases cannot answer, and why: no number is given that it could not stand behind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """Why there is no answer, in English and Chinese."""

    en: str
    zh: str


QUEUES = Unanswerable(
    "it moves queues; a replay takes each case alone and cannot judge it, a simulation can",
    "该改动影响排队；逐单重放无法评估，需要仿真",
)
NOTHING = Unanswerable("nothing of the log is in its scope", "日志中没有任何记录在其范围内")
NO_STARTS = Unanswerable(
    "the log knows only completions: how long the work takes is not measured",
    "日志只有完成时间：未测得实际处理时长",
)
TOO_FEW = Unanswerable(
    "fewer than 20 passes that stay in the same hands to compare with",
    "同一方内完成的可比步骤不足 20 次",
)
NO_BATCHES = Unanswerable(
    "no batches are seen: they need starts and names of who did the work",
    "未见批处理：需要开始时间和处理人",
)
NO_CALENDAR = Unanswerable("no such calendar is defined", "未定义该日历")
