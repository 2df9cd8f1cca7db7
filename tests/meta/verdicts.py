#!/usr/bin/env python3
"""Comparisons whose right answer is known: arms that are alike, and arms that are slower by exactly 2, 5 or 10 %.

Each run is one seed. What is found is kept, and `--report` shows all that was found so far.
"""

import argparse
import os
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager

import lab

# The groups of the suite that make up a kind of work.
KINDS = {"cpu": ["cpu"], "allocating": ["allocating"], "memory": ["memory"], "tcp": ["tcp", "tcp-thread"]}
PERCENT = [0, 2, 5, 10]
WORDS = ["same", "inconclusive", "slower", "faster"]


@contextmanager
def neighbour(present):
    """A process that keeps the last core busy, if it is to be present."""
    child = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if present else None
    try:
        if child:
            os.sched_setaffinity(child.pid, {max(os.sched_getaffinity(0))})
        yield
    finally:
        if child:
            child.kill()
            child.wait()


def measure(program, kind, percent, seed):
    """One run of a kind: what it took, and its comparisons."""
    groups = [word for group in KINDS[kind] for word in ("--group", group)]
    arguments = [*groups, f"+{percent}%]", "--seed", str(seed)]
    spent, benchmarks = lab.run_suite(program, lab.META / "verdicts", *arguments)
    return spent, len(benchmarks), [comparison(b) for b in benchmarks if not b["is_reference"]]


def comparison(benchmark):
    ratio = benchmark.get("ratio") or sys.exit(f"{benchmark['id']} has no ratio: {benchmark}")
    kept = {key: ratio[key] for key in ("value", "low", "high", "verdict", "runs")}
    median = benchmark["time"]["median"]
    return kept | {"group": benchmark["group"], "cell": benchmark["params"]["cell"], "median_ns": median}


def collect(options):
    program = lab.build_bench("verdicts", "verdicts")
    for kind in options.kind or KINDS:
        for percent in options.percent or PERCENT:
            with neighbour(options.neighbour):
                collect_runs(program, kind, percent, options)


def collect_runs(program, kind, percent, options):
    """Goes on with the seeds where earlier pieces of the same measurement ended."""
    first = len(pieces(kind, percent, options.neighbour))
    for seed in range(first, options.runs):
        spent, benchmarks, comparisons = measure(program, kind, percent, seed)
        setting = {"kind": kind, "percent": percent, "neighbour": options.neighbour, "seed": seed}
        size = {"wall_s": spent.wall_s, "benchmarks": benchmarks}
        lab.record("verdicts", **setting, **size, comparisons=comparisons)
        each = spent.wall_s / len(comparisons)
        print(f"{kind} +{percent} %, seed {seed}: {each:.2f} s per comparison", file=sys.stderr, flush=True)


def pieces(kind, percent, with_neighbour):
    """The runs that were kept."""
    setting = {"kind": kind, "percent": percent, "neighbour": with_neighbour}.items()
    return [piece for piece in lab.recorded("verdicts") if setting <= piece.items()]


def summary(kind, percent, with_neighbour):
    """All kept comparisons of one cell of the table; `None` without any."""
    runs = pieces(kind, percent, with_neighbour)
    found = [comparison for piece in runs for comparison in piece["comparisons"]]
    if not found:
        return None
    off = sorted(abs(each["value"] / (1 + percent / 100) - 1) for each in found)
    words = Counter(each["verdict"] for each in found)
    per_benchmark = sum(piece["wall_s"] for piece in runs) / sum(piece["benchmarks"] for piece in runs)
    return {
        "comparisons": len(found),
        **{word: words[word] for word in WORDS},
        "median_off": lab.median(off),
        "worst_off": off[-1],
        "s_per_benchmark": per_benchmark,
        "date": runs[-1]["date"],
    }


def cells():
    """Every kind, slowdown and surrounding of which something was kept, with its summary."""
    for kind in KINDS:
        for percent in PERCENT:
            for with_neighbour in (False, True):
                if found := summary(kind, percent, with_neighbour):
                    yield kind, percent, with_neighbour, found


def rows():
    for kind, percent, with_neighbour, found in cells():
        yield [
            kind,
            f"+{percent} %" if percent else "alike",
            "neighbour" if with_neighbour else "quiet",
            found["comparisons"],
            *(found[word] for word in WORDS),
            f"{found['median_off']:.2%}",
            f"{found['worst_off']:.1%}",
            f"{found['s_per_benchmark']:.2f}",
        ]


HEADER = ["", "arms", "machine", "comparisons", *WORDS, "median error", "worst error", "s per benchmark"]


def wrong():
    """Every comparison that claims what is not so."""
    for piece in lab.recorded("verdicts"):
        for each in piece["comparisons"]:
            if each["verdict"] == "faster" or each["verdict"] == "slower" and piece["percent"] == 0:
                yield piece, each


def report():
    lab.table(HEADER, rows())
    for piece, each in wrong():
        where = f"{each['group']} {each['cell']}, seed {piece['seed']}, neighbour: {piece['neighbour']}"
        print(f"{where}: {each['verdict']} {each['value']:.4f} [{each['low']:.4f}, {each['high']:.4f}]")


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", action="append", choices=KINDS, help="repeatable; all by default")
    parser.add_argument("--percent", action="append", type=int, choices=PERCENT, help="repeatable; all by default")
    parser.add_argument("--neighbour", action="store_true", help="beside a process that keeps one core busy")
    parser.add_argument("--runs", type=int, default=1, help="how many seeds, those that were kept included")
    parser.add_argument("--report", action="store_true", help="only show what was kept")
    return parser.parse_args()


def main():
    chosen = options()
    if not chosen.report:
        collect(chosen)
    report()


if __name__ == "__main__":
    main()
