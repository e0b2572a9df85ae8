"""What an estimate says of itself, in English and Chinese: how it was made, and what it takes for granted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from svcflow.estimation.calibration import read_calibration
from svcflow.estimation.evidence import Text
from svcflow.estimation.sampling import Effort


def say(en: str, zh: str) -> Text:
    """Return a text in both languages."""
    return {"en": en, "zh": zh}


@dataclass(frozen=True, slots=True)
class Account:
    """How an estimate was made and what it assumes."""

    method: Text
    assumptions: tuple[Text, ...]

    def list_assumptions(self, lang: str) -> tuple[str, ...]:
        """Return the assumptions in a language."""
        return tuple(text[lang] for text in self.assumptions)

    def add(self, assumption: Text | None) -> Account:
        """Return the account with one assumption more, if there is one."""
        return self if assumption is None else Account(self.method, (*self.assumptions, assumption))


NO_METHOD = Account(say("none", "无"), ())

SIMULATED = (
    say("cases come and go their ways as in the log; only queues change", "案例的到达与路径同日志；仅排队变化"),
    say(
        "who is at work shows in completions; what a team can do is known to 7 %",
        "在岗情况由完成记录推得；团队能力误差约 7%",
    ),
)
REPLAYED = (
    say(
        "each case is replayed alone: queues neither shrink nor grow with the change",
        "逐案回放：排队不会因改动而变短或变长",
    ),
    say("an association in this log, not a proof of cause", "仅为本日志中的关联，并非因果证明"),
)
BOUND = say("a bound from the log case by case, no estimate", "逐案得出的界限，并非估计")


def account_simulation(effort: Effort, confidence: float, load: float) -> Account:
    """Return how a simulated estimate was made."""
    factor = read_calibration().factor
    method = say(
        f"simulation, {confidence:.0%} interval over {effort.replicates} fits to drawn weeks, widened by {factor:.2f}",
        f"仿真，{confidence:.0%} 区间来自 {effort.replicates} 次重抽周拟合，放宽 {factor:.2f} 倍",
    )
    told = (
        SIMULATED if load == 1 else (*SIMULATED, say(f"{load:.0%} of the cases arrive", f"到达量为现在的 {load:.0%}"))
    )
    return Account(method, told)


def account_replay(clusters: tuple[str, str], confidence: float, replicates: int) -> Account:
    """Return how a replayed bound was made."""
    return Account(
        say(
            f"replay, {confidence:.0%} bootstrap over {clusters[0]}, {replicates} replicates",
            f"回放，{confidence:.0%} 自助区间（{clusters[1]}，{replicates} 次）",
        ),
        REPLAYED,
    )


def join(texts: Iterable[Text]) -> Text:
    """Return texts one after the other; empty ones fall away."""
    told = [text for text in texts if text["en"]]
    return say("; ".join(text["en"] for text in told), "；".join(text["zh"] for text in told))
