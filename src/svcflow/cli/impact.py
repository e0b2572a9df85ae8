"""`svcflow impact`: which recorded cases change verdict when definitions change."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.findings import NOWHERE, Position
from svcflow.wording import say_count

if TYPE_CHECKING:
    from svcflow.execution.impact import Impact, Reason

EPILOG = """\b
Examples:
  svcflow impact workflows-main workflows export.csv              what would the change do to these cases?
  svcflow impact workflows-main workflows export.csv --process complaint --top 30
  svcflow impact workflows-main workflows export.csv --format json
  svcflow impact workflows-main workflows export.csv --fail-on change
  svcflow case export.csv 4711 -w workflows                       one case line by line
  svcflow diff workflows-main workflows                           the definitions themselves

\b
Exit status, by --fail-on:
  worse   1 if the verdict of any case gets worse: it conformed and no longer does, more of its
          clocks are late, or it has more deviations (remarks aside)
  change  1 if any verdict changes at all
  none    0 whatever changes
"""
_SIGNS = {"worse": ("▼", "red"), "better": ("▲", "green"), "other": ("~", "yellow")}


@click.command(epilog=EPILOG)
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@options.log
@options.mapping
@click.option("--process", metavar="ID", help="Judge by this definition alone.")
@click.option("--as-of", metavar="TIME", help="Now, for clocks still running; by default the log's last time stamp.")
@click.option("--no-guards", is_flag=True, help="Leave conditions aside: judge the order of steps alone.")
@click.option("--top", type=click.IntRange(min=1), default=15, show_default=True, help="Reasons shown.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["worse", "change", "none"]),
    default="worse",
    show_default=True,
    help="Exit with 1 if a verdict gets worse, or changes at all.",
)
@options.selection
@options.bad_rows
@options.quiet
@click.option("--no-color", is_flag=True, help="No colours, also on a terminal.")
def command(**given: Any) -> int:
    """Judge the cases of LOG by the definitions in OLD and in NEW, and say whose verdict changes, and why.

    A verdict is whether a case conforms, its outcome, the state of its SLA clocks, and its deviations.
    """
    from svcflow.definitions import load
    from svcflow.execution import execute
    from svcflow.execution.impact import compare_runs

    old, new = load(given["old"]), load(given["new"])
    with console.Progress(quiet=given["quiet"]) as progress:
        log = options.read_selected_log(given, progress)
        how = {"as_of": given["as_of"], "process": given["process"], "guards": not given["no_guards"]}
        progress("executing the old definitions")
        before = execute(old, log, **how)
        progress("executing the new definitions")
        impact = compare_runs(before, execute(new, log, **how))
    if given["form"] == "json":
        click.echo(write_json(impact, (given["old"], given["new"]), given["top"]))
    else:
        colour = console.use_colour(sys.stdout, wanted=not given["no_color"])
        for line in _write_text(impact, given["top"]):
            click.echo(line, color=colour)
    counted = {"worse": impact.worse, "change": impact.changed, "none": 0}
    return int(counted[given["fail_on"]] > 0)


def _write_text(impact: Impact, top: int) -> Iterator[str]:
    if not impact.changed:
        yield f"of {_cases(impact.cases)} none changes verdict"
        return
    verb = "changes" if impact.changed == 1 else "change"
    turns = [
        f"{say_count(number)} {words}"
        for number, words in (
            (impact.no_longer_conforming, "no longer conforming"),
            (impact.now_late, "now late"),
            (impact.now_conforming, "now conforming"),
            (impact.no_longer_late, "no longer late"),
        )
        if number
    ]
    told = f": {', '.join(turns)}" if turns else ""
    yield click.style(f"of {_cases(impact.cases)} {say_count(impact.changed)} {verb}{told}", bold=True)
    other = impact.changed - impact.worse - impact.better
    yield f"{say_count(impact.worse)} worse, {say_count(impact.better)} better, {say_count(other)} neither"
    yield f"conforming {_turn(impact.conforming)}, late {_turn(impact.late)}"
    yield ""
    yield from (line for reason in impact.reasons[:top] for line in _tell(reason))
    if len(impact.reasons) > top:
        yield f"and {len(impact.reasons) - top} more reasons (--top)"


def _tell(reason: Reason) -> Iterator[str]:
    sign, colour = _SIGNS[reason.turn]
    yield f"{click.style(sign, fg=colour)} {say_count(reason.cases):>7}  {console.one_line(_say(reason))}"
    places = _places(reason)
    if places:
        yield click.style(f"           {console.one_line(places)}", dim=True)
    yield f"           cases {console.one_line(', '.join(reason.examples))}"


def _say(reason: Reason) -> str:
    process = f"{reason.process}: " if reason.process else ""
    if reason.kind == "deviation":
        about = f"{reason.code} {reason.name} {reason.subject}".strip()
        return f"{process}{'now' if reason.new else 'no longer'} {about}"
    if reason.kind == "sla":
        return f"{process}'{reason.subject}' {reason.old.replace('_', ' ')} → {reason.new.replace('_', ' ')}"
    if reason.kind == "outcome":
        return f"{process}outcome {reason.old} → {reason.new}"
    return f"judged by {reason.new or 'no process'} instead of {reason.old or 'no process'}"


def _places(reason: Reason) -> str:
    old, new = (f"{p.file}:{p.line}" if p and p != NOWHERE else "" for p in (reason.old_position, reason.new_position))
    if reason.kind == "process" or not (old or new):
        return ""
    return new if old == new else f"{old or 'not defined'} → {new or 'not defined'}"


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{say_count(count)} cases"


def _turn(both: Sequence[int]) -> str:
    return f"{say_count(both[0])} → {say_count(both[1])}"


def write_json(impact: Impact, names: tuple[str, str], top: int) -> str:
    """Return an impact as JSON; see `svcflow schema impact`."""
    counts = ("cases", "changed", "worse", "better")
    turned = ("now_conforming", "no_longer_conforming", "now_late", "no_longer_late")
    value = {
        "version": 1,
        "old": names[0],
        "new": names[1],
        **{name: getattr(impact, name) for name in counts},
        **{name: dict(zip(("old", "new"), getattr(impact, name), strict=True)) for name in ("conforming", "late")},
        **{name: getattr(impact, name) for name in turned},
        "reasons": [_reason_json(reason) for reason in impact.reasons[:top]],
        "more": max(len(impact.reasons) - top, 0),
    }
    return json.dumps(value, ensure_ascii=False, indent=1)


def _reason_json(reason: Reason) -> dict[str, Any]:
    texts = ("kind", "process", "code", "name", "subject", "old", "new", "turn", "cases")
    return {
        **{name: getattr(reason, name) for name in texts},
        "examples": list(reason.examples),
        "old_position": _position_json(reason.old_position),
        "new_position": _position_json(reason.new_position),
    }


def _position_json(position: Position | None) -> dict[str, Any] | None:
    if position is None or position == NOWHERE:
        return None
    return {"file": position.file, "line": position.line, "column": position.column}
