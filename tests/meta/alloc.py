#!/usr/bin/env python3
"""Pairs of an allocation and its release under adapter-bench's allocator and its peers, on one thread and on two.

The programs take turns. Run it with the number of turns, by default 25: a pair takes a whole number of the processor's
cycles, which differs from one start of a program to another, and only the mean over many starts tells less than a cycle.
"""

import os
import statistics
import subprocess
import sys

import lab

# What is run: the program, and what it is told behind the number of threads.
ARMS = {
    "the system's allocator": ["bare"],
    "adapter-bench, off": ["tracking", "off"],
    "stats_alloc": ["stats_alloc"],
    "adapter-bench, counting": ["tracking", "none"],
    "… with sampled call sites": ["tracking", "sampled"],
    "… with all call sites": ["tracking", "full"],
    "dhat 0.3, profiling": ["dhat"],
}
THREADS = [1, 2]

# What is compared with what, and the largest ratio that is wanted.
GOALS = [
    ("off", "adapter-bench, off", "the system's allocator", 1.02),
    ("counting", "adapter-bench, counting", "stats_alloc", 1.5),
    ("with all call sites", "… with all call sites", "dhat 0.3, profiling", 0.1),
]


def build():
    environment = {"CARGO_TARGET_DIR": str(lab.TARGET)} | os.environ
    lab.run(["cargo", "build", "--release", "-p", "alloc-pairs"], cwd=lab.META, env=environment)
    return lab.Path(environment["CARGO_TARGET_DIR"]) / "release"


def measured(programs, arm, threads):
    program, *told = ARMS[arm]
    command = [programs / program, threads, *told]
    finished, _ = lab.run(command, stdout=subprocess.PIPE)
    return float(finished.stdout)


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    programs = build()
    ns = {(arm, threads): [] for arm in ARMS for threads in THREADS}
    for _ in range(turns):
        for arm, threads in ns:
            ns[arm, threads].append(measured(programs, arm, threads))
    print(f"{lab.machine()}; nanoseconds per pair and thread, medians of {turns} turns, and the range\n")
    lab.table(["", "1 thread", "2 threads"], [[arm, *(lab.ranged(ns[arm, n]) for n in THREADS)] for arm in ARMS])
    kept = [goal(name, ns, arm, peer, limit, n) for name, arm, peer, limit in GOALS for n in THREADS]
    lab.table(["", "goal", "measured", ""], [row[:4] for row in kept])
    lab.record("alloc", rows=kept)


def goal(name, ns, arm, peer, limit, threads):
    """A ratio within turns, so that what slows the machine down slows both: the mean of the middle half of them."""
    ratios = [mine / theirs for mine, theirs in zip(ns[arm, threads], ns[peer, threads])]
    middle = sorted(ratios)[len(ratios) // 4 : -(len(ratios) // 4) or None]
    mean = statistics.geometric_mean(middle)
    measured = f"{lab.digits(mean)} ({lab.digits(min(ratios))} to {lab.digits(max(ratios))})"
    outcome = "met" if mean <= limit else "**missed**"
    on = "1 thread" if threads == 1 else f"{threads} threads"
    return [f"allocations, {name}, {on}", f"at most {limit} of {peer}", measured, outcome, "`alloc.py`"]


if __name__ == "__main__":
    main()
