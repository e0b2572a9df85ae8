"""`svcflow explore`: a local page to look around in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import UsageError

if TYPE_CHECKING:
    from svcflow.eventlog.log import Log
    from svcflow.exploration.setting import Setting

EPILOG = """\b
Examples:
  svcflow explore export.csv                       opens the browser; Ctrl-C ends it
  svcflow explore log.parquet -w workflows --lang zh
  svcflow explore export.csv --where "priority == 'high'" --from 2026-01-01
  svcflow explore export.csv --no-browser --port 8080
  svcflow explore export.csv --min-group 10        to show around: no single cases, no small groups

The page is served to this machine only, at an address that holds a token. It loads nothing from elsewhere. What the
options for choosing cases say stands on the page as filters, which can be taken off. Every view shows the command and
the Python that give the same figures.
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; by default a free one.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser: print the address alone.")
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language the page opens in."
)
@click.option("--show-people", is_flag=True, help="Name people; without this they are numbered.")
@options.selection
@options.filters
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Look around in LOG in the browser: filters, map, statistics, cases, variants, handoffs, loops, comparison."""
    from svcflow.exploration.application import make_application
    from svcflow.exploration.explorer import Explorer
    from svcflow.exploration.guarding import Guard
    from svcflow.exploration.page import write_page
    from svcflow.exploration.server import ADDRESS, open_server

    with open_server(given["port"]) as server:
        guard = Guard(server.server_port)
        with console.Progress(quiet=given["quiet"]) as progress:
            log, setting = _open(given, progress)
            explorer = Explorer(log, setting)
            progress("measuring what all views need")
            explorer.prepare()
            filters = _state_filters(given)
            if not explorer.view("statistics", filters)["cases"]:
                raise UsageError(f"none of the {log.cases:,} cases is left", "loosen a filter")
            page = write_page(explorer, lang=given["lang"], filters=filters)
        server.set_app(make_application(explorer, guard, page))
        address = f"http://{ADDRESS}:{guard.port}/?token={guard.token}"
        click.echo(address)
        console.note("Ctrl-C ends it.", quiet=given["quiet"])
        if not given["no_browser"]:
            import webbrowser

            webbrowser.open(address)
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            console.note("", quiet=given["quiet"])
    return 0


def _open(given: dict[str, Any], progress: console.Progress) -> tuple[Log, Setting]:
    """Return the whole log, and how it was opened."""
    from dataclasses import replace

    from svcflow.analysis.document import collect_names
    from svcflow.analysis.people import make_mask
    from svcflow.exploration.setting import Setting

    workspace = options.read_workspace(given)
    log = options.read_selected_log(given | {"where": None, "since": None, "until": None, "filters": []}, progress)
    if workspace is not None:
        from svcflow.detectors import read_sides

        log = replace(log, sides={**read_sides(workspace, log), **log.sides})
    setting = Setting(
        log=given["log"],
        mapping=given["mapping"],
        workspace=given["workspace"],
        on_bad_rows=given["on_bad_rows"],
        min_group=given["min_group"],
        show_people=given["show_people"],
        mask=make_mask(log, show_people=given["show_people"]),
        names=collect_names(workspace, log.activities.texts),
    )
    return log, setting


def _state_filters(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the filters that the options are."""
    found: list[dict[str, Any]] = []
    if given["where"]:
        found.append({"kind": "attribute", "where": given["where"]})
    period = {name: given[name] for name in ("since", "until") if given[name]}
    if period:
        found.append({"kind": "period", **period})
    return [*found, *given["filters"]]
