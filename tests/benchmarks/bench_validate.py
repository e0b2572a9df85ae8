"""How long `svcflow validate` takes: the shipped definitions, and 100 generated ones of 100 steps each.

Prints CPU seconds, peak memory, and the ratio to `check-jsonschema` on the same files and schemas, where that program
is given or found in another environment than this one (it is no dependency of svcflow).

    python tests/benchmarks/bench_validate.py [--smoke] [--check-jsonschema PROGRAM]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SVCFLOW = [sys.executable, "-m", "svcflow"]
BAR_S, START_BAR_S = 5.0, 0.4

ORGANISATION = """\
svcflow: 1
organisation: Generated
timezone: Europe/Berlin
calendars:
  office: {mon-fri: "09:00-12:00 13:00-18:00"}
  service: {mon-sun: "08:00-22:00"}
roles: {agent: {authority: {claim: 200}}, lead: {authority: {claim: any}}, head: {authority: {claim: any}}}
teams:
  top: {lead: head, members: {head: 1}, calendar: service}
  desk: {lead: lead, reports_to: top, members: {agent: 12, lead: 2}, calendar: service}
span_of_control: 15
"""


def flow_of(names: list[str], chance: random.Random, depth: int = 0) -> list[str]:
    """Return the lines of a flow over steps: sequences, choices, parallel branches and loops, nested."""
    lines: list[str] = []
    while names:
        size = min(len(names), chance.randint(1, 12))
        some, names = names[:size], names[size:]
        kind = chance.choice(["plain", "when", "choose", "parallel", "repeat"]) if size > 3 and depth < 3 else "plain"
        half = size // 2
        if kind == "plain":
            lines += [f"- {name}" for name in some]
        elif kind == "when":
            condition = chance.choice(["valid", "claim > 100", "severity >= high", "not settled"])
            lines += [f"- when: {condition}", "  do:", *indent(flow_of(some, chance, depth + 1))]
        elif kind == "choose":
            lines += ["- choose:", f"    - when: claim > {chance.randint(1, 900)}", "      do:"]
            lines += [*indent(flow_of(some[:half], chance, depth + 1), 8), "    - else:"]
            lines += indent(flow_of(some[half:], chance, depth + 1), 8)
        elif kind == "parallel":
            lines += ["- parallel:"]
            for part in (some[:half], some[half:]):
                lines += ["    -", *indent(flow_of(part, chance, depth + 2), 6)]
        else:
            lines += ["- repeat:", "    do:", *indent(flow_of(some, chance, depth + 1), 6), "    while: not settled"]
            lines += ["    max: 3"]
    return lines


def indent(lines: list[str], by: int = 4) -> list[str]:
    """Return lines moved to the right."""
    return [" " * by + line for line in lines]


def process_of(number: int, steps: int) -> str:
    """Return the text of one generated process."""
    chance = random.Random(number)
    names = [f"step_{n}" for n in range(steps)]
    register = [
        f"  {name}: {{name: Step {n}, owner: {chance.choice(['agent', 'lead'])}, "
        f"within: {{by: severity, critical: {chance.randint(5, 30)}m, else: {chance.randint(1, 4)}h}}, "
        f"labels: [Label {n}]}}"
        for n, name in enumerate(names)
    ]
    inner = flow_of(names[1:-1], chance)
    mixed = ", calendar: office" if number % 10 == 0 else ""
    return "\n".join([
        "svcflow: 1", f"process: generated_{number}", f"name: Generated {number}", "owner: lead",
        f"applies_to: kind == kind_{number}", "calendar: service", "case:",
        f"  kind: [{', '.join(f'kind_{n}' for n in range(max(100, number + 1)))}]",
        "  severity: [low, medium, high, critical]",
        "  claim: number", "  valid: boolean", "  settled: boolean", "steps:",
        *register, "flow:", f"  - {names[0]}", *indent(inner, 2), f"  - {names[-1]}", "  - end: done", "slas:",
        (
            f"  whole: {{from: {names[0]}, to: {names[-1]}, target: {{by: severity, critical: 6w, else: 60w}}, "
            f"objective: 90%, escalate: {{80%: lead, 100%: head}}{mixed}}}"
        ),
        f"  first: {{from: {names[0]}, to: {names[1]}, target: 5h, objective: 90%, escalate: {{80%: lead}}}}",
        "rules:", "  two_people: {different: [step_1, step_2], when: severity >= high}",
        "kpis:", '  settled: {measure: share(settled), target: ">= 90%"}', "",
    ])  # fmt: skip


def write(folder: Path, definitions: int, steps: int) -> list[Path]:
    """Write generated definitions and their organisation; return the processes."""
    (folder / "org.svcflow.yaml").write_text(ORGANISATION, encoding="utf-8")
    files = []
    for number in range(definitions):
        files.append(folder / f"generated_{number}.svcflow.yaml")
        files[-1].write_text(process_of(number, steps), encoding="utf-8")
    return files


def run(command: list[str]) -> tuple[float, float, str]:
    """Return the CPU seconds and peak MB of a command, and the last line it printed."""
    code = (
        "import json, resource, subprocess, sys\n"
        "done = subprocess.run(json.loads(sys.argv[1]), capture_output=True, text=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, done.returncode,"
        " (done.stdout + done.stderr).strip().splitlines()[-1:]]))\n"
    )
    # A fresh parent, so that the peak is that of this command alone.
    text = subprocess.run([sys.executable, "-c", code, json.dumps(command)], capture_output=True, text=True, check=True)
    cpu, peak, status, last = json.loads(text.stdout)
    return cpu, peak, f"exit {status}: {' '.join(last)}"


def compare(program: str | None, files: list[Path], ours: float) -> str:
    """Return the ratio to check-jsonschema, or that it was not measured."""
    found = program or shutil.which("check-jsonschema")
    if found is None:
        return "check-jsonschema: not measured (give --check-jsonschema PROGRAM from an environment of its own)"
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "process.json"
        schema.write_text(
            subprocess.run([*SVCFLOW, "schema", "process"], capture_output=True, text=True, check=True).stdout
        )
        theirs, peak, told = run([found, "--schemafile", str(schema), *map(str, files)])
    return f"check-jsonschema: {theirs:.2f} s CPU, peak {peak:.0f} MB ({told}); svcflow: {ours / theirs:.2f} times that"


def main() -> int:
    """Print the figures; exit with 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="3 definitions of 20 steps")
    parser.add_argument("--check-jsonschema", metavar="PROGRAM")
    given = parser.parse_args()
    definitions, steps = (3, 20) if given.smoke else (100, 100)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed: compiled once, not at each start
    command = [*SVCFLOW, "validate", str(ROOT / "workflows")]
    run(command)
    start = min((run(command) for _ in range(1 if given.smoke else 5)), key=lambda one: one[0])
    print(f"shipped workflows: {start[0]:.2f} s CPU, peak {start[1]:.0f} MB ({start[2]}); bar {START_BAR_S} s")
    with tempfile.TemporaryDirectory() as folder:
        files = write(Path(folder), definitions, steps)
        cpu, peak, told = run([*SVCFLOW, "validate", folder, "--preset", "strict", "--exit-zero"])
        print(
            f"{definitions} definitions of {steps} steps: {cpu:.2f} s CPU, peak {peak:.0f} MB ({told}); bar {BAR_S} s"
        )
        print(compare(given.check_jsonschema, files, cpu))
    missed = not given.smoke and (cpu > BAR_S or start[0] > START_BAR_S)
    print("a bar is missed" if missed else "within the bars")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
