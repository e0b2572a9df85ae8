"""The `svcflow` group: finds its commands by listing this package, turns errors into exit codes."""

from __future__ import annotations

import difflib
import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

import svcflow
from svcflow import cli
from svcflow.cli import _console as console
from svcflow.errors import SvcflowError, UsageError

EPILOG = """\b
Examples:
  svcflow demo                                    the main job on the sample logs
  svcflow inspect export.csv                      what is in this export?
  svcflow analyze export.csv -o report.html       the bottleneck report
  svcflow validate workflows                      check the definitions, as in CI
  svcflow execute workflows export.csv            where do cases depart from them?
"""


def _command_modules() -> dict[str, str]:
    names = (m.name for m in pkgutil.iter_modules(cli.__path__))
    return {n.replace("_", "-"): n for n in names if n != "main" and not n.startswith("_")}


class Commands(click.Group):
    """A group whose commands are the modules of `svcflow.cli`, loaded when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted(_command_modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or ``None``."""
        module = _command_modules().get(cmd_name)
        if module is None:
            return None
        loaded = importlib.import_module(f"svcflow.cli.{module}").command
        assert isinstance(loaded, click.Command)
        return loaded

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` begin with; an unknown one is answered with the nearest name."""
        name = args[0]
        if not name.startswith("-") and name not in _command_modules():
            near = difflib.get_close_matches(name, self.list_commands(ctx), n=1)
            raise UsageError(f"no command {name!r}", f"did you mean '{near[0]}'?" if near else "see svcflow --help")
        return super().resolve_command(ctx, args)


@click.command(
    cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(svcflow.__version__, prog_name="svcflow")
def group() -> None:
    """Define service processes, execute them against case logs, mine the logs, and recommend changes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0 clean, 1 findings, 2 cannot do the job, 3 a bug."""
    try:
        result: Any = group.main(args=arguments, prog_name="svcflow", standalone_mode=False)
        sys.stdout.flush()
        return int(result or 0)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        console.complain(error.format_message(), f"see {context.command_path} --help" if context else "")
        return 2
    except (click.Abort, KeyboardInterrupt):
        console.complain("interrupted; no file was left half-written")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SvcflowError as error:
        console.complain(error.message, error.hint)
        return 2
    except Exception:  # the one place that may catch everything: a bug is said to be one
        traceback.print_exc()
        console.complain("this is a bug in svcflow", "please report it with the lines above")
        return 3


def run() -> None:
    """Enter from the console script."""
    sys.exit(main())
