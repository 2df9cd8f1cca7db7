#!/usr/bin/env python3
"""Compares arms with themselves, and counts what the harness says of them.

Measured in worker processes, as by default, and in one process. Run it with the number of turns, by default 3.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import lab

WORDS = ["same", "inconclusive", "faster", "slower"]
WAYS = {"worker processes": [], "one process": ["--in-process"]}


def measure(program, arguments):
    """The comparisons of one run: the group, the parameters, and what was found."""
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        command = [program, "--bench", "--output", f"json={result}", *arguments]
        _, spent = lab.run(command, cwd=lab.META / "twins", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        benchmarks = json.loads(result.read_text())["benchmarks"]
    found = [(b["group"], b["params"], b["ratio"]) for b in benchmarks if b.get("ratio")]
    return spent, found


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    program = lab.build_bench("twins", "twins")
    found = {way: [] for way in WAYS}
    walls = {way: [] for way in WAYS}
    for _ in range(turns):
        for way, arguments in WAYS.items():
            spent, comparisons = measure(program, arguments)
            found[way] += comparisons
            walls[way].append(spent.wall_s)
            print(f"{way}: {spent.wall_s:.0f} s", file=sys.stderr, flush=True)
    report(turns, found, walls)


def report(turns, found, walls):
    print(f"{lab.machine()}; {turns} turns\n")
    rows = []
    for way, comparisons in found.items():
        for group in sorted({group for group, _, _ in comparisons}):
            ratios = [ratio for of, _, ratio in comparisons if of == group]
            words = Counter(ratio["verdict"] for ratio in ratios)
            off = [abs(ratio["value"] - 1) * 100 for ratio in ratios]
            width = [(ratio["high"] - ratio["low"]) * 50 for ratio in ratios]
            rows.append(
                [way, group, len(ratios)]
                + [words[word] for word in WORDS]
                + [f"{lab.median(off):.2f}", f"{max(off):.2f}", f"{lab.median(width):.2f}"]
                + [f"{lab.median(walls[way]):.0f}"]
            )
    off = ["median error %", "worst error %", "median half-width %", "wall s of both groups"]
    lab.table(["", "", "comparisons", *WORDS, *off], rows)
    for way, comparisons in found.items():
        for group, params, ratio in comparisons:
            if ratio["verdict"] in ("faster", "slower"):
                print(f"{way}, {group} {params}: {ratio['verdict']} {ratio['value']:.4f} [{ratio['low']:.4f}, {ratio['high']:.4f}]")


if __name__ == "__main__":
    main()
