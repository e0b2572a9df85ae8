"""Text with positions -> Workspace: schema, guards, net, scenarios; `rules` holds one rule a file."""
