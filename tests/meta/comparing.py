#!/usr/bin/env python3
"""Loading and comparing stored results of up to 100,000 benchmarks: how long it takes, whether that grows in line with their
number, and whether two comparisons of the same files give the same bytes.

A suite is measured first, in a second or two, and its first benchmark copied under other names. Run it with the number of
comparisons, by default 5.
"""

import copy
import json
import sys
import tempfile
from pathlib import Path

import lab

COUNTS = [1_000, 10_000, 100_000]
GATES = ["plain", "confident"]


def template(program, scratch):
    """A result file with a single benchmark in it."""
    path = scratch / "template.json"
    command = [program, "--bench", "--quick", "--output", f"json={path}"]
    lab.run(command, cwd=lab.META / "bodies", capture_output=True)
    report = json.loads(path.read_text())
    report["benchmarks"] = [next(b for b in report["benchmarks"] if b["outcome"] == "measured")]
    report.get("run", {}).get("warnings", []).clear()
    return report


def stored(report, count, scratch):
    """The same benchmark that many times, and a baseline from which each differs by up to 20 %."""
    suite, one = report["run"]["suite"], report["benchmarks"][0]
    benchmarks, entries = [], []
    for at in range(count):
        benchmark = copy.copy(one) | {"id": f"{suite}::bench_{at:06}", "name": f"bench_{at:06}"}
        before = one["time"]["median"] * (0.8 + 0.4 * (at * 7919 % 1000) / 1000)
        runs = [before * (1 + 0.002 * ((at + run * 3) % 7 - 3)) for run in range(6)]
        entry = {"name": benchmark["id"], "median": before, "stddev": 0.02 * before, "rounds": 60, "unit": "ns", "runs": runs}
        benchmarks.append(benchmark)
        entries.append(entry)
    results, baseline = scratch / f"results_{count}.json", scratch / f"baseline_{count}.json"
    results.write_text(json.dumps(report | {"benchmarks": benchmarks}))
    head = {"version": 1, "arch": report["run"]["arch"], "recorded_at": "2026-11-01T00:00:00Z"}
    baseline.write_text(json.dumps(head | {"benchmarks": entries}))
    return results, baseline


def compare(program, results, baseline, gate, out):
    """Compares stored results; many of them are worse than allowed, so it ends with 100."""
    command = [program, "--bench", f"--load={results}", f"--baseline={baseline}", "--gate", gate]
    script = 'set -e; rc=0; "$@" >/dev/null 2>&1 || rc=$?; test $rc = 100'
    _, spent = lab.run(["sh", "-c", script, "sh", *command, "--output", f"json={out}"], cwd=lab.META / "bodies")
    return spent.wall_s, out.read_bytes()


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    program = lab.build_bench("bodies", "adapter_bench")
    rows, medians, are_same = [], {}, True
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        report = template(program, scratch)
        for count in COUNTS:
            files = stored(report, count, scratch)
            for gate in GATES:
                found = [compare(program, *files, gate, scratch / "out.json") for _ in range(times)]
                walls = [1e3 * wall for wall, _ in found]
                medians[gate, count] = lab.median(walls)
                are_same &= len({text for _, text in found}) == 1
                rows.append([f"{count:,}", gate, lab.ranged(walls)])
    print(f"{lab.machine()}; medians of {times}, and the range; writing the result file is part of it\n")
    lab.table(["benchmarks", "gate", "wall ms"], rows)
    growth = max(medians[gate, COUNTS[-1]] / medians[gate, COUNTS[-2]] for gate in GATES)
    print(f"{COUNTS[-1]:,} take {growth:.1f} times as long as {COUNTS[-2]:,}; the same bytes each time: {are_same}")
    lab.record("comparing", rows=rows, growth=growth, are_same=are_same)


if __name__ == "__main__":
    main()
