#!/usr/bin/env python3
"""`--against` on ten bodies: what it costs over a plain run, and what it says of a commit that changes one or none.

Run it with the number of runs, by default 10: each is a plain run and one against every commit, in turns. Runs that were
kept are not measured again, and go with the repository that they were measured in: remove both to start anew.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import lab

HOME = lab.TARGET / "against"
HARNESS = lab.META.parent.parent
# How many steps in a thousand the first body does more than at the work tree, as the commits have it: with fewer there,
# it got slower here.
COMMITS = {"the same": 0, "5 % slower": -50, "15 % slower": -150}
HERE = 150

MANIFEST = f"""[package]
name = "bodies"
version = "0.1.0"
edition = "2024"

[dependencies]
adapter-bench = {{ path = "{HARNESS}/bench-runtime" }}

[[bench]]
name = "bodies"
harness = false

[workspace]
"""


def git(*arguments):
    identity = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=HOME, check=True, stdout=subprocess.DEVNULL)


def make():
    """A repository with a commit for each of the changes, and the work tree at the state that is measured."""
    shutil.rmtree(HOME, ignore_errors=True)
    (HOME / "benches").mkdir(parents=True)
    (HOME / "Cargo.toml").write_text(MANIFEST)
    (HOME / ".gitignore").write_text("target\n.adapter-bench\n")
    shutil.copy(HARNESS / "Cargo.lock", HOME / "Cargo.lock")
    git("init", "--quiet", "--initial-branch", "main")
    bodies = (lab.META / "against" / "bodies.rs").read_text()
    # In another order at the end, so that the work tree is that of the first one.
    for at, (_, more) in reversed(list(enumerate(COMMITS.items()))):
        # 1,000 steps in a thousand are 2,000: relative to what the work tree does.
        steps = round((1000 + HERE) / (1 - more / 1000) - 1000)
        (HOME / "benches" / "bodies.rs").write_text(bodies.replace("STEPS: u64 = 0", f"STEPS: u64 = {steps}"))
        git("add", "--all")
        git("commit", "--quiet", "--allow-empty", "--message", "a commit")
        git("tag", f"commit-{at}")


def measure(program, seed, *arguments):
    """A run: how long the measuring took, in seconds, and the benchmarks with their verdicts."""
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        command = [program, "--bench", "--quiet", "--seed", str(seed), "--output", f"json={result}", *arguments]
        environment = os.environ | {"CARGO_TARGET_DIR": str(HOME / "target"), "CARGO_MANIFEST_DIR": str(HOME)}
        # 100 is what a gate is for.
        subprocess.run(command, cwd=HOME, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        report = json.loads(result.read_text())
        return report["run"]["elapsed_ns"] / 1e9, report["benchmarks"]


def words(benchmarks):
    return {b["name"]: {key: b["verdicts"][0][key] for key in ("verdict", "change", "fails")} for b in benchmarks}


def one_run(program, seed):
    plain, _ = measure(program, seed)
    found = {"plain_s": plain}
    for at, name in enumerate(COMMITS):
        elapsed, benchmarks = measure(program, seed, "--against", f"commit-{at}")
        found[name] = {"elapsed_s": elapsed, "words": words(benchmarks)}
    lab.record("against", found=found)


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    kept = len(lab.recorded("against"))
    if kept < runs:
        if not (HOME / "Cargo.toml").exists():
            make()
        os.environ["CARGO_TARGET_DIR"] = str(HOME / "target")
        program = lab.build_bench("bodies", "bodies", HOME)
    for seed in range(kept, runs):
        one_run(program, seed)
    print(f"{lab.machine()}; {runs} runs\n")
    lab.table(["", "time over a plain run", "changed body", "other bodies", "gate failures"], rows())


def rows():
    found = [piece["found"] for piece in lab.recorded("against")]
    for name in COMMITS:
        times = [run[name]["elapsed_s"] / run["plain_s"] for run in found]
        changed = [run[name]["words"]["chain"] for run in found]
        others = [word for run in found for body, word in run[name]["words"].items() if body != "chain"]
        failures = sum(word["fails"] for word in changed), sum(word["fails"] for word in others)
        yield [name, lab.ranged(times), counted(changed), counted(others), f"{failures[0]} and {failures[1]}"]


def counted(found):
    names = [word["verdict"] for word in found]
    return ", ".join(f"{names.count(name)} {name}" for name in sorted(set(names)))


if __name__ == "__main__":
    main()
