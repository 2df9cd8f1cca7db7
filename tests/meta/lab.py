"""What the measurements share: where things are, how programs are built and run, and what the machine was like."""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

META = Path(__file__).resolve().parent
TARGET = META / "target"
# What was measured so far, one JSON object per line: a long measurement may be collected in pieces.
MEASURED = TARGET / "measured.jsonl"


@dataclass
class Spent:
    """What a command and everything it started took."""

    wall_s: float
    cpu_s: float


def run(command, codes=(0,), **options):
    """Runs `command` to its end and tells what it took. An exit code not among `codes` is the end of the measurement."""
    before, start = cpu_of_children(), time.monotonic()
    finished = subprocess.run([str(part) for part in command], text=True, stdin=subprocess.DEVNULL, **options)
    spent = Spent(time.monotonic() - start, cpu_of_children() - before)
    if finished.returncode not in codes:
        print(finished.stderr or "", file=sys.stderr)
        sys.exit(f"exit code {finished.returncode}: {' '.join(map(str, command))}")
    return finished, spent


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def build_bench(package, bench, directory=META):
    """Builds a bench target in cargo's bench profile and returns the path of its program."""
    command = ["cargo", "bench", "--no-run", "--message-format", "json", "-p", package, "--bench", bench]
    environment = {"CARGO_TARGET_DIR": str(TARGET)} | os.environ
    finished, _ = run(command, cwd=directory, env=environment, stdout=subprocess.PIPE)
    messages = map(json.loads, finished.stdout.splitlines())
    programs = [m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == bench]
    return Path(programs[-1])


def run_suite(program, directory, *arguments):
    """Runs a bench program of adapter-bench: what that took, and the benchmarks of its result file."""
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        command = [program, "--bench", "--output", f"json={result}", *arguments]
        _, spent = run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return spent, json.loads(result.read_text())["benchmarks"]


def record(part, **found):
    """Keeps what one piece of a measurement found."""
    TARGET.mkdir(exist_ok=True)
    line = {"part": part, "date": time.strftime("%Y-%m-%d"), "commit": commit(), "machine": machine()} | found
    with open(MEASURED, "a") as file:
        file.write(json.dumps(line) + "\n")


def recorded(part):
    """The pieces of a measurement that were kept, in the order in which they were measured."""
    lines = map(json.loads, MEASURED.read_text().splitlines()) if MEASURED.exists() else ()
    return [line for line in lines if line["part"] == part]


def commit():
    """What is checked out, in short."""
    command = ["git", "-C", str(META), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def median(values):
    return statistics.median(values)


def ranged(values):
    """The median and the range; a dash for nothing."""
    if not values:
        return "–"
    middle, low, high = (digits(value) for value in (median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


def digits(value):
    """Four digits, or all those before the point."""
    return f"{value:,.0f}" if value >= 1e4 else f"{value:.4g}"


def machine():
    """The machine and what it was doing, in one line."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.strip()
    load = " ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{time.strftime('%Y-%m-%d')}, {model}, {os.cpu_count()} cores, {platform.system()}, {rustc}, load {load}"


def table(header, rows):
    """Prints rows as a Markdown table."""
    print("| " + " | ".join(header) + " |")
    print("|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print(flush=True)
