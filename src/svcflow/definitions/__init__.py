"""Text with positions -> Workspace: schema, guards, net, scenarios; `rules` holds one rule a file."""

from svcflow.definitions.workspaces import check, load

__all__ = ["check", "load"]
