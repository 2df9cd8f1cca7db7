#!/usr/bin/env python3
"""The figures of six benchmarks that do no harm, alone and between others that leave behind what they can.

The suite is run in turns: alone, beside the others, alone again, and beside the others in one process, where nothing
isolates them. Run it with the number of turns, by default 10; turns that were kept are not measured again.
"""

import sys

import lab

ALONE = ["--skip-tag", "noisy"]
WAYS = {"alone": ALONE, "beside": [], "alone again": ALONE, "in one process": ["--in-process"]}


def medians(program, arguments):
    _, benchmarks = lab.run_suite(program, lab.META / "verdicts", *arguments)
    return {b["name"]: b["time"]["median"] for b in benchmarks if "noisy" not in b["tags"]}


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    program = lab.build_bench("verdicts", "isolation")
    for at in range(len(lab.recorded("isolation")), turns):
        lab.record("isolation", found={way: medians(program, arguments) for way, arguments in WAYS.items()})
        print(f"turn {at + 1} of {turns}", file=sys.stderr, flush=True)
    print(f"{lab.machine()}; against the suite alone, medians of {turns} turns, and the range\n")
    lab.table(HEADER, rows())


def ratios(name, way):
    """A benchmark's median against its median alone, turn by turn."""
    turns = [piece["found"] for piece in lab.recorded("isolation")]
    return [turn[way][name] / turn["alone"][name] for turn in turns]


def names():
    return list(lab.recorded("isolation")[-1]["found"]["alone"])


HEADER = ["", *list(WAYS)[1:]]


def rows():
    for name in names():
        yield [name] + [lab.ranged(ratios(name, way)) for way in HEADER[1:]]


if __name__ == "__main__":
    main()
