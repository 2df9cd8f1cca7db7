#!/usr/bin/env python3
"""Six bodies under adapter-bench and its peers, each with its defaults: the time a run takes, and its figures.

The harnesses take turns. Run it with the number of turns, by default 3; turns that were kept are not measured again.
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
UNITS = {"ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9}
# Sub-samples of a turn, by how long an operation takes.
SAMPLES = {"tiny": 10, "short": 10, "medium": 10}


def adapter_bench(program, _scratch):
    spent, benchmarks = lab.run_suite(program, lab.META / "bodies")
    figures = {b["name"]: b["time"]["median"] for b in benchmarks}
    return spent, figures | {"timed": sum(map(timed_s, benchmarks)) / spent.wall_s}


def timed_s(benchmark):
    """How long the clock ran for a benchmark, warm-up rounds left out."""
    time = benchmark["time"]
    samples = SAMPLES.get(time["regime"]) or int(min(max(1e6 / time["calibrated"], 2), 10))
    return time["rounds"] * samples * time["iterations"] * time["mean"] / 1e9


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
            figures[name[1]] = nanoseconds(*columns[2].split())
    return spent, figures


def tango(program, _scratch):
    """Compares the program with itself; the figures are those of the baseline, to a tenth of their unit.

    It ends with 1 where it finds a difference, and marks that with an asterisk.
    """
    finished, spent = lab.run([program, "compare"], codes=(0, 1), **quiet())
    found = re.findall(r"(\w+) +\[ +([\d.]+) (\w+) \.\.\.", finished.stdout)
    figures = {name: nanoseconds(number, unit) for name, number, unit in found}
    return spent, figures | {"called different": finished.stdout.count("*")}


def zenbench(program, scratch):
    environment = os.environ | {"ZENBENCH_DATA_DIR": str(scratch)}
    finished, spent = lab.run([program, "--bench", "--format=json"], env=environment, **quiet())
    found = [group["benchmarks"][0] for group in json.loads(finished.stdout)["comparisons"]]
    # The headline of its report is the mean.
    return spent, {benchmark["name"]: benchmark["summary"]["mean"] for benchmark in found}


def nanoseconds(number, unit):
    return float(number) * UNITS[unit]


def quiet():
    return {"cwd": lab.META / "bodies", "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


HARNESSES = {
    "adapter-bench": adapter_bench,
    "criterion": criterion,
    "divan": divan,
    "tango": tango,
    "zenbench": zenbench,
}


def turn(programs):
    found = {}
    for name, measure in HARNESSES.items():
        with tempfile.TemporaryDirectory() as scratch:
            spent, figures = measure(programs[name], Path(scratch))
        found[name] = {"wall_s": spent.wall_s} | figures
        print(f"{name}: {spent.wall_s:.2f} s", file=sys.stderr, flush=True)
    return found


def clock_ns():
    """What the two readings of the clock around a sub-sample take."""
    _, benchmarks = lab.run_suite(lab.build_bench("verdicts", "loops"), lab.META / "verdicts", "clock")
    return benchmarks[0]["time"]["median"]


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    programs = {name: lab.build_bench("bodies", name.replace("-", "_")) for name in HARNESSES}
    for _ in range(len(lab.recorded("six bodies")), turns):
        lab.record("six bodies", found=turn(programs), clock_ns=clock_ns())
    report()


def of(harness, figure):
    """A figure of a harness in every turn that was kept; empty where it does not give it."""
    found = [piece["found"][harness] for piece in lab.recorded("six bodies")]
    return [each[figure] for each in found if figure in each]


def rows():
    for name in HARNESSES:
        yield [name] + [lab.ranged(of(name, figure)) for figure in ["wall_s", *BODIES]]


HEADER = ["", "wall s", *(f"{body}, ns" for body in BODIES)]


def report():
    print(f"{lab.machine()}; medians of {len(lab.recorded('six bodies'))} turns, and the range\n")
    lab.table(HEADER, rows())


if __name__ == "__main__":
    main()
