"""`svcflow init`: a workspace to start from, with what editors and CI need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.cli._folders import make_folder
from svcflow.errors import UsageError

EPILOG = """\b
Examples:
  svcflow init                   here
  svcflow init service-centre    in a new folder
  svcflow init --organisation small
                                 a manager, a senior, agents: several hats, one owner for every step

\b
Organisations:
  large      several sites and desks, key accounts, analysts, people by date
  small      one desk; one person wears several hats
  service    contracts with clients; account managers call back
  technical  three lines around the clock, and the vendor behind them
"""

MAPPING = """\
# yaml-language-server: $schema=workflows/.svcflow/mapping.json
# What the columns of your ticket system's export mean. `svcflow inspect export.csv --write mapping.yaml` proposes one.
svcflow: 1
mapping: export
columns:
  case: Ticket ID
  activity: Action
  time: Completed at
  start: Started at          # leave out what the export does not have
  resource: Agent
  role: Job title
  team: Support group
timezone: Asia/Shanghai      # of times without an offset
# time_format: "%d/%m/%Y %H:%M"     only where the dates do not prove their order
done: [Solution carried out, Case closed]
# machines: [ticket-system]         accounts that are no persons
"""

GITHUB = """\
# Copy to .github/workflows/svcflow.yaml: definitions are checked and their scenarios run on every change.
name: workflows
on: [push, pull_request]
jobs:
  svcflow:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install svcflow
      - run: svcflow validate workflows --format github
      - run: svcflow test workflows --coverage --format github
        if: success() || failure()
"""

GITLAB = """\
# Add to .gitlab-ci.yml: definitions are checked and their scenarios run on every change.
workflows:
  image: python:3.12
  script:
    - pip install svcflow
    - svcflow validate workflows --format text --format gitlab:svcflow.json
    - svcflow test workflows --coverage --format text --format junit:scenarios.xml
  artifacts:
    reports: {codequality: svcflow.json, junit: scenarios.xml}
    when: always
"""


@click.command(epilog=EPILOG)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path())
@click.option(
    "--organisation",
    type=click.Choice(["large", "small", "service", "technical"]),
    help="Roles, teams and owners of this kind of organisation; without it, of a service centre.",
)
@click.option("-q", "--quiet", is_flag=True, help="Do not list the files.")
def command(**given: Any) -> int:
    """Write a workspace to DIR: five definitions, an organisation, scenarios, a mapping, schemas for editors, CI.

    Files that are there already are never overwritten.
    """
    folder = Path(given["folder"])
    files = gather(given["organisation"])
    standing = [name for name in files if (folder / name).exists()]
    if standing:
        more = f" and {len(standing) - 1} more" if len(standing) > 1 else ""
        raise UsageError(
            f"{folder / standing[0]}{more} stands there already", "nothing was written; choose another DIR"
        )
    for name, text in files.items():
        path = folder / name
        make_folder(path.parent)
        console.write_file(path, text, quiet=True)
        if not given["quiet"]:
            click.echo(path)
    console.note(f"now: svcflow validate {folder / 'workflows'}", quiet=given["quiet"])
    return 0


def gather(organisation: str | None = None) -> dict[str, str]:
    """Return the files of a new workspace for a kind of organisation: names relative to its folder, and texts."""
    from svcflow import samples
    from svcflow.definitions.schema import schema_files
    from svcflow.samples.adaptation import adapt

    if organisation is None:
        found = {file.name: file.read_text("utf-8") for file in samples.workflows().glob("*.yaml")}
    else:
        found = adapt(organisation)
    texts = {f"workflows/{name}": found[name] for name in sorted(found)}
    written = ("process", "organisation", "scenarios", "allow", "whatif", "mapping")
    schemas = {name: file for name, file in schema_files().items() if name in written}
    texts |= {f"workflows/.svcflow/{name}.json": file.read_text("utf-8") for name, file in schemas.items()}
    return texts | {"mapping.yaml": MAPPING, "ci/github.yaml": GITHUB, "ci/gitlab.yaml": GITLAB}
