"""Eight tasks and four pools for Prosimos, which `bench_simulate` runs in an environment of its own.

    python peer_prosimos.py FOLDER CASES

Prints the CPU seconds of the simulation as JSON. Nothing of svcflow is imported.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

STEPS, TEAMS, HEADS = 8, 4, 31
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def write_model(path: Path) -> None:
    """Write the sequence of tasks as BPMN."""
    nodes = ["start", *(f"t{i}" for i in range(STEPS)), "end"]
    flows = "".join(
        f'<sequenceFlow id="f{i}" sourceRef="{nodes[i]}" targetRef="{nodes[i + 1]}"/>' for i in range(len(nodes) - 1)
    )
    tasks = "".join(
        f'<task id="t{i}" name="Step {i}"><incoming>f{i}</incoming><outgoing>f{i + 1}</outgoing></task>'
        for i in range(STEPS)
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{BPMN}" id="d" targetNamespace="t">'
        f'<process id="p"><startEvent id="start"><outgoing>f0</outgoing></startEvent>{tasks}'
        f'<endEvent id="end"><incoming>f{STEPS}</incoming></endEvent>{flows}</process></definitions>',
        encoding="utf-8",
    )


def write_parameters(path: Path) -> None:
    """Write pools, calendars and durations: lognormal work of ten minutes, an arrival every 201 s of working time."""
    week = [{"from": "MONDAY", "to": "FRIDAY", "beginTime": "09:00:00", "endTime": "17:00:00"}]
    always = [{"from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00", "endTime": "23:59:59"}]
    work = {
        "distribution_name": "lognorm",
        "distribution_params": [{"value": v} for v in (600.0, 160_000.0, 0.0, 36_000.0)],
    }
    people = [
        {"id": f"r{t}_{n}", "name": f"r{t}_{n}", "cost_per_hour": 1, "amount": 1, "calendar": "week",
         "assignedTasks": [f"t{i}" for i in range(STEPS) if i % TEAMS == t]}
        for t in range(TEAMS) for n in range(HEADS)
    ]  # fmt: skip
    pools = [
        {"id": f"team{t}", "name": f"team{t}", "resource_list": [p for p in people if p["id"].startswith(f"r{t}_")]}
        for t in range(TEAMS)
    ]
    parameters = {
        "resource_profiles": pools,
        "resource_calendars": [{"id": "week", "name": "week", "time_periods": week}],
        "arrival_time_calendar": always,
        "arrival_time_distribution": {
            "distribution_name": "expon",
            "distribution_params": [{"value": v} for v in (201.6, 0.0, 36_000.0)],
        },
        "task_resource_distribution": [
            {
                "task_id": f"t{i}",
                "resources": [{"resource_id": p["id"], **work} for p in people if f"t{i}" in p["assignedTasks"]],
            }
            for i in range(STEPS)
        ],
        "gateway_branching_probabilities": [],
        "event_distribution": [],
    }
    path.write_text(json.dumps(parameters), encoding="utf-8")


def main() -> None:
    """Simulate, and print the CPU seconds it took."""
    from prosimos.simulation_engine import run_simulation

    folder, cases = Path(sys.argv[1]), int(sys.argv[2])
    write_model(folder / "model.bpmn")
    write_parameters(folder / "model.json")
    begun = time.process_time()
    run_simulation(str(folder / "model.bpmn"), str(folder / "model.json"), cases, None, str(folder / "log.csv"))
    print(json.dumps({"cpu_s": time.process_time() - begun}))


if __name__ == "__main__":
    main()
