"""`svcflow report`: the page of an analysis again, without the log."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import InputError

EPILOG = """\b
Examples:
  svcflow analyze export.csv --json analysis.json
  svcflow report analysis.json -o report.html
  svcflow report analysis.json -o report.html --lang both --title "Complaints, Q3"
  svcflow report analysis.json -o - | gzip > report.html.gz
"""


@click.command(epilog=EPILOG)
@click.argument("analysis", type=click.Path())
@click.option(
    "-o", "--output", required=True, metavar="FILE|-", type=click.Path(), help="Write the page here ('-': stdout)."
)
@click.option(
    "--lang", type=click.Choice(["en", "zh", "both"]), default="en", show_default=True, help="Language of the report."
)
@click.option("--title", help="Title of the report.")
@click.option("--show-people", is_flag=True, help="Name people, where the analysis does.")
@options.min_group
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
def command(analysis: str, output: str, **given: Any) -> int:
    """Render ANALYSIS, the JSON file that `svcflow analyze --json` wrote, as one HTML file.

    What --min-group withholds, now or when the analysis was made, is not in the page in any form.
    """
    if output != "-":
        console.refuse_unwritable(output)
    text = read_text(analysis)

    from svcflow.report import read_document, render

    document = read_document(text, analysis)
    if given["min_group"]:
        from svcflow.analysis.disclosure import withhold_analysis
        from svcflow.report.document import check_whole

        check_whole(document, analysis)
        document = withhold_analysis(document, given["min_group"])
    page = render(document, lang=given["lang"], title=given["title"], show_people=given["show_people"])
    if output == "-":
        click.echo(page, nl=False)
    else:
        console.write_file(Path(output), page, quiet=given["quiet"])
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
