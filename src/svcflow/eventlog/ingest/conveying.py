"""The stages of one import, in their order: read, sort, merge and write."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from svcflow.errors import InputError
from svcflow.eventlog.canonical import find_done
from svcflow.eventlog.ingest import buckets, closing, examining, merging
from svcflow.eventlog.ingest.appending import Earlier
from svcflow.eventlog.ingest.collecting import Collector, choose_buckets, refine
from svcflow.eventlog.ingest.deduplication import unite
from svcflow.eventlog.ingest.finishing import Final, Findings
from svcflow.eventlog.ingest.reading import Reading, Source
from svcflow.eventlog.ingest.rows import Rows
from svcflow.eventlog.ingest.spill import Spill
from svcflow.eventlog.ingest.state import restore, state_of
from svcflow.eventlog.ingest.workplace import Workplace
from svcflow.eventlog.quality.survey import Survey
from svcflow.eventlog.quality.tally import Tally
from svcflow.eventlog.raw import Progress
from svcflow.eventlog.store.writing import ROWS, Writer

if TYPE_CHECKING:
    from svcflow.eventlog.ingest.importing import Imported

SHARE = 16
"""The part of the memory in which rows wait before they are written to the temporary file."""

LARGEST = 16
"""The part of the memory that a bucket may take on disk."""

GROUP = 1024
"""Bytes of memory for each row of a row group, and half a row of a window: with little memory they are smaller."""

IN_MEMORY = 1 << 18
"""Rows of a piece of the only bucket."""


class Conveyor:
    """Takes one export through all stages."""

    def __init__(
        self, source: Source, workplace: Workplace, note: str, *, memory: int, jobs: int, progress: Progress | None
    ) -> None:
        self.source = source
        self.workplace = workplace
        self.note = note
        self.jobs = jobs
        self.progress = progress or (lambda _: None)
        buckets_needed = choose_buckets(source.place.files, memory)
        self._collector = Collector(memory // SHARE, buckets_needed, self._open_rows)
        self._largest = memory // (LARGEST * jobs)
        self._group = min(ROWS, memory // GROUP)
        self._state = workplace.find_state()
        self.resumed = self._state is not None
        self.before: tuple[dict[str, Any], ...] = ()
        self.earlier: Earlier | None = None
        self.found = Findings()
        self.zone = ""
        self._blocks = 0
        self.span = closing.Span()
        self._tally = Tally()
        self._survey: Survey | None = None
        self._runs: Spill | None = None
        self._lock = threading.Lock()

    def run(self, target: Path) -> Imported:
        """Import the export into `target`."""
        self.reading = Reading(self.source)
        self._read()
        self._read_earlier()
        self._close_reading()
        chunks = self._sort()
        if not self.found.instances:
            raise InputError(
                f"{self.source.place.name} holds no completed activity",
                "check the lifecycle or end column, or state another with -m",
            )
        return self._write(chunks, target)

    def _read(self) -> None:
        """Encode all blocks; what does not fit into memory goes to the temporary file."""
        place, begun, encoder = 0, time.monotonic(), self.reading.encoder
        if self._state is not None:
            self._collector.flush()
            place = restore(self._state, encoder)
        for rows in self.reading.blocks(place):
            place += 1
            if self._collector.add(rows):
                self.workplace.save(state_of(encoder, place))
            seconds = max(time.monotonic() - begun, 0.001)
            self.progress(f"reading: {encoder.notes.rows:,} rows, {encoder.notes.rows / seconds:,.0f} rows/s")
        if not encoder.notes.tally.events:
            raise InputError(
                f"{self.source.place.name} holds no usable row: {encoder.notes.reason}",
                "check the columns with `svcflow inspect`",
            )
        self._blocks = place

    def _read_earlier(self) -> None:
        """Take the events of the file that is appended to."""
        if self.earlier is None:
            return
        encoder = self.reading.encoder
        self.earlier.check(encoder)
        for rows in self.earlier.blocks(encoder):
            encoder.notes.note_rows(rows)
            self._collector.add(rows)
            self.progress(f"reading {self.earlier.file.path.name}")

    def _close_reading(self) -> None:
        """Write what still waits to the temporary file, if there is one."""
        if self._collector.spill is None:
            return
        self._collector.flush()
        if self.earlier is None:
            self.workplace.save(state_of(self.reading.encoder, self._blocks))

    def _open_rows(self) -> Spill:
        return self.workplace.open_spill("rows", self._state)

    def _sort(self) -> list[list[merging.Chunk]]:
        """Sort and pair every bucket."""
        spill = self._collector.spill
        if spill is None:
            return [self._sort_bucket(self._collector.take, None)]
        refine(spill, self._largest)
        runs = self._runs = self.workplace.open_spill("runs")
        work = [partial(self._load, spill, bucket) for bucket in sorted(spill.index)]
        done: list[list[merging.Chunk]] = []
        with ThreadPoolExecutor(self.jobs) as pool:
            spread = pool.map if self.jobs > 1 else map
            for chunks in spread(lambda load: self._sort_bucket(load, runs), work):
                done.append(chunks)
                self.progress(f"sorting: {len(done)} of {len(work)} parts")
        return done

    def _load(self, spill: Spill, bucket: int) -> Rows:
        return Rows.unpack(spill.read(bucket))

    def _sort_bucket(self, load: Callable[[], Rows], spill: Spill | None) -> list[merging.Chunk]:
        """Return the sorted cases of one bucket, written to `spill` if there is one."""
        encoder = self.reading.encoder
        fields, notes = encoder.fields, encoder.notes
        bucket = buckets.number_cases(load())
        if self.earlier is not None:
            bucket = unite(bucket, fields.activity.key)
        events = len(bucket.rows)
        pairs = buckets.pair(bucket, fields.activity.key, transitions=notes.transitions)
        run, order = buckets.arrange(bucket, pairs)
        tally = examining.count_bucket(bucket, pairs, order)
        del bucket, pairs, order
        shown = buckets.show(run)
        survey = self._survey_run(shown) if len(shown.sizes) else None
        changing = buckets.find_changing(shown, list(run.codes)) if survey else set()
        with self._lock:
            self._tally += tally
            self.found.events += events
            if survey is not None:
                self._survey = survey if self._survey is None else self._survey + survey
                self.found.note(shown, fields, changing)
            self.found.note_open(run)
            return merging.divide(run, spill, IN_MEMORY if spill is None else merging.CHUNK)

    def _survey_run(self, run: buckets.Run) -> Survey:
        fields = self.reading.encoder.fields
        people = [fields.resource, fields.team]
        keys = [fields.activity.key, *(one.key if one else "" for one in people)]
        unknown = tuple(fields.find_missing(one) if one else np.zeros(0, bool) for one in people)
        size = len(fields.dictionary(fields.activity.key).texts)
        return examining.survey_run(run, keys, unknown, size)

    def _write(self, chunks: list[list[merging.Chunk]], target: Path) -> Imported:
        """Merge the buckets, give all codes their final meaning, and write the target."""
        encoder = self.reading.encoder
        final = Final(encoder.fields, self.found, (encoder.notes.case_columns, encoder.notes.event_columns))
        done, reasons = find_done(final.activity.vocabulary, encoder.plan.mapping)
        self.zone = encoder.plan.mapping.timezone or ("" if encoder.notes.naive else "UTC")
        activities = final.activity.vocabulary
        outline = examining.Outline(self.found.cases, self.found.instances, activities, done, self.zone)
        assert self._survey is not None
        survey = examining.recode_survey(self._survey, final.activity.table, len(activities))
        tally = dataclasses.replace(encoder.notes.tally + self._tally, events=self.found.events)
        examination = examining.Examination(outline, tally, survey)
        examination.begin()
        written = 0
        with Writer(target, final.layout, rows=self._group) as writer:
            for merged in merging.merge(chunks, self._runs, min(merging.WINDOW, self._group // 2)):
                run = final.trim(merged)
                if not len(run.sizes):
                    continue
                part = final.make_part(run)
                writer.add(part)
                shown = buckets.show(run)
                if not len(shown.sizes):
                    continue
                part = part if shown is run else final.make_part(shown)
                for batch, rows in examining.cut_batches(closing.batch_of(part)):
                    examination.show(batch, shown.number[rows])
                self.span.note(part)
                written += len(part.time)
                self.progress(f"writing: {written:,} of {self.found.instances:,} steps")
            facts = closing.make_facts(self, final, examination.finish(), (done, reasons))
            writer.finish(facts)
        return closing.tell(self, target, facts)
