from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

NAME = "svcflow_test_logs"

if NAME not in sys.modules:  # the folders of tests share one builder, whichever is collected first
    path = Path(__file__).parents[1] / "mining" / "logs.py"
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[NAME])
