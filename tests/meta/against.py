#!/usr/bin/env python3
"""`--against` on two suites: what it costs over a plain run, and what it says of a commit that changes one body or none.

Ten bodies on the processor, and four that answer over loopback TCP; quiet, or beside a process that keeps a core busy.
Each run is a plain one and one against every commit, in turns. Runs that were kept are not measured again, and go with
the repository that they were measured in: remove both to start anew.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import lab
from verdicts import neighbour

HOMES = lab.TARGET / "against"
HARNESS = lab.META.parent.parent
# How many steps in a thousand the first body does more than at the work tree, as the commits have it: with fewer there,
# it got slower here.
COMMITS = {"the same": 0, "5 % slower": -50, "15 % slower": -150}
HERE = 150
# The suites, by the body that the commits change.
CHANGED = {"bodies": "chain", "tcp": "echo_of_64_bytes"}

MANIFEST = """[package]
name = "SUITE"
version = "0.1.0"
edition = "2024"

[dependencies]
adapter-bench = { path = "HARNESS/bench-runtime" }

[[bench]]
name = "SUITE"
harness = false

[workspace]
"""


def git(home, *arguments):
    identity = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=home, check=True, stdout=subprocess.DEVNULL)


def make(suite):
    """A repository with a commit for each of the changes, and the work tree at the state that is measured."""
    home = HOMES / suite
    shutil.rmtree(home, ignore_errors=True)
    (home / "benches").mkdir(parents=True)
    (home / "Cargo.toml").write_text(MANIFEST.replace("SUITE", suite).replace("HARNESS", str(HARNESS)))
    (home / ".gitignore").write_text("target\n.adapter-bench\n")
    shutil.copy(HARNESS / "Cargo.lock", home / "Cargo.lock")
    git(home, "init", "--quiet", "--initial-branch", "main")
    bodies = (lab.META / "against" / f"{suite}.rs").read_text()
    # In another order at the end, so that the work tree is that of the first one.
    for at, (_, more) in reversed(list(enumerate(COMMITS.items()))):
        # 1,000 steps in a thousand are 2,000: relative to what the work tree does.
        steps = round((1000 + HERE) / (1 - more / 1000) - 1000)
        (home / "benches" / f"{suite}.rs").write_text(bodies.replace("STEPS: u64 = 0", f"STEPS: u64 = {steps}"))
        git(home, "add", "--all")
        git(home, "commit", "--quiet", "--allow-empty", "--message", "a commit")
        git(home, "tag", f"commit-{at}")


def build(suite):
    home = HOMES / suite
    if not (home / "Cargo.toml").exists():
        make(suite)
    os.environ["CARGO_TARGET_DIR"] = str(HOMES / "target")
    return lab.build_bench(suite, suite, home)


def measure(suite, program, seed, *arguments):
    """A run: how long the measuring took, in seconds, and the benchmarks with their verdicts."""
    home = HOMES / suite
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        command = [program, "--bench", "--quiet", "--seed", str(seed), "--output", f"json={result}", *arguments]
        environment = os.environ | {"CARGO_MANIFEST_DIR": str(home)}
        # 100 is what a gate is for.
        subprocess.run(command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        report = json.loads(result.read_text())
        return report["run"]["elapsed_ns"] / 1e9, report["benchmarks"]


def words(benchmarks):
    return {b["name"]: {key: b["verdicts"][0][key] for key in ("verdict", "change", "fails")} for b in benchmarks}


def one_run(suite, program, seed, commits, beside):
    with neighbour(beside):
        plain, _ = measure(suite, program, seed)
        found = {"plain_s": plain}
        for name in commits:
            at = list(COMMITS).index(name)
            elapsed, benchmarks = measure(suite, program, seed, "--against", f"commit-{at}")
            found[name] = {"elapsed_s": elapsed, "words": words(benchmarks)}
    lab.record("against", suite=suite, neighbour=beside, found=found)


def kept(suite, beside):
    """The runs so far. The first ones were made before there were two suites and a neighbour."""
    pieces = lab.recorded("against")
    return [
        piece["found"]
        for piece in pieces
        if (piece.get("suite", "bodies"), piece.get("neighbour", False)) == (suite, beside)
    ]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--suite", choices=CHANGED, default="bodies")
    options.add_argument("--runs", type=int, default=10, help="as many as there are to be of each commit, those kept included")
    options.add_argument("--commits", nargs="+", choices=COMMITS, default=list(COMMITS), help="only against these")
    options.add_argument("--neighbour", action="store_true", help="beside a process that keeps a core busy")
    options.add_argument("--seconds", type=float, default=float("inf"), help="start no run after this long")
    given = options.parse_args()
    program, start = build(given.suite), time.monotonic()
    while time.monotonic() - start < given.seconds:
        before = kept(given.suite, given.neighbour)
        missing = [name for name in given.commits if sum(name in run for run in before) < given.runs]
        if not missing:
            break
        one_run(given.suite, program, len(before), missing, given.neighbour)
    print(lab.machine() + "\n")
    lab.table(["against a commit that is", *HEADER], rows())


# What a row of the table says of the runs against one commit.
HEADER = ["runs", "time over a plain run", "the changed body", "the others", "gate failures of these"]


def rows():
    for suite, changed in CHANGED.items():
        for beside in (False, True):
            for name in COMMITS:
                runs = [run for run in kept(suite, beside) if name in run]
                if runs:
                    yield [f"{name}{', loopback TCP' * (suite == 'tcp')}{', beside a neighbour' * beside}", *row(runs, name, changed)]


def row(runs, name, body):
    times = [run[name]["elapsed_s"] / run["plain_s"] for run in runs]
    changed = [run[name]["words"][body] for run in runs]
    others = [word for run in runs for other, word in run[name]["words"].items() if other != body]
    failures = sum(word["fails"] for word in changed), sum(word["fails"] for word in others)
    of = f"{failures[0]} of {len(changed)} and {failures[1]} of {len(others)}"
    return [len(runs), lab.ranged(times), counted(changed), counted(others), of]


def counted(found):
    names = [word["verdict"] for word in found]
    return ", ".join(f"{names.count(name)} {name}" for name in sorted(set(names)))


if __name__ == "__main__":
    main()
