"""`svcflow matrix`: who does each step, who answers for it, who is told; and who reports to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli._tables import Shown, align, flatten
from svcflow.errors import UsageError
from svcflow.spreadsheets import write_csv

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace
    from svcflow.definitions.responsibility import Reach

EPILOG = """\b
Examples:
  svcflow matrix workflows                       every process, and the reporting lines
  svcflow matrix workflows --process complaint --lang zh
  svcflow matrix workflows --format csv > matrix.csv
  svcflow matrix workflows --format md           for the handbook

\b
R does the step, A answers for it, I is told: the ladders of its SLAs, and the lead of the owner's team.
"""

_SIGNS = {"owner": "R", "owner_approver": "R/A", "approver": "A", "informed": "I"}
_WORDS = {
    "en": {"step": "step", "team": "team", "lead": "lead", "people": "people", "leads": "leads below", "span": "span",
           "lines": "reporting lines", "wide": "above {n}"},
    "zh": {"step": "步骤", "team": "团队", "lead": "负责人", "people": "成员", "leads": "下级负责人",
           "span": "管理幅度", "lines": "汇报关系", "wide": "超过 {n}"},
}  # fmt: skip


@click.command(epilog=EPILOG)
@click.argument("workspace", type=click.Path())
@click.option("--process", metavar="ID", help="This process alone.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json", "md"]), default="text", show_default=True)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the names.")
def command(**given: Any) -> int:
    """Print the responsibility matrix of the definitions in WORKSPACE: steps by roles.

    After it stand the reporting lines: how many people report to each lead, against the span of control.
    """
    from svcflow.definitions import load
    from svcflow.definitions.responsibility import lay_lines, lay_matrix

    workspace = load(given["workspace"])
    if given["process"] is not None and given["process"] not in workspace.processes:
        raise UsageError(f"there is no process '{given['process']}'", f"there are {', '.join(workspace.processes)}")
    matrix, lines = lay_matrix(workspace, given["process"]), lay_lines(workspace.organisation)
    if given["form"] == "json":
        click.echo(_write_json(matrix, lines))
    elif given["form"] == "csv":
        click.echo(write_csv([*_flat(matrix, given["lang"])]), nl=False)
    else:
        write = _write_text if given["form"] == "text" else _write_markdown
        click.echo("\n".join(write(workspace, matrix, lines, given["lang"])))
    return 0


def _write_json(matrix: Mapping[str, Any], lines: tuple[Reach, ...]) -> str:
    teams = [
        {"team": r.team, "lead": r.lead, "reports_to": r.reports_to, "depth": r.depth, "members": r.members,
         "leads": r.leads, "per_lead": r.per_lead, "allowed": r.allowed, "too_wide": r.too_wide}
        for r in lines
    ]  # fmt: skip
    return json.dumps({"version": 1, "processes": matrix, "lines": teams}, ensure_ascii=False, indent=1)


def _flat(matrix: Mapping[str, Any], lang: str) -> Iterator[dict[str, str]]:
    """Yield one row for each step, with a column for each role of any process."""
    roles = dict.fromkeys(role for found in matrix.values() for role in found["roles"])
    for process, found in matrix.items():
        for row in found["rows"]:
            cells = {role: _SIGNS.get(row["cells"].get(role), "") for role in roles}
            yield {"process": process, "step": row["step"], "name": row["name"][lang], **cells}


def _write_text(workspace: Workspace, matrix: Mapping[str, Any], lines: tuple[Reach, ...], lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    for process, found in matrix.items():
        name = workspace.processes[process].name
        yield click.style(console.one_line(f"{process} — {name.zh if lang == 'zh' else name.en}"), bold=True)
        yield _align_matrix(found, lang)
        yield ""
    yield click.style(words["lines"], bold=True)
    columns = (
        Shown(words["team"], "team"),
        Shown(words["lead"], "lead"),
        Shown(words["people"], "people", right=True),
        Shown(words["leads"], "leads", right=True),
        Shown(words["span"], "span", right=True),
        Shown("", "remark"),
    )
    yield align([_line(reach, words) for reach in lines], columns)


def _align_matrix(found: Mapping[str, Any], lang: str) -> str:
    """Return a table whose column heads are broken at underscores, so that many roles fit beside each other."""
    parts = {role: role.split("_") for role in found["roles"]}
    height = max((len(words) for words in parts.values()), default=1)
    heads = [
        {"step": "", **{role: words[i] if i < len(words) else "" for role, words in parts.items()}}
        for i in range(1, height)
    ]
    rows = [
        {
            "step": f"{row['step']} {row['name'][lang]}" if row["name"][lang] != row["step"] else row["step"],
            **{role: _SIGNS.get(row["cells"].get(role), "·") for role in found["roles"]},
        }
        for row in found["rows"]
    ]
    columns = [Shown(_WORDS[lang]["step"], "step"), *(Shown(parts[role][0], role) for role in found["roles"])]
    return align([*heads, *rows], columns)


def _line(reach: Reach, words: Mapping[str, str]) -> dict[str, str]:
    return {
        "team": "  " * reach.depth + reach.team,
        "lead": reach.lead or "–",
        "people": str(reach.members),
        "leads": str(reach.leads),
        "span": f"{reach.per_lead:.1f}".removesuffix(".0"),
        "remark": words["wide"].format(n=reach.allowed) if reach.too_wide else "",
    }


def _write_markdown(
    workspace: Workspace, matrix: Mapping[str, Any], lines: tuple[Reach, ...], lang: str
) -> Iterator[str]:
    words = _WORDS[lang]
    for process, found in matrix.items():
        name = workspace.processes[process].name
        yield f"## {_cell(name.zh if lang == 'zh' else name.en)}\n"
        yield from _markdown_table(
            [words["step"], *found["roles"]],
            [
                [row["name"][lang], *(_SIGNS.get(row["cells"].get(role), "") for role in found["roles"])]
                for row in found["rows"]
            ],
        )
        yield ""
    yield f"## {words['lines']}\n"
    rows = [[value.replace("  ", "– ") for value in _line(reach, words).values()] for reach in lines]
    yield from _markdown_table([words[key] for key in ("team", "lead", "people", "leads", "span")] + [""], rows)


def _markdown_table(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    for line in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(map(_cell, line))} |"


def _cell(text: str) -> str:
    """Return a text that stays inside its cell and is no markup."""
    shown = flatten(text).replace("\\", "\\\\").replace("|", "\\|")
    return shown.replace("&", "&amp;").replace("<", "&lt;")
