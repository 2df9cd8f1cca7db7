#!/usr/bin/env python3
"""Builds one benchmark from nothing under adapter-bench and under criterion, each with its default features.

The two take turns, offline and with the same lock file, so that no download is measured. Run it with the number of
turns, by default 3.
"""

import os
import shutil
import subprocess
import sys

import lab

HARNESSES = ["adapter-bench", "criterion"]


def cargo(harness, *arguments):
    environment = os.environ | {"CARGO_TARGET_DIR": str(directory(harness)), "CARGO_INCREMENTAL": "0"}
    command = ["cargo", *arguments, "--locked", "--offline", "-p", f"cold-{harness}"]
    return lab.run(command, cwd=lab.META, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def directory(harness):
    return lab.TARGET / "cold" / harness


def crates(harness):
    """How many packages are compiled, the benchmark's own left out."""
    tree, _ = cargo(harness, "tree", "-e", "normal,build,dev", "--prefix", "none", "--format", "{p}")
    return len({line.removesuffix(" (*)") for line in tree.stdout.splitlines() if line}) - 1


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    lab.run(["cargo", "fetch"], cwd=lab.META)
    cold, edited = ({harness: [] for harness in HARNESSES} for _ in range(2))
    for _ in range(turns):
        for harness in HARNESSES:
            shutil.rmtree(directory(harness), ignore_errors=True)
            cold[harness].append(cargo(harness, "bench", "--no-run")[1])
            source = lab.META / "cold" / harness / "benches" / "one.rs"
            source.touch()
            edited[harness].append(cargo(harness, "bench", "--no-run")[1])
            print(f"{harness}: {cold[harness][-1].cpu_s:.1f} s of CPU", file=sys.stderr, flush=True)
    report(turns, cold, edited)


def report(turns, cold, edited):
    print(f"{lab.machine()}; medians of {turns} turns, and the range\n")
    lab.table(
        ["", "crates", "CPU s", "wall s", "after an edit, CPU s", "after an edit, wall s"],
        [
            [harness, crates(harness)]
            + [shown(spent) for spent in (cpu(cold[harness]), wall(cold[harness]))]
            + [shown(spent) for spent in (cpu(edited[harness]), wall(edited[harness]))]
            for harness in HARNESSES
        ],
    )
    ours, theirs = (lab.median(cpu(cold[harness])) for harness in HARNESSES)
    share = ours / theirs
    print(f"adapter-bench takes {share:.2f} of criterion's CPU seconds (goal: at most 1, aim: 0.8)")
    outcome = "met" if share <= 1 else "**missed**"
    measured = f"{share:.2f} ({ours:.1f} and {theirs:.1f} s)"
    row = ["built from nothing, against criterion's CPU time", "at most 1", measured, outcome, "`cold_build.py`"]
    lab.record("cold build", rows=[row])


def cpu(spent):
    return [each.cpu_s for each in spent]


def wall(spent):
    return [each.wall_s for each in spent]


def shown(values):
    return f"{lab.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


if __name__ == "__main__":
    main()
