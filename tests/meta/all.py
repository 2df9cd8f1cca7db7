#!/usr/bin/env python3
"""Measures every part at its full size and writes the tables of the book.

It takes about an hour on two cores that should be otherwise idle. What was interrupted goes on where it ended; remove
`target/measured.jsonl` to begin anew.
"""

import subprocess
import sys

import lab
import verdicts

# Seeds, so that each kind has 100 comparisons of a cell that has a goal, 200 of the processor's arms that are alike.
SEEDS = {
    "cpu": {0: 10, 2: 5, 5: 5, 10: 5},
    "allocating": {0: 5, 2: 5, 5: 5, 10: 5},
    "memory": {0: 10, 2: 10, 5: 10, 10: 20},
    "tcp": {0: 13, 2: 20, 5: 20, 10: 10},
}


def run(script, *arguments):
    print(f"{script} {' '.join(arguments)}", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, str(lab.META / script), *arguments], check=True, stdout=subprocess.DEVNULL)


def compare():
    for kind in verdicts.KINDS:
        for percent, seeds in SEEDS[kind].items():
            for surrounding in ([], ["--neighbour"]):
                setting = ["--kind", kind, "--percent", str(percent), "--runs", str(seeds)]
                run("verdicts.py", *setting, *surrounding)


def main():
    run("six_bodies.py", "3")
    compare()
    run("isolation.py", "10")
    run("copies.py", "5")
    run("gate.py")
    run("gate.py", "--neighbour")
    for setting in (["--commits", "the same", "--runs", "200"], ["--runs", "100"], ["--suite", "tcp", "--runs", "100"]):
        run("against.py", *setting)
    run("against.py", "--commits", "the same", "--runs", "200", "--neighbour")
    run("cold_build.py", "3")
    run("load.py")
    run("registry.py", "20")
    run("alloc.py", "9")
    run("event_loop.py", "5")
    run("assembly.py")
    run("containers.py", "20")
    run("report.py")


if __name__ == "__main__":
    main()
