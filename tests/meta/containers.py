#!/usr/bin/env python3
"""How long a server in a container takes: from the start of a suite to the answer of its first query, and until all is gone.

Needs an engine and the images of `tests/containers/up`. Run it with the number of starts, by default 20.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import lab

ROOT = lab.META.parent.parent
UP = ROOT / "tests" / "containers" / "up"


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    environment = os.environ | images()
    program = build()
    first = [first_query(program, environment) for _ in range(times)]
    together = [starts(program, environment) for _ in range(max(1, times // 4))]
    print(f"{lab.machine()}; medians of {times}, of four at once of {len(together)}, and the range\n")
    rows = list(of_postgres(first)) + list(of_all(together))
    lab.table(HEADER, rows)
    lab.record("containers", rows=rows)


def images():
    """The engine and the images, as variables of the environment."""
    told = subprocess.run(["bash", UP], stdout=subprocess.PIPE, text=True)
    if told.returncode != 0:
        print("left out: there is no engine with the images", file=sys.stderr)
        sys.exit()
    pairs = [line.removeprefix("export ").split("=", 1) for line in told.stdout.splitlines() if "=" in line]
    return {name: value.strip("'\"") for name, value in pairs}


def build():
    command = ["cargo", "build", "--release", "--message-format", "json", "-p", "e2e", "--bin", "containers"]
    finished, _ = lab.run(command, cwd=ROOT, stdout=subprocess.PIPE)
    messages = map(json.loads, finished.stdout.splitlines())
    return [message["executable"] for message in messages if message.get("executable")][-1]


def suite(program, environment, folder, *arguments):
    """Runs the suite once in a folder: when it started, when it ended, and how long each service took to start."""
    command = [program, "--test", "--param", f"folder={folder}", "--output", "json=out.json", *arguments]
    start = time.time()
    lab.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.time()
    told = json.loads((Path(folder) / "out.json").read_text())["run"]["set_up"]
    return start, end, {service["name"]: service["total_ns"] / 1e9 for service in told}


def first_query(program, environment):
    with tempfile.TemporaryDirectory() as folder:
        start, end, services = suite(program, environment, folder, "first_query")
        notes = (Path(folder) / "notes").read_text().splitlines()
        answered = [float(note.split()[1]) for note in notes if note.startswith("answered ")][0]
        if left(notes):
            sys.exit("a container is left")
        return {"ready": services["pg"], "answered": answered - start, "gone": end - answered}


def left(notes):
    """The containers that the run of these notes has left."""
    runs = [note.split()[1] for note in notes if note.startswith("run ")]
    command = ["docker", "ps", "--all", "--quiet", "--filter", f"label=adapter-bench.run={runs[0]}"]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()


def starts(program, environment):
    with tempfile.TemporaryDirectory() as folder:
        return suite(program, environment, folder, "--group", "ready")[2]


HEADER = ["", "goal", "seconds", ""]

# What is told, and in how many seconds it is to be over.
ROWS = {
    "ready": ("PostgreSQL, from the start of its service until it lets its user in", None),
    "answered": ("PostgreSQL, from the start of the program until its first query is answered", 1.0),
    "gone": ("PostgreSQL, from that answer until the program has ended and the container is gone", 0.5),
}


def of_postgres(found):
    for what, (text, limit) in ROWS.items():
        measured = [one[what] for one in found]
        goal = f"under {limit:g}" if limit else "–"
        outcome = ("met" if max(measured) < limit else "**missed**") if limit else "–"
        yield [text, goal, lab.ranged(measured), outcome]


def of_all(found):
    for name in found[0]:
        yield [f"four servers started at once: {name} ready", "–", lab.ranged([one[name] for one in found]), "–"]


if __name__ == "__main__":
    main()
