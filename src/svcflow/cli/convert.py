"""`svcflow convert`: a definition for other tools, and a BPMN or PNML file as a definition."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import InputError, UsageError

if TYPE_CHECKING:
    from svcflow.definitions.model import Process, Workspace
    from svcflow.definitions.writing import ProcessSketch

EPILOG = """\b
Examples:
  svcflow convert workflows/complaint.svcflow.yaml -o complaint.bpmn   for bpmn.io: lanes, gateways, conditions
  svcflow convert complaint -w workflows -o complaint.svg --lang zh    a picture, a lane per owner
  svcflow convert workflows --process complaint -o complaint.pnml      a Petri net for ProM and pm4py
  svcflow convert complaint -w workflows --to tree -o -                a process tree on stdout
  svcflow convert drawn.bpmn -o drawn.svcflow.yaml                     back: a definition, and its organisation
  svcflow convert mined.pnml -o workflows/mined.svcflow.yaml           the same into a workspace
"""

WRITTEN = ("bpmn", "pnml", "ptml", "tree", "svg", "dot")
READ = ("bpmn", "pnml", "ptml")
_SUFFIXES = {".bpmn": "bpmn", ".pnml": "pnml", ".ptml": "ptml", ".svg": "svg", ".dot": "dot", ".gv": "dot",
             ".txt": "tree", ".yaml": "yaml", ".yml": "yaml", ".xml": "bpmn"}  # fmt: skip


@click.command(epilog=EPILOG)
@click.argument("workflow")
@options.workspace
@click.option("--process", metavar="ID", help="Which process, where there are several.")
@click.option("-o", "--output", required=True, metavar="FILE|-", help="The file to write; - is stdout.")
@click.option(
    "--to", "form", type=click.Choice([*WRITTEN, "yaml"]), help="What to write; by default what FILE's name says."
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of names.")
@click.option("--ids", is_flag=True, help="In pnml, ptml, tree: name steps by their ids.")
@click.option("--force", is_flag=True, help="Write over a definition that stands there already.")
@options.quiet
def command(**given: Any) -> int:
    """Write a definition as BPMN, PNML, PTML, process tree, SVG or DOT; or turn BPMN, PNML, PTML into a definition.

    WORKFLOW is a definition, a folder of them (with --process), the id of a process (with -w), or a file to read in.
    Steps that may happen at any time stand outside the net and are not exported; BPMN and SVG say so in a note.
    """
    form = given["form"] or _form_of(given["output"])
    source = Path(given["workflow"])
    if source.suffix.lower().lstrip(".") in (*READ, "xml"):
        return _read_in(source, form, given)
    if form == "yaml":
        raise UsageError(
            f"{source} is a definition already", "give a FILE that ends in .bpmn, .pnml, .ptml, .svg, .dot"
        )
    if given["output"] != "-":
        console.refuse_unwritable(given["output"])
    workspace, process = _find(source, given)
    text = _write(process, workspace, form, given)
    if given["output"] == "-":
        click.echo(text, nl=False)
    else:
        console.write_file(Path(given["output"]), text, quiet=given["quiet"])
    return 0


def _form_of(output: str) -> str:
    form = _SUFFIXES.get(Path(output).suffix.lower())
    if output == "-":
        raise UsageError("stdout has no name that says what to write", "say it with --to, as in --to bpmn")
    if form is None:
        raise UsageError(
            f"the name '{output}' does not say what to write", "end it in .bpmn, .pnml, .svg, or give --to"
        )
    return form


def _find(source: Path, given: dict[str, Any]) -> tuple[Workspace, Process]:
    """Return the process that was asked for, and its workspace."""
    from svcflow.definitions import load
    from svcflow.guards import suggest

    if given["workspace"] and not source.exists():
        workspace, wanted = load(given["workspace"]), given["process"] or str(source)
    else:
        if not source.exists():
            raise InputError(f"there is no file or folder '{source}'", "for the id of a process, give -w WORKSPACE")
        workspace = load(given["workspace"] or source)
        here = [p.id for p in workspace.processes.values() if Path(p.file).resolve() == source.resolve()]
        every = here if source.is_file() else list(workspace.processes)
        if given["process"] is None and len(every) != 1:
            raise UsageError(
                f"{source} defines {len(every)} processes" if every else f"{source} defines no process",
                f"choose one with --process: {', '.join(workspace.processes)}",
            )
        wanted = given["process"] or every[0]
    if wanted not in workspace.processes:
        near = suggest(wanted, tuple(workspace.processes))
        raise UsageError(f"there is no process '{wanted}'{near}", f"there are {', '.join(workspace.processes)}")
    return workspace, workspace.processes[wanted]


def _write(process: Process, workspace: Workspace, form: str, given: dict[str, Any]) -> str:
    """Return the process in another notation."""
    from svcflow.definitions.net import compile_net, steps_of

    lang = given["lang"]
    title = process.name.zh if lang == "zh" else process.name.en
    steps = steps_of(process, workspace)
    names: Callable[[str], str] = lambda step: (  # noqa: E731
        step if given["ids"] else steps[step].name.zh if lang == "zh" else steps[step].name.en
    )
    if form == "pnml":
        from svcflow.mining.exchange.pnml_writing import write_pnml

        return write_pnml(compile_net(process, workspace), title, {step: names(step) for step in steps})
    if form in ("ptml", "tree"):
        from svcflow.mining.exchange.trees import plant, write_ptml, write_tree

        tree = plant(process, workspace)
        return write_ptml(tree, title, names) if form == "ptml" else write_tree(tree, names) + "\n"
    return _draw(process, workspace, form, lang)


def _draw(process: Process, workspace: Workspace, form: str, lang: str) -> str:
    from svcflow.mining.exchange.drawing import draw
    from svcflow.mining.exchange.placing import place

    diagram = draw(process, workspace, lang)
    if form == "dot":
        from svcflow.mining.exchange.dot_writing import write_dot

        return write_dot(diagram)
    if form == "svg":
        from svcflow.cli._swimlanes import draw_svg

        return draw_svg(diagram, place(diagram))
    from svcflow.mining.exchange.bpmn_writing import write_bpmn

    return write_bpmn(diagram, place(diagram))


def _read_in(source: Path, form: str, given: dict[str, Any]) -> int:
    """Turn a file of another tool into a definition."""
    from svcflow.cli._landing import land

    if form != "yaml":
        raise UsageError(f"{source.name} becomes a definition first", "give an output that ends in .svcflow.yaml")
    land(given["output"], _sketch(source, given["process"]), None, given)
    return 0


def _sketch(source: Path, process: str | None) -> ProcessSketch:
    from svcflow.mining.exchange.bpmn_reading import read_bpmn
    from svcflow.mining.exchange.markup import local, read_xml
    from svcflow.mining.exchange.pnml_reading import read_pnml
    from svcflow.mining.exchange.sketching import sketch_diagram, sketch_tree
    from svcflow.mining.exchange.trees import read_ptml

    root = read_xml(source)
    kind = local(root)
    if kind == "pnml":
        return sketch_diagram(read_pnml(root, source.stem))
    if kind == "ptml":
        return sketch_tree(read_ptml(root, source.stem), source.stem)
    return sketch_diagram(read_bpmn(root, source.name, process))
