#!/usr/bin/env python3
"""A suite of 10,000 benchmarks: how long `--list` takes, and how much memory the runner needs.

The suite is generated and built first, which takes minutes. Run it with the number of listings, by default 20.
"""

import os
import shutil
import subprocess
import sys
import time

import lab

MODULES, FUNCTIONS = 100, 100
SUITE = lab.TARGET / "registry"

MANIFEST = """\
[package]
name = "registry"
version = "0.0.0"
edition = "2024"

[dev-dependencies]
adapter-bench = { path = "../../../../bench-runtime" }

[[bench]]
name = "many"
harness = false

[workspace]
"""

RUNS = {
    "--list (pretty)": ["--list"],
    "--list --format terse": ["--list", "--format", "terse"],
    "--list --format json": ["--list", "--format", "json"],
    "--list --format terse, one selected": ["--list", "--format", "terse", "bench_05000"],
    "--test, one selected": ["--test", "bench_05000"],
    "--test, 100 selected": ["--test", "m050"],
}


def generate():
    benches = SUITE / "benches" / "many"
    benches.mkdir(parents=True, exist_ok=True)
    write(SUITE / "Cargo.toml", MANIFEST)
    modules = [f"m{module:03}" for module in range(MODULES)]
    main = "".join(f"mod {module};\n" for module in modules) + "\nadapter_bench::main!();\n"
    write(benches / "main.rs", main)
    for at, module in enumerate(modules):
        numbers = range(at * FUNCTIONS, (at + 1) * FUNCTIONS)
        functions = [f"#[adapter_bench]\nfn bench_{number:05}() {{}}\n" for number in numbers]
        write(benches / f"{module}.rs", "use adapter_bench::adapter_bench;\n\n" + "\n".join(functions))
    shutil.copy(lab.META / "Cargo.lock", SUITE / "Cargo.lock")


def write(path, text):
    """Leaves a file alone that is as it should be, so that cargo does not build it again."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def measured(command):
    """Wall time in ms, peak memory in MB of the largest of its processes, and the lines that it wrote.

    The peak is at least what this script takes, since a process counts what it was before it became the program.
    """
    start = time.monotonic()
    child = subprocess.Popen(command, cwd=SUITE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    lines = sum(1 for _ in child.stdout)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"exit code {child.returncode}: {' '.join(map(str, command))}")
    return (time.monotonic() - start) * 1e3, usage.ru_maxrss / 1024, lines


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    generate()
    program, spent = build()
    rows, kept = [], []
    for name, arguments in RUNS.items():
        walls, peaks, lines = zip(*(measured([program, *arguments]) for _ in range(times)))
        wall = f"{lab.median(walls):.0f} ({min(walls):.0f} to {max(walls):.0f})"
        rows.append([name, lines[-1], wall, f"{max(peaks):.0f}"])
        kept.append(goal(name, lab.median(walls), wall, max(peaks)))
    print(f"{lab.machine()}; medians of {times}, and the range")
    print(f"Built in {spent.wall_s:.0f} s ({spent.cpu_s:.0f} s of CPU; nothing if it was built before)\n")
    lab.table(["", "lines", "wall ms", "peak MB"], rows)
    lab.record("registry", rows=kept)


def goal(name, median, wall, peak):
    is_met = peak < 100 and (median < 100 or "list" not in name)
    limit = "under 100 ms and 100 MB" if "list" in name else "under 100 MB"
    outcome = "met" if is_met else "**missed**"
    return [f"10,000 benchmarks: {name}", limit, f"{wall} ms, {peak:.0f} MB", outcome, "`registry.py`"]


def build():
    start, before = time.monotonic(), lab.cpu_of_children()
    program = lab.build_bench("registry", "many", SUITE)
    return program, lab.Spent(time.monotonic() - start, lab.cpu_of_children() - before)


if __name__ == "__main__":
    main()
