"""How often a step may happen in a case: the limit of the definition lowered, or a new one."""

from __future__ import annotations

from svcflow.advice import edits
from svcflow.advice.context import Context, Place
from svcflow.advice.patch import write_patch
from svcflow.advice.targets import ORDER


def limit_step(context: Context, place: Place, most: int) -> str | None:
    """Return a patch that allows a step `most` times in a case; ``None`` if the definition allows no more already."""
    workspace, process, step = context.workspace, place.process, place.step.id
    assert workspace is not None
    text, key = workspace.sources[process.file], f"few_{step}"
    limits = {
        rule.id: n for rule in process.rules.values() for name, n in rule.limits if name == step and not rule.when
    }
    if min(limits.values(), default=most + 1) <= most:
        return None
    if limits:
        edited = edits.replace(text, ("rules", min(limits, key=lambda i: limits[i]), "at_most", step), str(most))
    elif key in process.rules:
        return None
    else:
        edited = edits.insert_entry(text, "rules", key, f"{{at_most: {{{step}: {most}}}}}", order=ORDER)
    return write_patch(workspace, process.file, edited)
