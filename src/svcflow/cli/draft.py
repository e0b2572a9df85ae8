"""`svcflow draft`: a first definition mined from a log, valid by construction, its fit measured by executing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.cli._withheld import say_told
from svcflow.errors import UsageError
from svcflow.wording import say_count, say_share

if TYPE_CHECKING:
    from svcflow.drafting import Draft
    from svcflow.execution import Runs

EPILOG = """\b
Examples:
  svcflow draft export.csv -o workflows                     a workspace: the process and its organisation
  svcflow draft export.csv -o workflows/support.svcflow.yaml   the process, beside the organisation there
  svcflow draft export.csv -m mapping.yaml --noise 0.4      rougher and shorter, to stdout
  svcflow draft export.csv --where "priority == 'high'" --process urgent -o workflows
  svcflow validate workflows                                then read it, mend it, and check it
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@click.option("-o", "--output", default="-", metavar="FILE|DIR|-", help="Where to write; by default stdout.")
@click.option("--process", metavar="ID", help="The id of the process; by default the name of the file or the log.")
@click.option(
    "--noise", type=options.Number(0, 1), default=0.2, show_default=True, help="Share of rare behaviour left out."
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of comments.")
@click.option("--force", is_flag=True, help="Write over a definition that stands there already.")
@options.selection
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Draft a definition from LOG: its usual flow, its steps with their labels, owners and waiting times.

    The flow is mined (inductive miner) and tidied; activities that interrupt it here and there stand under anytime.
    How well it fits is measured by executing it on the same log. A draft says what is done, not what should be.
    """
    from svcflow.cli._landing import compose, land
    from svcflow.drafting import draft
    from svcflow.execution import execute
    from svcflow.mining.disclosure import keep_common_cases

    with console.Progress(quiet=given["quiet"]) as progress:
        log = options.read_selected_log(given, progress)
        progress("drafting")
        common = keep_common_cases(log, given["min_group"]) if given["min_group"] else log
        drafted = draft(common, name=_name(given), noise=given["noise"], lang=given["lang"])
        progress("executing")
        runs = execute(compose(drafted.process, drafted.organisation)[1], log)
    land(given["output"], drafted.process, drafted.organisation, given)
    for line in _summary(drafted, runs, given["min_group"]):
        click.echo(line, err=given["output"] == "-")
    return 0


def _name(given: dict[str, Any]) -> str:
    """Return the name of the process: stated, or that of the file to write, or the log's."""
    if given["process"] is not None:
        if not given["process"].strip():
            raise UsageError("--process is empty", "name the process, as in --process support")
        return str(given["process"])
    target = Path(given["output"])
    chosen = target if target.suffix in (".yaml", ".yml") else Path(given["log"])
    return chosen.name.split(".")[0] or "process"


def _summary(drafted: Draft, runs: Runs, least: int | None) -> list[str]:
    """Return how well the draft fits the log it comes from."""
    from svcflow.execution.disclosure import withhold_runs

    process, model = drafted.process, drafted.model
    lines = [f"{process.id}: {len(process.steps)} steps, {len(process.anytime)} of them at any time"]
    if model.fitness is not None:
        precision = "" if model.precision is None else f", precision {say_share(model.precision)}"
        lines.append(f"  mined model: fitness {say_share(model.fitness)}{precision}")
    told = withhold_runs({"runs": runs.to_json(), "deviations": runs.deviations_table()}, least)
    for run in told["runs"].values():
        cases, good = run["cases"], run["conforming"]
        share = "" if good is None else f"{say_share(good / cases)} of "
        lines.append(
            f"  executed: {share}{say_count(cases)} cases conform ({say_told(good)}), {say_told(run['open'])} open"
        )
        known = [item for item in run["deviations"].items() if item[1] is not None]
        counts = sorted(known, key=lambda item: (-item[1], item[0]))
        said = ", ".join(f"{_say(code)} {say_count(count)}" for code, count in counts[:4])
        lines += [f"  deviations: {said}"] if said else []
    return lines


def _say(code: str) -> str:
    from svcflow.execution import catalogue

    return catalogue[code].name.replace("_", " ")
