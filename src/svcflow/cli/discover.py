"""`svcflow discover`: the model that a log shows, with its measures, beside the written definitions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow import plugins
from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.cli._tables import Shown, align, flatten
from svcflow.errors import UsageError
from svcflow.jsontexts import write_json
from svcflow.wording import say_count

if TYPE_CHECKING:
    from svcflow.mining.discovery import Model

EPILOG = """\b
Examples:
  svcflow discover export.csv                               the inductive miner's model, its fitness and precision
  svcflow discover export.csv --miner heuristics --noise 0.5
  svcflow discover export.csv -w workflows                  beside it: how well the written definitions describe the log
  svcflow discover export.csv -o mined.bpmn                 for bpmn.io; also .pnml for ProM, .ptml, .svg, .dot
"""
WRITTEN = {".bpmn": "bpmn", ".pnml": "pnml", ".ptml": "ptml", ".svg": "svg", ".dot": "dot", ".gv": "dot"}
Row = dict[str, Any]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


MEASURES = tuple(Shown(name, name, _share, right=True) for name in ("fitness", "precision", "simplicity", "coverage"))
TABLE = (Shown("model", "model", widest=60), Shown("cases", "cases", say_count, right=True), *MEASURES)


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option(
    "--miner",
    type=click.Choice(plugins.list_ids("mining.discovery.miners")),
    default="inductive",
    show_default=True,
    help="Who discovers it.",
)
@click.option("--noise", type=options.Number(0, 1), default=0.2, show_default=True, help="Rare behaviour left out.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(), help="Write the model: .bpmn, .pnml, .ptml, .svg, .dot."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options.selection
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Discover a model from the variants of LOG and measure how well it describes them.

    Fitness: how much of the log it can replay. Precision: how little else it allows. Simplicity: few arcs at each
    place. All are pm4py's, on the variants that make up 90 % of the cases. With definitions (-w), theirs stand beside
    them.
    """
    form = _choose_form(given["output"], given["miner"])
    with console.Progress(quiet=given["quiet"]) as progress:
        document, model = _discover(given, progress)
    if given["output"]:
        console.write_file(
            Path(given["output"]), _write_model(model, form, Path(given["log"]).stem), quiet=given["quiet"]
        )
    if given["form"] == "json":
        click.echo(write_json(document), nl=False)
    else:
        click.echo(_write(document))
    return 0


def _choose_form(output: str | None, miner: str) -> str:
    if output is None:
        return ""
    console.refuse_unwritable(output)
    form = WRITTEN.get(Path(output).suffix.casefold())
    if form is None:
        raise UsageError(f"{output}: a model is not written so", f"end the name in {', '.join(WRITTEN)}")
    if form == "ptml" and miner != "inductive":
        raise UsageError(f"the {miner} miner makes no process tree", "write .pnml, or use --miner inductive")
    return form


def _discover(given: Row, progress: Any) -> tuple[Row, Model]:
    from svcflow.disclosure import refuse_few
    from svcflow.mining import mine
    from svcflow.mining.disclosure import keep_common_variants
    from svcflow.mining.discovery import discover

    workspace = options.read_workspace(given)
    log = options.read_selected_log(given, progress)
    refuse_few(log.cases, given["min_group"])
    progress("mining")
    common = keep_common_variants(mine(log), given["min_group"])
    if common is None:
        raise UsageError("no sequence of activities is shared by so many cases", "lower --min-group")
    progress("discovering the model")
    model = discover(common, miner=given["miner"], noise=given["noise"])
    document: Row = {"log": {"source": log.source, "cases": log.cases}, "model": model.to_json(), "written": None}
    if workspace is not None:
        from svcflow.analysis.models import measure_written
        from svcflow.execution import execute

        progress("replaying the definitions")
        runs = execute(workspace, log, progress=progress)
        written = (row.to_json() for row in measure_written(log, runs, workspace))
        document["written"] = [row for row in written if row["cases"] >= (given["min_group"] or 1)]
    return document, model


def _write(document: Row) -> str:
    model, log = document["model"], document["log"]
    found = f"discovered: {model['miner']}, noise {model['noise']:g}"
    rows = [model | {"model": found, "cases": log["cases"]}]
    rows += [row | {"model": f"written: {row['process']}"} for row in document["written"] or ()]
    head = f"{flatten(log['source'])}: {say_count(log['cases'])} cases"
    return f"{head}\n\n{align(rows, TABLE)}\n\n" + "\n".join(flatten(line) for line in model["discovered"].splitlines())


def _write_model(model: Model, form: str, title: str) -> str:
    from svcflow.mining.exchange.mined import from_petri_net
    from svcflow.mining.exchange.pnml_writing import write_pnml

    if form == "ptml":
        from svcflow.mining.exchange.objects import from_process_tree
        from svcflow.mining.exchange.trees import write_ptml

        return write_ptml(from_process_tree(model.tree), title, str)
    net = from_petri_net(*model.net)
    labels = {transition.step: transition.step for transition in net.transitions if transition.step is not None}
    pnml = write_pnml(net, title, labels)
    return pnml if form == "pnml" else _draw(pnml, form, title)


def _draw(pnml: str, form: str, title: str) -> str:
    """Return the net as a diagram of tasks and gateways."""
    from svcflow.mining.exchange.markup import parse_xml
    from svcflow.mining.exchange.mined import tidy
    from svcflow.mining.exchange.placing import place
    from svcflow.mining.exchange.pnml_reading import read_pnml

    diagram = tidy(read_pnml(parse_xml(pnml.encode(), title), title))
    if form == "dot":
        from svcflow.mining.exchange.dot_writing import write_dot

        return write_dot(diagram)
    if form == "svg":
        from svcflow.cli._swimlanes import draw_svg

        return draw_svg(diagram, place(diagram))
    from svcflow.mining.exchange.bpmn_writing import write_bpmn

    return write_bpmn(diagram, place(diagram))
