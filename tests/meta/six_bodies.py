#!/usr/bin/env python3
"""Six bodies under adapter-bench, criterion and divan, each with its defaults: the time a run takes, and its figures.

The harnesses take turns. Run it with the number of turns, by default 3.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import lab

BODIES = ["noop", "mix", "hash", "parse", "allocate", "yields"]
UNITS = {"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}


def adapter_bench(program, scratch):
    result = scratch / "result.json"
    _, spent = lab.run([program, "--bench", "--output", f"json={result}"], **quiet())
    figures = {b["name"]: b["time"]["median"] for b in json.loads(result.read_text())["benchmarks"]}
    return spent, figures


def criterion(program, scratch):
    environment = os.environ | {"CRITERION_HOME": str(scratch)}
    _, spent = lab.run([program, "--bench", "--noplot"], env=environment, **quiet())
    estimates = {body: json.loads((scratch / body / "new" / "estimates.json").read_text()) for body in BODIES}
    # The headline of its report is the slope where it has one.
    return spent, {body: (e["slope"] or e["mean"])["point_estimate"] for body, e in estimates.items()}


def divan(program, _scratch):
    finished, spent = lab.run([program, "--bench"], **quiet())
    figures = {}
    for line in finished.stdout.splitlines():
        columns = line.split("│")
        if len(columns) == 6 and (name := re.match(r"[├╰]─ (\w+)", line)):
            number, unit = columns[2].split()
            figures[name[1]] = float(number) * UNITS[unit]
    return spent, figures


def quiet():
    return {"cwd": lab.META / "bodies", "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


HARNESSES = {"adapter-bench": adapter_bench, "criterion": criterion, "divan": divan}


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    programs = {name: lab.build_bench("bodies", name.replace("-", "_")) for name in HARNESSES}
    wall = {name: [] for name in HARNESSES}
    figures = {name: {body: [] for body in BODIES} for name in HARNESSES}
    for _ in range(turns):
        for name, measure in HARNESSES.items():
            with tempfile.TemporaryDirectory() as scratch:
                spent, found = measure(programs[name], Path(scratch))
            wall[name].append(spent.wall_s)
            for body in BODIES:
                figures[name][body].append(found[body])
            print(f"{name}: {spent.wall_s:.2f} s", file=sys.stderr, flush=True)
    report(turns, wall, figures)


def report(turns, wall, figures):
    print(f"{lab.machine()}; medians of {turns} turns, and the range\n")
    share = lab.median(wall["adapter-bench"]) / lab.median(wall["criterion"])
    lab.table(
        ["", "wall s"] + [f"{body}, ns" for body in BODIES],
        [
            [name, shown(wall[name])] + [shown(figures[name][body]) for body in BODIES]
            for name in HARNESSES
        ],
    )
    print(f"adapter-bench takes {share:.1%} of criterion's time (goal: at most 10 %)")
    floor, peer = min(figures["adapter-bench"]["noop"]), lab.median(figures["divan"]["noop"])
    median = lab.median(figures["adapter-bench"]["noop"])
    print(f"empty body: {median:.3f} ns, least {floor:.3f}; divan {peer:.3f} (goal: at most divan's, never 0)")


def shown(values):
    return f"{lab.median(values):.4g} ({min(values):.4g} to {max(values):.4g})"


if __name__ == "__main__":
    main()
