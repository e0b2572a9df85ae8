"""`svcflow gate`: a run against its budgets and against the last run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _formats
from svcflow.cli import _options as options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svcflow.improvement import Verdict

EPILOG = """\b
Examples:
  svcflow gate export.csv -w workflows                              promises of the definitions
  svcflow gate export.csv -w workflows --history history.jsonl      and the last run
  svcflow gate analysis.json -w workflows --history history.jsonl   of an analysis made before
  svcflow gate export.csv --budget "resolve_time.mean <= 24h" --format github --format junit:gate.xml
"""

CODES = {"budget": ("GATE1", "over-budget"), "sla": ("GATE1", "over-budget"), "before": ("GATE2", "worse-than-before")}


@click.command(epilog=EPILOG)
@click.argument("run", metavar="LOG|ANALYSIS", type=click.Path())
@options.mapping
@options.workspace
@click.option("--history", metavar="FILE", type=click.Path(path_type=Path), help="Compare with the last run in it.")
@click.option("--append", is_flag=True, help="Add this run to the history after comparing.")
@click.option("--budget", "budgets", multiple=True, metavar="TEXT", help="A limit: 'resolve_time.mean <= 24h'.")
@click.option(
    "--tolerance", type=options.Number(0, 100), default=5.0, metavar="PERCENT", show_default=True,
    help="How much worse than the last run a figure may be.",
)  # fmt: skip
@click.option("--fail-on", type=click.Choice(("error", "warning")), default="error", show_default=True)
@_formats.option
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Compare a run with the budgets of its definitions and with the last run; exit with 1 where it is worse.

    A figure is worse than before only if it moved by more than the tolerance and by more than chance explains.
    """
    from svcflow.definitions import load
    from svcflow.errors import UsageError
    from svcflow.improvement import append_record, judge, make_record, read_history
    from svcflow.improvement.gate import parse_budget

    outputs = _formats.parse(given["formats"])
    budgets = [parse_budget(text) for text in given["budgets"]]
    if given["append"] and given["history"] is None:
        raise UsageError("--append without --history", "say which file to add the run to")
    runs = read_history(given["history"]) if given["history"] is not None else ()
    workspace = load(given["workspace"]) if given["workspace"] else None
    document = _read_run(given)
    if workspace is not None and not document.get("workspace"):
        raise UsageError(
            f"{given['run']} was made without definitions: what they promise cannot be judged",
            "make it again: svcflow analyze LOG -w WORKSPACE --json FILE",
        )
    record = make_record(document)
    before = next((run for run in reversed(runs) if run.key != record.key), None)
    verdicts = judge(
        document, record, workspace=workspace, before=before, budgets=budgets, tolerance=given["tolerance"] / 100
    )
    report = _report(verdicts, given)
    _formats.emit(report, outputs, quiet=given["quiet"])
    kept = sum(one.kept for one in verdicts)
    console.note(f"{kept} of {len(verdicts)} comparisons kept", quiet=given["quiet"])
    if given["history"] is not None and before is None:
        console.note(f"{given['history']}: no run before this one", quiet=given["quiet"])
    if given["append"]:
        new = append_record(given["history"], record)
        console.note(f"{given['history']}: {'added' if new else 'there already'}", quiet=given["quiet"])
    return int(any(map(report.is_grave, report.problems)) and not given["exit_zero"])


def _read_run(given: dict[str, Any]) -> dict[str, Any]:
    """Return the document of an analysis, read or made."""
    path = Path(given["run"])
    if path.suffix.casefold() == ".json" and _is_analysis(path):
        from svcflow.report import read_document

        return read_document(path.read_text(encoding="utf-8"), str(path))
    from svcflow.analysis import analyze

    with console.Progress(quiet=given["quiet"]) as progress:
        log = options.read_selected_log(given | {"log": given["run"]}, progress)
        return analyze(log, options.read_workspace(given), discover=False, advise=False, progress=progress).to_json()


def _is_analysis(path: Path) -> bool:
    """Return whether a JSON file is an analysis rather than a log."""
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(200).lstrip().startswith("{") and '"svcflow"' in path.read_text(encoding="utf-8")[:4000]
    except (OSError, UnicodeDecodeError):
        return False


def _report(verdicts: Sequence[Verdict], given: dict[str, Any]) -> _formats.Report:
    from svcflow.findings import Position, Problem

    run = str(given["run"])
    cases: list[_formats.Case] = []
    problems: list[Problem] = []
    for one in verdicts:
        place = one.position if one.position.file else Position(run, 1, 1, 1, 1)
        code, name = CODES["before" if one.name.startswith("before.") else "budget"]
        found = () if one.kept else (Problem(code, name, one.severity, one.message, place),)
        suite = "last run" if one.name.startswith("before.") else "budgets"
        cases.append(_formats.Case(suite, one.name, place, found))
        problems += found
    return _formats.Report(tuple(problems), (run,), tuple(cases), given["fail_on"], brief=True)
