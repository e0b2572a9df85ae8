"""What Spark is told at the start: where to listen, what to keep to itself, where to put its files."""

from __future__ import annotations

import sys
from pathlib import Path

from svcflow.engines.spark import java

MEMORY, CLUSTER_MEMORY = "1g", "4g"
"""For Java here, which only hands states on; of a cluster, all of them go through it."""

_QUIET = """\
status = off
rootLogger.level = error
rootLogger.appenderRef.file.ref = err
appender.err.type = Console
appender.err.name = err
appender.err.target = SYSTEM_ERR
appender.err.layout.type = PatternLayout
appender.err.layout.pattern = %m%n
"""


def choose_environment(master: str, folder: Path) -> dict[str, str]:
    """Return what the environment of Java and of the workers on this machine is to hold."""
    home = java.find_home(folder)
    chosen = {"JAVA_HOME": str(home)} if home else {}
    if master.startswith("local"):
        chosen |= {
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_DRIVER_PYTHON": sys.executable,
            "SPARK_CONF_DIR": str(folder),
        }
    return chosen


def choose_settings(master: str, folder: Path) -> dict[str, str]:
    """Return what Spark is told: no pages, no bar of progress, no words but errors, and a folder of its own."""
    quiet = folder / "log4j2.properties"
    quiet.write_text(_QUIET, "utf-8")
    settings = {
        "spark.master": master,
        "spark.app.name": "svcflow",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "false",
        "spark.driver.memory": MEMORY if master.startswith("local") else CLUSTER_MEMORY,
        "spark.driver.maxResultSize": "0",
        "spark.local.dir": str(folder),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()} -Djava.io.tmpdir={folder} "
        "-XX:-UsePerfData -XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return settings
