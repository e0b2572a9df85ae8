"""`svcflow schema`: the JSON Schema of a file that svcflow reads or writes."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  svcflow schema                                  the names of all schemas
  svcflow schema process > .svcflow/process.json  for the editor
"""


@click.command(epilog=EPILOG)
@click.argument("name", required=False)
def command(name: str | None) -> int:
    """Print the JSON Schema called NAME, or the names of all."""
    from svcflow.definitions.schema import schema_files, schema_text

    if name is None:
        click.echo("\n".join(schema_files()))
    else:
        click.echo(schema_text(name), nl=False)
    return 0
