"""`svcflow execute`: every case of a log judged by the definitions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.cli._withheld import say_told, say_withheld
from svcflow.wording import say_count, say_duration, say_missed, say_share

if TYPE_CHECKING:
    from svcflow.execution import Runs

EPILOG = """\b
Examples:
  svcflow execute workflows export.csv                     where do cases depart from the definitions?
  svcflow execute workflows export.csv --process complaint --top 30
  svcflow execute workflows export.csv --as-of 2026-11-02  as it stood on that day
  svcflow execute workflows export.csv --no-guards         the order of steps alone
  svcflow execute workflows export.csv --json runs.json --fail-on error
  svcflow case export.csv 4711 -w workflows                one case line by line
  svcflow explain D101                                     what a deviation means
"""

_GRAVE = {"none": (), "error": ("error",), "warning": ("error", "warning"), "info": ("error", "warning", "info")}


@click.command(epilog=EPILOG)
@click.argument("workspace", type=click.Path())
@options.log
@options.mapping
@click.option("--process", metavar="ID", help="Judge by this definition alone.")
@click.option("--as-of", metavar="TIME", help="Now, for clocks still running; by default the log's last time stamp.")
@click.option("--abandoned-after", metavar="SPAN", default="30d", show_default=True, help="Age of an abandoned case.")
@click.option("--no-guards", is_flag=True, help="Leave conditions aside: judge the order of steps alone.")
@click.option("--top", type=click.IntRange(min=1), default=15, show_default=True, help="Rows of the deviations shown.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--json", "json_file", metavar="FILE|-", help="Write the result as JSON, too.")
@click.option(
    "--fail-on",
    type=click.Choice(list(_GRAVE)),
    default="none",
    show_default=True,
    help="Exit with 1 if there is a deviation this grave.",
)
@options.selection
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Judge the cases of LOG by the definitions in WORKSPACE.

    Every case is explained in the cheapest way by the definition that applies to it; what the explanation had to
    skip, to add or to bend is a deviation. People, step targets and SLA clocks are judged besides.
    """
    from svcflow.definitions import load
    from svcflow.execution import catalogue, execute
    from svcflow.execution.disclosure import withhold_runs

    to_stdout = given["json_file"] == "-"
    console.refuse_unwritable(None if to_stdout else given["json_file"])
    workspace = load(given["workspace"])
    with console.Progress(quiet=given["quiet"]) as progress:
        log = options.read_selected_log(given, progress)
        progress(f"executing the definitions on {log.cases:,} cases")
        runs = execute(
            workspace,
            log,
            as_of=given["as_of"],
            process=given["process"],
            guards=not given["no_guards"],
            abandoned_after=given["abandoned_after"],
            progress=progress,
        )
    table = runs.deviations_table()
    document = withhold_runs(
        {"runs": runs.to_json(), "unclaimed": runs.unclaimed, "deviations": table}, given["min_group"]
    )
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    if given["form"] == "json" or to_stdout:
        click.echo(text)
    else:
        for line in _summary(runs, document, given["top"]):
            click.echo(line)
    if given["json_file"] and not to_stdout:
        console.write_file(Path(given["json_file"]), text + "\n", quiet=given["quiet"])
    for note in _notes(runs, document["unclaimed"]):
        console.note(f"note: {console.one_line(note)}", quiet=given["quiet"])
    return int(any(catalogue[row["code"]].severity in _GRAVE[given["fail_on"]] for row in table))


def _notes(runs: Runs, unclaimed: int | None) -> Iterator[str]:
    yield from runs.notes
    if unclaimed != 0:
        cases = "1 case is" if unclaimed == 1 else f"{say_told(unclaimed)} cases are"
        yield f"{cases} claimed by no process (see `applies_to`, or name one with --process)"
    for run in runs.processes.values():
        for note in run.notes:
            yield f"{run.process.id}: {note}"


def _summary(runs: Runs, document: dict[str, Any], top: int) -> Iterator[str]:
    if not runs.processes:
        yield "no case of this log belongs to a process of the workspace"
    for number, (name, run) in enumerate(document["runs"].items()):
        if number:
            yield ""
        yield click.style(f"{name} — {runs.processes[name].process.name.en}", bold=True)
        yield from _process(run)
        yield from _deviations([row for row in document["deviations"] if row["process"] == name], top)
    for table in ("runs", "deviations"):
        if said := say_withheld(document, table):
            yield f"\n{table}: {said}"


def _process(run: dict[str, Any]) -> Iterator[str]:
    cases, good = run["cases"], run["conforming"]
    told = "" if good is None else f"{say_share(good / cases)} "
    yield (
        f"  {say_count(cases)} cases, {told}conform in flow and people ({say_told(good)}), {say_told(run['open'])} open"
    )
    for name, sla in run["slas"].items():
        share, aim = sla["attainment"], sla["objective"]
        withheld = any(sla[state] is None for state in _STATES)
        kept = "attainment withheld" if withheld else "no clock has been judged"
        kept = kept if share is None else f"{say_share(share)} met"
        wanted = f", objective {say_share(aim)}" if aim is not None else ""
        states = ", ".join(f"{sla[state]} {state}" for state in _STATES if sla[state])
        yield f"  SLA {name}: {kept}{wanted} ({states or ('withheld' if withheld else 'no clock ever started')})"
    for name, duty in run["duties"].items():
        share = duty["share_kept"]
        withheld = any(duty[state] is None for state in _DUTIES)
        kept = (
            ("share withheld" if withheld else "none has been due")
            if share is None
            else f"{say_share(share)} kept in time"
        )
        states = ", ".join(f"{say_count(duty[state])} {state}" for state in _DUTIES if duty[state])
        yield f"  duty {name}: {kept} ({states or ('withheld' if withheld else 'none arose')})"
    if run["allowed"]:
        counts = run["allowed"].values()
        yield f"  {say_told(None if None in counts else sum(counts))} agreed deviations are left out"
    for name, kpi in run["kpis"].items():
        if kpi["value"] is not None:
            verdict = {True: ", kept", False: ", missed", None: ""}[kpi["met"]]
            told = _figure(kpi)
            told = say_missed(told, kpi["value"], str(kpi["target"])) if kpi["met"] is False else told
            yield f"  KPI {name}: {told}, target {kpi['target']}{verdict} (n = {say_told(kpi['n'])})"


_DUTIES = ("kept", "late", "missed", "open", "cancelled")
_STATES = ("met", "breached", "overdue", "running", "paused", "cancelled")


def _figure(kpi: dict[str, Any]) -> str:
    if kpi["unit"] == "share":
        return say_share(kpi["value"])
    return say_duration(kpi["value"]) if kpi["unit"] == "s" else f"{kpi['value']:.2f}"


def _deviations(rows: list[dict[str, Any]], top: int) -> Iterator[str]:
    from svcflow.cli._tables import Shown, align

    if not rows:
        yield "  no deviations"
        return
    shown = [
        row
        | {
            "what": str(row["name"]).replace("_", " "),
            "step": row["step"] or "",
            "where": f"{row['file']}:{row['line']}" if row["file"] else "",
            "some": ", ".join(row["examples"][:3]),
        }
        for row in rows[:top]
    ]
    columns = (
        Shown("code", "code"),
        Shown("deviation", "what"),
        Shown("step", "step"),
        Shown("cases", "cases", say_count, right=True),
        Shown("count", "count", say_count, right=True),
        Shown("definition", "where", widest=60),
        Shown("for example", "some"),
    )
    yield ""
    for line in align(shown, columns).splitlines():
        yield f"  {line}"
    if len(rows) > top:
        yield f"  … and {len(rows) - top} more kinds (--top {len(rows)})"
