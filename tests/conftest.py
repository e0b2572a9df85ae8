"""What holds for all tests."""

from __future__ import annotations

import signal

# A run in the background may inherit that Ctrl-C is ignored; the programs that tests interrupt must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)
