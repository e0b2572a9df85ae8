"""What filters judge cases by: measured once for a log, each when it is first asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.engines import local
from svcflow.eventlog.log import Log, Millis
from svcflow.mining.variants import Variants, VariantsFold


class Facts:
    """A log and what was measured of its cases."""

    def __init__(self, log: Log) -> None:
        self.log = log

    @cached_property
    def case(self) -> NDArray[np.int32]:
        """Return for each instance the number of its case."""
        return np.repeat(np.arange(self.log.cases, dtype=np.int32), np.diff(self.log.offsets))

    @cached_property
    def begin(self) -> Millis:
        """Return when each case begins."""
        return np.minimum(self.log.start, self.log.time)[self.log.offsets[:-1]]

    @cached_property
    def cycle(self) -> Millis:
        """Return the cycle time of each case in milliseconds."""
        return times.cycle(self.log.start, self.log.time, self.log.offsets)

    @cached_property
    def variants(self) -> Variants:
        """Return the variants of the whole log."""
        found: Variants = local.run(self.log, {"variants": VariantsFold()})["variants"]
        return found
