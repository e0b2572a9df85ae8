"""The definitions of the figures on this page."""

from __future__ import annotations

from svcflow.report.section import Context, Section, definitions, words_of
from svcflow.report.words import EMPTY

ORDER = 150

say = words_of(__name__)


def build(context: Context) -> Section | None:
    """Return what each definition that the page cites says."""
    words = definitions()
    cited = sorted(context.definitions, key=list(words.messages).index)
    if not cited:
        return None
    entries = [{"id": id_, "name": words(id_), "text": words.get(f"{id_}.text") or EMPTY} for id_ in cited]
    return Section(say("title"), say("lead"), {"entries": entries})
