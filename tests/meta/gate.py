#!/usr/bin/env python3
"""The gate against stored baselines when nothing has changed: how often it fails, and how often it cannot tell.

A suite of eight bodies on the processor, four alone and four in a group, is compared with a baseline that was recorded on
the same machine, again and again, quiet or beside a process that keeps a core busy. Runs that were kept are not measured
again. Every 40 runs there is another baseline; all are recorded while it is quiet.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import lab
from verdicts import neighbour

PART = "gate"
RUNS_OF_A_BASELINE = 40
WORDS = ["unchanged", "inconclusive", "regressed", "improved"]
HOME = lab.TARGET / "gate"


def run(program, *arguments):
    """The benchmarks of one run, and the exit code of the gate. 100 is what is looked for."""
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        command = [program, "--bench", "-q", "--measure", "time", "--output", f"json={result}", *arguments]
        environment = os.environ | {"ADAPTER_BENCH_STORE_DIR": scratch}
        finished, spent = lab.run(
            command, codes=(0, 100), cwd=lab.META, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        return spent.wall_s, finished.returncode, json.loads(result.read_text())["benchmarks"]


def baseline(program, number):
    """A baseline of its own for every so many runs; what is recorded once stays."""
    path = HOME / f"baseline-{number}.json"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        # By force: a machine that is shared is never quiet enough for a baseline that is committed.
        run(program, f"--save-baseline={path}", "--force", "--seed", str(1_000_000 + number))
    return path


def found(benchmark):
    verdict = benchmark["verdicts"][0]
    keys = ("metric", "verdict", "change", "low", "high", "fails", "reason")
    return {"group": benchmark.get("group", ""), **{key: verdict.get(key) for key in keys}}


def measure(program, with_neighbour, seed):
    against = baseline(program, seed // RUNS_OF_A_BASELINE)
    with neighbour(with_neighbour):
        wall, code, benchmarks = run(program, f"--baseline={against}", "--seed", str(seed))
    told = {benchmark["name"]: found(benchmark) for benchmark in benchmarks}
    lab.record(PART, neighbour=with_neighbour, seed=seed, wall_s=wall, code=code, benchmarks=told)


def pieces(with_neighbour):
    return [piece for piece in lab.recorded(PART) if piece["neighbour"] == with_neighbour]


def cells():
    """What was found, by surrounding and by whether benchmarks stand alone; nothing where there are no runs."""
    for with_neighbour in (False, True):
        runs = pieces(with_neighbour)
        for group in ("", "together") if runs else ():
            told = [each for piece in runs for each in piece["benchmarks"].values() if each["group"] == group]
            failed = sum(any(b["fails"] for b in p["benchmarks"].values() if b["group"] == group) for p in runs)
            yield with_neighbour, group, {
                "runs": len(runs),
                "failed": failed,
                "comparisons": len(told),
                "words": Counter(each["verdict"] for each in told),
                "machine": sum("the machine" in (each["reason"] or "") for each in told),
                "wall_s": lab.median([piece["wall_s"] for piece in runs]),
            }


HEADER = ["", "machine", "runs", "gate failures", "comparisons", *WORDS, "of these the machine's", "s per run"]


def rows():
    for with_neighbour, group, of in cells():
        yield [
            "in a group" if group else "alone",
            "neighbour" if with_neighbour else "quiet",
            of["runs"],
            of["failed"],
            of["comparisons"],
            *(f"{of['words'][word]}" for word in WORDS),
            of["machine"],
            f"{of['wall_s']:.2f}",
        ]


def wrong():
    """What was called changed."""
    for piece in lab.recorded(PART):
        for name, each in piece["benchmarks"].items():
            if each["verdict"] in ("regressed", "improved"):
                yield piece, name, each


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="runs that there should be in all; 0 shows those that were kept")
    parser.add_argument("--neighbour", action="store_true", help="keep a core busy meanwhile")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no further run after so many minutes")
    return parser.parse_args()


def main():
    given, start = options(), time.monotonic()
    kept = len(pieces(given.neighbour))
    program = lab.build_bench("verdicts", "gate") if kept < given.runs else None
    for seed in range(kept, given.runs):
        if time.monotonic() - start > 60 * given.minutes:
            break
        measure(program, given.neighbour, seed)
    print(f"{lab.machine()}\n")
    lab.table(HEADER, rows())
    for piece, name, each in wrong():
        where = f"{name}, seed {piece['seed']}, neighbour: {piece['neighbour']}"
        print(f"{where}: {each['verdict']} {each['change']:+.3f} [{each['low']:+.3f}, {each['high']:+.3f}]", file=sys.stderr)


if __name__ == "__main__":
    main()
