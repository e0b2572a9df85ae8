"""`svcflow report`: the page of an analysis again, without the log."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _options as options
from svcflow.cli import _outputs as outputs
from svcflow.errors import InputError, UsageError

EPILOG = """\b
Examples:
  svcflow analyze export.csv --json analysis.json
  svcflow report analysis.json -o report.html
  svcflow report analysis.json -o report.html --lang both --title "Complaints, Q3"
  svcflow report analysis.json -o - | gzip > report.html.gz
  svcflow report analysis.json -o report.pdf --logo logo.png --theme house.yaml
  svcflow report analysis.json --format md:report.md --pictures --format xlsx:tables.xlsx
"""


@click.command(epilog=EPILOG)
@click.argument("analysis", type=click.Path())
@click.option(
    "-o", "--output", metavar="FILE|-", type=click.Path(), help="Write here: .html, .md, .pdf, .xlsx, a folder, or '-'."
)
@outputs.forms
@options.lang
@outputs.look
@click.option("--show-people", is_flag=True, help="Name people, where the analysis does.")
@options.min_group
@options.quiet
def command(**given: Any) -> int:
    """Render ANALYSIS, the JSON file that `svcflow analyze --json` wrote, without the log.

    The form follows from the name of the file: a page, Markdown, PDF, a workbook; a folder gets all tables as CSV.
    What --min-group withholds, now or when the analysis was made, is not in the report in any form.
    """
    targets = outputs.choose_targets(given["output"], given["formats"])
    if not targets:
        raise UsageError("nothing to write", "say where: -o report.html")
    asked = outputs.read_look(given)
    text = read_text(given["analysis"])

    from svcflow.report import read_document

    document = read_document(text, given["analysis"])
    if given["min_group"]:
        from svcflow.analysis.disclosure import withhold_analysis
        from svcflow.report.document import check_whole

        check_whole(document, given["analysis"])
        document = withhold_analysis(document, given["min_group"])
    outputs.deliver(outputs.build(document, targets, asked), quiet=given["quiet"])
    return 0


def read_text(name: str) -> str:
    """Return the text of a file, of stdin for ``-``. Raises `InputError` if it cannot be read as UTF-8."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 at byte {error.start}", "an analysis is a JSON file in UTF-8") from error
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror or error}", "svcflow analyze LOG --json FILE") from error
