"""`svcflow impact`: which recorded cases change verdict when definitions change."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.cli._withheld import say_told, say_withheld
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
Row = dict[str, Any]

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
@options.min_group
@options.bad_rows
@options.quiet
@click.option("--no-color", is_flag=True, help="No colours, also on a terminal.")
def command(**given: Any) -> int:
    """Judge the cases of LOG by the definitions in OLD and in NEW, and say whose verdict changes, and why.

    A verdict is whether a case conforms, its outcome, the state of its SLA clocks, and its deviations.
    """
    from svcflow.definitions import load
    from svcflow.execution import execute
    from svcflow.execution.disclosure import withhold_impact
    from svcflow.execution.impact import compare_runs

    old, new = load(given["old"]), load(given["new"])
    with console.Progress(quiet=given["quiet"]) as progress:
        log = options.read_selected_log(given, progress)
        how = {"as_of": given["as_of"], "process": given["process"], "guards": not given["no_guards"]}
        progress("executing the old definitions")
        before = execute(old, log, **how)
        progress("executing the new definitions")
        impact = compare_runs(before, execute(new, log, **how))
    whole = as_document(impact, (given["old"], given["new"]))
    document = withhold_impact(whole, given["min_group"])
    if given["form"] == "json":
        click.echo(write_json(document, given["top"]))
    else:
        colour = console.use_colour(sys.stdout, wanted=not given["no_color"])
        for line in _write_text(document, given["top"]):
            click.echo(line, color=colour)
    counted = {"worse": impact.worse, "change": impact.changed, "none": 0}
    return int(counted[given["fail_on"]] > 0)


def _write_text(impact: Row, top: int) -> Iterator[str]:
    if impact["changed"] == 0:
        yield f"of {_cases(impact['cases'])} none changes verdict"
        return
    verb = "changes" if impact["changed"] == 1 else "change"
    turns = [
        f"{say_told(impact[name])} {words}"
        for name, words in (
            ("no_longer_conforming", "no longer conforming"),
            ("now_late", "now late"),
            ("now_conforming", "now conforming"),
            ("no_longer_late", "no longer late"),
        )
        if impact[name]
    ]
    told = f": {', '.join(turns)}" if turns else ""
    yield click.style(f"of {_cases(impact['cases'])} {say_told(impact['changed'])} {verb}{told}", bold=True)
    counts = [impact[name] for name in ("changed", "worse", "better")]
    other = None if None in counts else counts[0] - counts[1] - counts[2]
    yield f"{say_told(impact['worse'])} worse, {say_told(impact['better'])} better, {say_told(other)} neither"
    yield f"conforming {_turn(impact['conforming'])}, late {_turn(impact['late'])}"
    yield ""
    yield from (line for reason in impact["reasons"][:top] for line in _tell(reason))
    if len(impact["reasons"]) > top:
        yield f"and {len(impact['reasons']) - top} more reasons (--top)"
    if said := say_withheld(impact, "reasons"):
        yield f"reasons: {said}"


def _tell(reason: Row) -> Iterator[str]:
    sign, colour = _SIGNS[reason["turn"]]
    yield f"{click.style(sign, fg=colour)} {say_count(reason['cases']):>7}  {console.one_line(_say(reason))}"
    places = _places(reason)
    if places:
        yield click.style(f"           {console.one_line(places)}", dim=True)
    if reason["examples"]:
        yield f"           cases {console.one_line(', '.join(reason['examples']))}"


def _say(reason: Row) -> str:
    process = f"{reason['process']}: " if reason["process"] else ""
    old, new = reason["old"], reason["new"]
    if reason["kind"] == "deviation":
        about = f"{reason['code']} {reason['name']} {reason['subject']}".strip()
        return f"{process}{'now' if new else 'no longer'} {about}"
    if reason["kind"] == "sla":
        return f"{process}'{reason['subject']}' {old.replace('_', ' ')} → {new.replace('_', ' ')}"
    if reason["kind"] == "outcome":
        return f"{process}outcome {old} → {new}"
    return f"judged by {new or 'no process'} instead of {old or 'no process'}"


def _places(reason: Row) -> str:
    places = (reason["old_position"], reason["new_position"])
    old, new = (f"{place['file']}:{place['line']}" if place else "" for place in places)
    if reason["kind"] == "process" or not (old or new):
        return ""
    return new if old == new else f"{old or 'not defined'} → {new or 'not defined'}"


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{say_count(count)} cases"


def _turn(both: Row) -> str:
    return f"{say_told(both['old'])} → {say_told(both['new'])}"


def as_document(impact: Impact, names: tuple[str, str]) -> Row:
    """Return an impact as plain values, with all its reasons; see `svcflow schema impact`."""
    counts = ("cases", "changed", "worse", "better")
    turned = ("now_conforming", "no_longer_conforming", "now_late", "no_longer_late")
    return {
        "version": 1,
        "old": names[0],
        "new": names[1],
        **{name: getattr(impact, name) for name in counts},
        **{name: dict(zip(("old", "new"), getattr(impact, name), strict=True)) for name in ("conforming", "late")},
        **{name: getattr(impact, name) for name in turned},
        "reasons": [_reason_json(reason) for reason in impact.reasons],
        "more": 0,
    }


def write_json(document: Row, top: int) -> str:
    """Return an impact as JSON, with its first `top` reasons."""
    reasons = document["reasons"]
    value = document | {"reasons": reasons[:top], "more": max(len(reasons) - top, 0)}
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
