"""`svcflow simulate`: the cases of a log played again through the queues of its teams, as it is and with changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import InputError, UsageError
from svcflow.jsontexts import write_json
from svcflow.wording import LANGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svcflow.definitions.model import Workspace
    from svcflow.eventlog.log import Log
    from svcflow.whatif import WhatIf

EPILOG = """\b
Examples:
  svcflow simulate export.csv -w workflows                          as it is: does the model give the log?
  svcflow simulate export.csv -w workflows --what-if plans.yaml     each scenario beside it, with its grade
  svcflow simulate export.csv -w workflows --patch 02-capacity.patch
  svcflow simulate export.csv --what-if plans.yaml --load 0.9,1,1.2 --replicates 50
  svcflow simulate export.csv --what-if plans.yaml --json - | jq '.scenarios[].runs'

\b
A file of scenarios (`svcflow schema whatif`):
  svcflow: 1
  whatif: complaint
  changes:
    two_more: {capacity: {Second line: +2}}
    no_approval: [{change: skip, activities: Approve, where: "priority == 'low'"}]
"""


def _read_loads(_context: click.Context, _option: click.Parameter, value: str) -> tuple[float, ...]:
    try:
        loads = tuple(dict.fromkeys(float(part) for part in value.split(",")))
    except ValueError:
        loads = ()
    if not loads or any(not 0.1 <= load <= 3 for load in loads):
        raise UsageError(f"'{value}' is no list of loads", "factors of the arrivals from 0.1 to 3: 0.9,1,1.1")
    return loads


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option("--what-if", "what_if", metavar="FILE", type=click.Path(), help="Scenarios to try, as YAML.")
@click.option("--patch", metavar="FILE", type=click.Path(), help="A patch of the workspace, tried as a scenario.")
@click.option(
    "--load", "loads", default="0.9,1,1.1", show_default=True, callback=_read_loads, help="Factors of the arrivals."
)
@click.option(
    "--replicates",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help="Fits to drawn weeks behind each interval. 0: single runs only, neither intervals nor grades.",
)
@click.option("--thorough", is_flag=True, help="Play all replicates, even where that takes minutes.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of everything that is drawn."
)
@click.option("--json", "json_file", metavar="FILE|-", help="Write everything as JSON ('-': stdout).")
@options.lang
@options.selection
@options.filters
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Play the cases of LOG again through the queues of its teams: as it is, and with changes beside it.

    Arrivals, routes and the waits of others are those of the log; only queueing is simulated. Capacity, pace and delays
    are read off completions, or recorded starts. What cannot be answered is said; what can is graded.
    """
    from svcflow.cli._simulation import tell, to_json
    from svcflow.disclosure import refuse_few
    from svcflow.mining import mine
    from svcflow.simulation import fit
    from svcflow.simulation.comparing import compare

    progress = console.Progress(quiet=given["quiet"])
    console.refuse_unwritable(None if given["json_file"] == "-" else given["json_file"])
    workspace = options.read_workspace(given)
    with progress:
        log = options.read_selected_log(given, progress)
        refuse_few(log.cases, given["min_group"])
        scenarios, notes = _read_scenarios(given, log, workspace)
        progress("mining")
        mined = mine(log, progress=progress)
        model = fit(log, mined, workspace, progress=progress)
        compared = compare(model, scenarios, given["loads"], seed=given["seed"], progress=progress)
        estimates = None
        if scenarios and given["replicates"]:
            from svcflow.estimation import estimate

            estimates = estimate(
                log,
                mined,
                workspace,
                scenarios,
                loads=given["loads"],
                replicates=given["replicates"],
                thorough=given["thorough"],
                seed=given["seed"],
                progress=progress,
            )
    document = to_json(compared, estimates, notes)
    text = write_json(document)
    if given["json_file"] == "-":
        click.echo(text, nl=False)
        return 0
    langs = LANGS if given["lang"] == "both" else (given["lang"],)
    click.echo("\n\n".join("\n".join(tell(compared, estimates, notes, lang)) for lang in langs))
    if given["json_file"] is not None:
        console.write_file(Path(given["json_file"]), text, quiet=given["quiet"])
    return 0


def _read_scenarios(
    given: dict[str, Any], log: Log, workspace: Workspace | None
) -> tuple[Sequence[WhatIf], tuple[str, ...]]:
    """Return the scenarios asked for, in the words of the log, and what of a patch shows in no log."""
    from svcflow.whatif.files import read_whatifs
    from svcflow.whatif.patches import read_patch
    from svcflow.whatif.translation import translate

    found: list[WhatIf] = []
    notes: tuple[str, ...] = ()
    if given["what_if"]:
        process, scenarios = read_whatifs(Path(given["what_if"]))
        found += [translate(scenario, log, workspace, process) for scenario in scenarios]
    if given["patch"]:
        if workspace is None:
            raise UsageError("a patch changes a workspace", "name it with --workspace")
        path = Path(given["patch"])
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise InputError(f"cannot read the patch '{path}': {error.strerror or error}") from None
        except UnicodeDecodeError:
            raise InputError(f"cannot read the patch '{path}': not UTF-8", "save it as UTF-8") from None
        patched = read_patch(text, workspace, path.stem)
        notes = patched.untold
        if patched.scenario.changes:
            found.append(translate(patched.scenario, log, workspace))
    return found, notes
