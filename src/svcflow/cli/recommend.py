"""`svcflow recommend`: what to change, in which order, and what the log says it would do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.jsontexts import write_json

if TYPE_CHECKING:
    from svcflow.advice import Plan
    from svcflow.eventlog.log import Log
    from svcflow.findings import Effect, Finding, Recommendation

EPILOG = """\b
Examples:
  svcflow recommend export.csv -w workflows
  svcflow recommend export.csv -w workflows --patches patches
  git apply --directory=workflows patches/01-acceptance-target.patch
  svcflow recommend export.csv -w workflows -o roadmap
  svcflow recommend export.csv -w workflows --json - | jq '.[0].effects'
"""

_WORDS = {
    "none": {"en": "nothing worth changing", "zh": "没有值得改动之处"},
    "rest": {"en": "also possible (--most 0 tells all):", "zh": "其他可选项（--most 0 显示全部）："},
    "effort": {"en": "effort", "zh": "投入"},
    "wave": {"en": "wave", "zh": "批次"},
    "owner": {"en": "owner", "zh": "负责"},
    "small": {"en": "small", "zh": "小"},
    "medium": {"en": "medium", "zh": "中"},
    "large": {"en": "large", "zh": "大"},
    "unknown": {"en": "effect not measured: ", "zh": "效果未测："},
    "if": {"en": "if ", "zh": "前提："},
}


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option("--patches", metavar="DIR", type=click.Path(file_okay=False), help="Write each patch to a file here.")
@click.option(
    "-o",
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Write the roadmap here: each patch, one patch a wave, the what-ifs, roadmap.md and roadmap.json.",
)
@click.option("--wave", type=click.IntRange(min=1), help="Only what belongs to this wave.")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the recommendations as JSON ('-': stdout).")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="What goes to stdout.")
@options.lang
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=7,
    show_default=True,
    help="How many to give; the titles of the rest are listed. 0: all.",
)
@click.option(
    "--simulate",
    type=click.Choice(["auto", "never"]),
    default="never",
    show_default=True,
    help="Simulate queues where the log allows it (auto: minutes rather than seconds).",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the bootstrap.")
@options.selection
@options.filters
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Recommend changes for what LOG shows, as patches of the definitions, with their effects.

    The paths in a patch are relative to the workspace: apply it with `git apply --directory=WORKSPACE`.
    """
    from svcflow.advice import list_limits, make_plan, recommend
    from svcflow.detectors import detect
    from svcflow.execution import execute
    from svcflow.mining import mine

    progress = console.Progress(quiet=given["quiet"])
    console.refuse_unwritable(None if given["json_file"] == "-" else given["json_file"])
    workspace = options.read_workspace(given)
    with progress:
        log = options.read_selected_log(given, progress)
        progress("mining")
        mined = mine(log, progress=progress)
        runs = None
        if workspace is not None:
            progress(f"executing the definitions on {log.cases:,} cases")
            runs = execute(workspace, log, progress=progress)
        progress(f"estimating effects over {log.cases:,} cases")
        findings = _find_common(detect(log, mined, workspace, runs=runs, progress=progress), log, given["min_group"])
        limits = list_limits(log, findings, runs)
        every = recommend(
            findings, log, mined, workspace, runs, seed=given["seed"], most=None, simulate=given["simulate"]
        )
    every = tuple(one for one in every if given["wave"] in {None, one.wave})
    found, rest = _divide(tuple(_blur(one, given["min_group"]) for one in every), given["most"])
    text = write_json([_as_json(r) for r in found])
    if given["json_file"] == "-" or given["style"] == "json":
        click.echo(text, nl=False)
    else:
        click.echo("\n".join((*_tell(found, rest, given["lang"]), *_tell_limits(limits, given["lang"]))))
    if given["json_file"] not in (None, "-"):
        console.write_file(Path(given["json_file"]), text, quiet=given["quiet"])
    if given["patches"]:
        write_patches(Path(given["patches"]), found, quiet=given["quiet"])
    if given["out"]:
        with progress:
            progress("estimating the plan")
            plan = make_plan(found, log, mined, workspace, runs, seed=given["seed"], simulate=given["simulate"])
        write_roadmap(Path(given["out"]), plan, limits, given["lang"], quiet=given["quiet"])
    return 0


def _tell_limits(limits: tuple[dict[str, str], ...], lang: str) -> list[str]:
    langs = ["en", "zh"] if lang == "both" else [lang]
    return [console.one_line(f"! {text[name]}") for text in limits for name in langs]


def _find_common(findings: tuple[Finding, ...], log: Log, least: int | None) -> tuple[Finding, ...]:
    """Return the findings on groups of at least `least` cases."""
    from svcflow.disclosure import refuse_few

    refuse_few(log.cases, least)
    return tuple(finding for finding in findings if finding.cases >= (least or 1))


def _blur(one: Recommendation, least: int | None) -> Recommendation:
    """Return a recommendation whose texts count no few cases."""
    if not least or least == 1:
        return one
    from dataclasses import replace

    from svcflow.analysis.disclosure import TEXTS, blur_advice

    return replace(one, **blur_advice({name: getattr(one, name) for name in (*TEXTS, "evidence")}, least))


def _divide(
    every: tuple[Recommendation, ...], most: int
) -> tuple[tuple[Recommendation, ...], tuple[Recommendation, ...]]:
    """Return the first `most` (0: all) and the rest."""
    cut = most or len(every)
    return every[:cut], every[cut:]


def _as_json(recommendation: Recommendation) -> dict[str, Any]:
    from svcflow.analysis.document import write_recommendation

    return write_recommendation(recommendation)


def _tell(found: tuple[Recommendation, ...], rest: tuple[Recommendation, ...], lang: str) -> list[str]:
    langs = ["en", "zh"] if lang == "both" else [lang]
    if not found:
        return [_WORDS["none"][name] for name in langs]
    lines: list[str] = []
    for number, one in enumerate(found, 1):
        for name in langs:
            lines.extend(_tell_one(number, one, name))
        lines.append(f"   patch: {_name(number, one) if one.patch else 'none'}")
        lines.append("")
    for name in langs if rest else ():
        lines.append(_WORDS["rest"][name])
        lines.extend(console.one_line(f"{n}. {r.title[name]}") for n, r in enumerate(rest, len(found) + 1))
        lines.append("")
    return lines[:-1]


def _tell_one(number: int, one: Recommendation, lang: str) -> list[str]:
    """Return the lines about one recommendation: the change, why, what it gains, and how to live with it."""
    words = {key: text[lang] for key, text in _WORDS.items()}
    owner = (one.owner or "-").replace("_", " ")
    labels = (f"{words['effort']} {words[one.effort]}", f"{words['wave']} {one.wave}", f"{words['owner']} {owner}")
    facts = " · ".join((one.heuristic, *labels))
    measured = [effect for effect in one.effects if effect.low is not None and effect.load == 1.0]
    told = [_tell_effect(effect, lang) for effect in measured[:2]] or [
        words["unknown"] + _tell_why(one.effects[0], lang)
    ]
    given = [f"{words['if']}{_tell_assumptions(measured[0], lang)}"] if measured else []
    given += [_tell_why(measured[0], lang)] if measured and measured[0].grade not in {"A", "B"} else []
    texts = (one.reason[lang], *told, *given, one.risks[lang], one.check[lang], one.rollback[lang])
    return [
        console.one_line(f"{number}. {one.title[lang]}"),
        f"   {facts}",
        *(f"   {console.one_line(t)}" for t in texts),
    ]


def _tell_why(effect: Effect, lang: str) -> str:
    return effect.reason_zh or effect.reason if lang == "zh" else effect.reason


def _tell_assumptions(effect: Effect, lang: str) -> str:
    return "；".join(effect.assumptions_zh) if lang == "zh" and effect.assumptions_zh else "; ".join(effect.assumptions)


def _tell_effect(effect: Effect, lang: str) -> str:
    from dataclasses import asdict

    from svcflow.report.effects import tell_effect

    return str(getattr(tell_effect(asdict(effect)), lang))


def _name(number: int, recommendation: Recommendation) -> str:
    """Return the name of a patch file; no text of the log stands in it."""
    return f"{number:02d}-{recommendation.remedy}.patch"


def write_patches(folder: Path, found: tuple[Recommendation, ...], *, quiet: bool) -> None:
    """Write the patches into `folder`; each file is whole or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, recommendation in enumerate(found, 1):
        if recommendation.patch:
            console.write_file(folder / _name(number, recommendation), recommendation.patch, quiet=quiet)


def write_roadmap(folder: Path, plan: Plan, limits: tuple[dict[str, str], ...], lang: str, *, quiet: bool) -> None:
    """Write a plan into `folder`: patches, one of each wave, the what-ifs, and the roadmap to read and as data."""
    from svcflow.advice.booklet import write_booklet
    from svcflow.whatif import WhatIf
    from svcflow.whatif.files import write_whatifs
    from svcflow.whatif.plain import from_plain

    found = plan.recommendations
    write_patches(folder, found, quiet=quiet)
    for wave in plan.waves:
        if wave.patch:
            console.write_file(folder / f"wave-{wave.number}.patch", wave.patch, quiet=quiet)
    scenarios = [
        WhatIf(f"{number:02d}-{one.remedy}", tuple(from_plain(change) for change in one.changes))
        for number, one in enumerate(found, 1)
        if one.changes
    ]
    if scenarios:
        console.write_file(folder / "what-ifs.yaml", write_whatifs("log", scenarios), quiet=quiet)
    names = [_name(number, one) if one.patch else None for number, one in enumerate(found, 1)]
    langs = ["en", "zh"] if lang == "both" else [lang]
    page = "\n".join(write_booklet(plan, names, limits, lang=name, tell=_tell_effect) for name in langs)
    console.write_file(folder / "roadmap.md", page, quiet=quiet)
    told = plan.to_json() | {"limits": list(limits)}
    console.write_file(folder / "roadmap.json", write_json(told), quiet=quiet)
