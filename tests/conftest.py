"""What holds for all tests."""

from __future__ import annotations

import importlib.util
import signal
import sys
from pathlib import Path

# A run in the background may inherit that Ctrl-C is ignored; the programs that tests interrupt must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)

LOGS = "svcflow_test_logs"

if LOGS not in sys.modules:  # the folders of tests share one builder of logs
    path = Path(__file__).parent / "mining" / "logs.py"
    spec = importlib.util.spec_from_file_location(LOGS, path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[LOGS] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[LOGS])
