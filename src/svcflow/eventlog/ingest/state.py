"""How far the reading of an export is, as plain values that can be written down and taken up again."""

from __future__ import annotations

import dataclasses
from typing import Any

from svcflow.eventlog.ingest.encoding import Encoder
from svcflow.eventlog.ingest.fields import Dictionary
from svcflow.eventlog.quality.tally import Rows, Tally
from svcflow.eventlog.stamps.evidence import Evidence


def state_of(encoder: Encoder, blocks: int) -> dict[str, Any]:
    """Return what an encoder has learnt from so many blocks."""
    notes = encoder.notes
    return {
        "blocks": blocks,
        "attributes": encoder.fields.attributes,
        "left_out": sorted(encoder.fields.left_out),
        "texts": {key: found.texts[1:] for key, found in encoder.fields.dictionaries.items()},
        "known": {name: dataclasses.asdict(found) for name, found in encoder.known.items()},
        "notes": {
            "rows": notes.rows,
            "tally": dataclasses.asdict(notes.tally),
            "reason": notes.reason,
            "naive": notes.naive,
            "transitions": notes.transitions,
            "case_columns": sorted(notes.case_columns),
            "event_columns": sorted(notes.event_columns),
        },
    }


def restore(state: dict[str, Any], encoder: Encoder) -> int:
    """Give a new encoder what another had learnt; return the number of blocks that it had read."""
    encoder.fields.attributes = dict(state["attributes"])
    encoder.fields.left_out = set(state["left_out"])
    for key, texts in state["texts"].items():
        encoder.fields.dictionaries[key] = Dictionary()
        encoder.fields.dictionaries[key].translate(texts)
    for name, found in state["known"].items():
        examples: dict[str, Any] = {
            part: tuple(value) if isinstance(value, list) else value for part, value in found.items()
        }
        encoder.known[name] = Evidence(**examples)
    told, notes = state["notes"], encoder.notes
    notes.rows, notes.reason = told["rows"], told["reason"]
    notes.naive, notes.transitions = told["naive"], told["transitions"]
    notes.case_columns, notes.event_columns = set(told["case_columns"]), set(told["event_columns"])
    notes.tally = _restore_tally(told["tally"])
    return int(state["blocks"])


def _restore_tally(told: dict[str, Any]) -> Tally:
    def rows(part: dict[str, Any]) -> Rows:
        return Rows(part["count"], tuple(part["first"]))

    counted: dict[str, Any] = {
        name: rows(value) if isinstance(value, dict) and "first" in value else value for name, value in told.items()
    }
    counted["dropped"] = {why: rows(value) for why, value in told["dropped"].items()}
    counted["reason"] = tuple(told["reason"])
    return Tally(**counted)
