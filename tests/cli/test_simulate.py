"""`svcflow simulate` on a sample log: text in both languages, JSON, mistakes said in one line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from svcflow.cli._simulation import _tell_estimates, withhold
from svcflow.cli.main import main
from svcflow.findings import Effect
from svcflow.simulation.comparing import Compared, Tried
from svcflow.whatif import WhatIf

ROOT = Path(__file__).parents[2]
LOG, WORKSPACE = str(ROOT / "logs" / "inquiries.csv"), str(ROOT / "workflows")


def write(folder: Path, text: str) -> str:
    path = folder / "plans.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_runs_beside_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plans = write(
        tmp_path,
        "svcflow: 1\nwhatif: inquiry\nchanges:\n"
        "  more: [{change: arrivals, factor: 1.2}]\n"
        "  batches: [{change: dissolve, activities: answer}]\n",
    )
    file = tmp_path / "runs.json"
    asked = ["simulate", LOG, "-w", WORKSPACE, "--what-if", plans, "--load", "1,1.1", "--replicates", "0", "-q"]
    assert main([*asked, "--lang", "both", "--json", str(file)]) == 0
    told = capsys.readouterr().out
    assert "as it is" in told
    assert "batches: not simulated: waiting for a batch" in told
    assert "模拟能回答什么" in told
    document = json.loads(file.read_text(encoding="utf-8"))
    assert [run["load"] for run in document["as_is"]] == [1.0, 1.1]
    more, batches = document["scenarios"]
    assert more["runs"][0]["cases"] > document["as_is"][0]["cases"]
    assert batches["runs"] == []
    assert batches["refusal"]["zh"]
    assert document["answers"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--load", "much"], "no list of loads"),
        (["--seed", "-1"], "--seed"),
        (["--what-if", "no-such.yaml"], "no-such.yaml"),
        (["--patch", "no-such.patch"], "--workspace"),
    ],
)
def test_mistakes_are_said_in_one_line(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", LOG, *options]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") <= 2


def test_estimates_are_told_in_the_language_asked_for() -> None:
    effect = Effect("mean_cycle_time", "h", 1.0, 10.0, None, 8.0, 9.0, "C", "a wide interval", "how", ("one", "two"),
                    "区间很宽", "方法", ("甲", "乙"))  # fmt: skip
    bare = replace(effect, low=None, high=None)
    rows = [SimpleNamespace(scenario=WhatIf(name), effects=(one,)) for name, one in (("x", effect), ("y", bare))]
    english, chinese = ("\n".join(_tell_estimates(rows, lang)) for lang in ("en", "zh"))
    assert "if one; two" in english
    assert "no figure: a wide interval" in english
    assert "区间很宽" in chinese
    assert "前提：甲；乙" in chinese
    assert "无数值：区间很宽" in chinese
    assert "wide" not in chinese


def test_no_run_is_shown_of_what_may_have_no_single_figure() -> None:
    def estimate(name: str, after: float | None) -> SimpleNamespace:
        return SimpleNamespace(scenario=WhatIf(name), lead=SimpleNamespace(after=after))

    runs = {1.0: object(), 0.9: object(), 1.1: object()}
    tried = tuple(Tried(WhatIf(name), dict(runs)) for name in ("sure", "bound", "unknown"))
    compared = Compared(None, None, {}, tried)
    assert withhold(compared, None) is compared
    kept = withhold(compared, [estimate("sure", 3.0), estimate("bound", None)]).tried
    assert [sorted(one.outcomes) for one in kept] == [[0.9, 1.0], [], []]
