#!/usr/bin/env python3
"""Stored results and baselines of 1,000 to 100,000 benchmarks: how long they take to load, compare and record.

The results are made up, the baseline is recorded from them. Run it with the number of turns, by default 5.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import lab

SIZES = [1_000, 10_000, 100_000]
ARM = "loops::loops::arm_{:05}"


def program():
    return lab.build_bench("verdicts", "loops")


def results(path, size):
    """A result file of as many benchmarks, with figures as long as measured ones are."""
    generator = random.Random(0)
    file = json.loads(HEAD)
    file["benchmarks"] = [benchmark(number, generator) for number in range(size)]
    path.write_text(json.dumps(file))


def benchmark(number, generator):
    median = generator.uniform(1e2, 1e6)
    near = lambda: median * generator.uniform(0.99, 1.01)
    entry = json.loads(BENCHMARK)
    entry |= {"id": ARM.format(number), "name": ARM.format(number).rsplit("::", 1)[1]}
    entry["time"] |= {key: near() for key in FIGURES} | {"median": median, "stddev": median / 100}
    entry["time"]["runs"] = [{"median": near(), "rounds": 10, "involuntary_switches": 0} for _ in range(6)]
    return entry


FIGURES = ["min", "max", "mean", "mad", "p50", "p90", "p95", "p99", "p999", "calibrated", "first_call"]
HEAD = """{
  "schema": "adapter-bench/result/1",
  "run": {"suite": "loops::loops", "started_at": "2026-01-01T00:00:00.000Z", "elapsed_ns": 0, "host": "",
    "arch": "linux-x86_64", "cpu": "", "cores": 1, "kernel": "", "rustc": "", "profile": "release", "opt_level": "3",
    "rustflags": "", "seed": 0, "depth": "default", "params": {}, "warnings": []}
}"""
BENCHMARK = """{
  "params": {}, "kind": "core", "tags": [], "is_reference": false,
  "location": {"file": "benches/loops.rs", "line": 1, "column": 1},
  "settings": {"min_rounds": 10, "max_rounds": 400, "min_time_ns": 0, "max_time_ns": 0, "warmup_time_ns": 0,
    "timeout_ns": 0, "processes": 6, "rounds_per_run": 10, "threads": 1, "flavor": "current_thread", "workers": 1},
  "recorded_at": "2026-01-01T00:00:00.000Z", "outcome": "measured", "shape": "serial", "placement": "shared",
  "time": {"unit": "ns", "percentiles_of": "calls", "drop": "untimed", "regime": "medium", "iterations": 1,
    "outliers": 0, "rounds": 60},
  "warnings": []
}"""


def measured(command, directory):
    """Wall time in ms and the peak of memory in MB."""
    command = [str(part) for part in command]
    start = time.monotonic()
    child = subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    told = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"exit code {child.returncode}: {' '.join(command)}\n{told.decode()}")
    return (time.monotonic() - start) * 1e3, usage.ru_maxrss / 1024


def commands(scratch, size):
    """What is measured, by name. All but the first two load the results of as many benchmarks."""
    one, all_results, baseline = (scratch / f"{name}.json" for name in ("one", f"all-{size}", f"baseline-{size}"))
    quiet = ["--bench", "--no-match", "fail", "-q", "--output", "json=/dev/null"]
    load = lambda path: [*quiet, f"--load={path}"]
    return {
        "one result, nothing to compare with": load(one),
        "one result against the whole baseline": [*load(one), f"--baseline={baseline}", ONE],
        "all results, nothing to compare with": load(all_results),
        "all results against the whole baseline": [*load(all_results), f"--baseline={baseline}"],
        "all results recorded in the baseline": [*load(all_results), f"--save-baseline={baseline}", "--force"],
    }


ONE = ARM.format(0)


def prepare(scratch, path, size):
    results(scratch / "one.json", 1)
    results(scratch / f"all-{size}.json", size)
    measured([path, *commands(scratch, size)["all results recorded in the baseline"]], scratch)


def rows(path, scratch, turns):
    for size in SIZES:
        prepare(scratch, path, size)
        found = {name: [] for name in commands(scratch, size)}
        for _ in range(turns):
            for name, command in commands(scratch, size).items():
                found[name].append(measured([path, *command], scratch))
        megabytes = (scratch / f"baseline-{size}.json").stat().st_size / 1e6
        for name, figures in found.items():
            walls, peaks = zip(*figures)
            wall = f"{lab.median(walls):.0f} ({min(walls):.0f} to {max(walls):.0f})"
            yield [f"{size:,}", name, wall, f"{max(peaks):.0f}", f"{megabytes:.1f}"]


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    path = program()
    print(f"{lab.machine()}; medians of {turns}, and the range\n")
    with tempfile.TemporaryDirectory() as scratch:
        lab.table(HEADER, rows(path, Path(scratch), turns))
    print("Goal: the second line under 1,000 ms for 100,000 entries, and ten times that of 10,000")


HEADER = ["entries", "", "wall ms", "peak MB", "baseline MB"]

if __name__ == "__main__":
    main()
