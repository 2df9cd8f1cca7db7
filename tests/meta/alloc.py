#!/usr/bin/env python3
"""Pairs of an allocation and its release under adapter-bench's allocator and its peers, on one thread and on two.

The programs take turns, and so do two bodies: *pairs* releases every block at once, *blocks* a thousand of them together. Run it with the number of turns, by default 25: a pair takes a whole number of the processor's
cycles, which differs from one start of a program to another, and only the mean over many starts tells less than a cycle.
"""

import os
import statistics
import subprocess
import sys

import lab

# What is run: the program, and what it is told behind the number of threads and the body.
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
# The second body is for what costs so little that it takes more than the fastest pair to tell.
BODIES = {"pairs": list(ARMS), "blocks": ["the system's allocator", "adapter-bench, off"]}

# What is compared with what, on which body, and the largest ratio that is wanted.
GOALS = [
    ("off, a thousand blocks", "blocks", "adapter-bench, off", "the system's allocator", 1.02),
    ("off, released at once", "pairs", "adapter-bench, off", "the system's allocator", 1.02),
    ("counting", "pairs", "adapter-bench, counting", "stats_alloc", 1.5),
    ("with all call sites", "pairs", "… with all call sites", "dhat 0.3, profiling", 0.1),
]


def build():
    environment = {"CARGO_TARGET_DIR": str(lab.TARGET)} | os.environ
    lab.run(["cargo", "build", "--release", "-p", "alloc-pairs"], cwd=lab.META, env=environment)
    return lab.Path(environment["CARGO_TARGET_DIR"]) / "release"


def measured(programs, arm, body, threads):
    program, *told = ARMS[arm]
    command = [programs / program, threads, body, *told]
    finished, _ = lab.run(command, stdout=subprocess.PIPE)
    return float(finished.stdout)


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    programs = build()
    ns = {(arm, body, threads): [] for body, arms in BODIES.items() for arm in arms for threads in THREADS}
    for _ in range(turns):
        for arm, body, threads in ns:
            ns[arm, body, threads].append(measured(programs, arm, body, threads))
    print(f"{lab.machine()}; nanoseconds per pair and thread, medians of {turns} turns, and the range\n")
    for body, arms in BODIES.items():
        lab.table([body, "1 thread", "2 threads"], [[arm, *(lab.ranged(ns[arm, body, n]) for n in THREADS)] for arm in arms])
    kept = [goal(ns, n, *wanted) for wanted in GOALS for n in THREADS]
    lab.table(["", "goal", "measured", ""], [row[:4] for row in kept])
    lab.record("alloc", rows=kept)


def goal(ns, threads, name, body, arm, peer, limit):
    """A ratio within turns, so that what slows the machine down slows both: the mean of the middle half of them."""
    ratios = [mine / theirs for mine, theirs in zip(ns[arm, body, threads], ns[peer, body, threads])]
    middle = sorted(ratios)[len(ratios) // 4 : -(len(ratios) // 4) or None]
    mean = statistics.geometric_mean(middle)
    measured = f"{lab.digits(mean)} ({lab.digits(min(ratios))} to {lab.digits(max(ratios))})"
    outcome = "met" if mean <= limit else "**missed**"
    on = "1 thread" if threads == 1 else f"{threads} threads"
    return [f"allocations, {name}, {on}", f"at most {limit} of {peer}", measured, outcome, "`alloc.py`"]


if __name__ == "__main__":
    main()
