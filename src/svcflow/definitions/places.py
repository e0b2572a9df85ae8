"""Where something stands in the text, by its path in the YAML: ``slas/resolution/target/critical``."""

from __future__ import annotations

from svcflow.definitions.sources import Source
from svcflow.definitions.survey import Survey
from svcflow.documents import Listing, Mapping, Node, Scalar
from svcflow.findings import NOWHERE, Position


def place_of(survey: Survey, file: str, *path: str, value: bool = False) -> Position:
    """Return the place of the last key of a path (or of its value); as near as the text goes.

    A part may be several, joined by ``/``, as in the path of a flow item.
    """
    source = _source(survey, file)
    if source is None or source.root is None:
        return NOWHERE
    node: Node = source.root
    key: Scalar | None = None
    for part in (part for joined in path for part in joined.split("/")):
        found, name = _step(node, part)
        if found is None:
            break
        node, key = found, name
    return source.at(node.span if value or key is None else key.span)


def is_written(survey: Survey, file: str, *path: str) -> bool:
    """Return whether the text has something at a path."""
    source = _source(survey, file)
    node: Node | None = source.root if source else None
    for part in path:
        node = _step(node, part)[0] if node is not None else None
    return node is not None


def _source(survey: Survey, file: str) -> Source | None:
    key = ("sources",)
    if key not in survey.memo:
        survey.memo[key] = {source.document.file: source for source in survey.sources}
    found: Source | None = survey.memo[key].get(file)
    return found


def _step(node: Node, part: str) -> tuple[Node | None, Scalar | None]:
    if isinstance(node, Mapping):
        return node.get(part), node.key(part)
    if isinstance(node, Listing) and part.isdigit() and int(part) < len(node.items):
        return node.items[int(part)], None
    return None, None
