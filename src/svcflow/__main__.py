"""Run svcflow as ``python -m svcflow``."""

from svcflow.cli.main import run

if __name__ == "__main__":
    run()
