"""`svcflow recommend`: what to change, in which order, and what the log says it would do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options

if TYPE_CHECKING:
    from svcflow.findings import Recommendation

EPILOG = """\b
Examples:
  svcflow recommend export.csv -w workflows
  svcflow recommend export.csv -w workflows --patches patches
  git apply --directory=workflows patches/01-acceptance-target.patch
  svcflow recommend export.csv -w workflows --json - | jq '.[0].effects'
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option("--patches", metavar="DIR", type=click.Path(file_okay=False), help="Write each patch to a file here.")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the recommendations as JSON ('-': stdout).")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="What goes to stdout.")
@options.lang
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the bootstrap.")
@options.selection
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Recommend changes for what LOG shows, as patches of the definitions, with their effects.

    The paths in a patch are relative to the workspace: apply it with `git apply --directory=WORKSPACE`.
    """
    from svcflow.advice import recommend
    from svcflow.detectors import detect
    from svcflow.mining import mine

    progress = console.Progress(quiet=given["quiet"])
    console.refuse_unwritable(None if given["json_file"] == "-" else given["json_file"])
    workspace = options.read_workspace(given)
    with progress:
        log = options.read_selected_log(given, progress)
        progress("mining")
        mined = mine(log)
        progress("advising")
        found = recommend(detect(log, mined, workspace), log, mined, workspace, seed=given["seed"])
    text = json.dumps([_as_json(r) for r in found], ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if given["json_file"] == "-" or given["style"] == "json":
        click.echo(text, nl=False)
    else:
        click.echo("\n".join(_tell(found, given["lang"])))
    if given["json_file"] not in (None, "-"):
        console.write_file(Path(given["json_file"]), text, quiet=given["quiet"])
    if given["patches"]:
        write_patches(Path(given["patches"]), found, quiet=given["quiet"])
    return 0


def _as_json(recommendation: Recommendation) -> dict[str, Any]:
    from svcflow.analysis.document import write_recommendation

    return write_recommendation(recommendation)


def _tell(found: tuple[Recommendation, ...], lang: str) -> list[str]:
    langs = ["en", "zh"] if lang == "both" else [lang]
    if not found:
        return [{"en": "nothing worth changing", "zh": "没有值得改动之处"}[name] for name in langs]
    lines: list[str] = []
    for number, one in enumerate(found, 1):
        lines.extend(console.one_line(f"{number}. {one.title[name]}") for name in langs)
        lines.append(f"   {one.heuristic} · effort {one.effort} · wave {one.wave} · owner {one.owner or '-'}")
        lines.extend(f"   {_tell_effect(effect)}" for effect in one.effects[: 1 if one.effects[0].after is None else 2])
        for name in langs:
            lines.extend(f"   {console.one_line(text[name])}" for text in (one.risks, one.check, one.rollback))
        lines.append(f"   patch: {_name(number, one) if one.patch else 'none'}")
        lines.append("")
    return lines[:-1]


def _tell_effect(effect: Any) -> str:
    if effect.after is None:
        return f"effect not measured: {effect.reason}"
    low, high = effect.low - effect.before, effect.high - effect.before
    return console.one_line(
        f"{effect.metric.replace('_', ' ')}: {effect.before:,.1f} -> {effect.after:,.1f} {effect.unit} "
        f"(90 % interval of the change {low:+,.1f} to {high:+,.1f}), grade {effect.grade}; if {effect.assumptions[0]}"
    )


def _name(number: int, recommendation: Recommendation) -> str:
    """Return the name of a patch file; no text of the log stands in it."""
    return f"{number:02d}-{recommendation.remedy}.patch"


def write_patches(folder: Path, found: tuple[Recommendation, ...], *, quiet: bool) -> None:
    """Write the patches into `folder`; each file is whole or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, recommendation in enumerate(found, 1):
        if recommendation.patch:
            console.write_file(folder / _name(number, recommendation), recommendation.patch, quiet=quiet)
