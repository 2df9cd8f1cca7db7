#!/usr/bin/env python3
"""Loads whose right answer is known: what is measured, beside what it has to be.

It takes about two minutes on two cores that should be otherwise idle, and writes docs/src/measured/load.md.
"""

import contextlib
import io
import random

import lab

PAGE = lab.META.parent.parent / "docs" / "src" / "measured" / "load.md"

# As in benches/load.rs.
SERVICE, RATE = 400e-6, 1_500


def md1(customers=2_000_000, seed=1):
    """Percentiles of the time in a queue with random arrivals, a fixed service time and one server, in nanoseconds.

    Lindley's recursion ("The theory of queues with a single server", 1952): a customer waits for as long as the one before
    had left when it came. The mean is checked against the formula of Pollaczek and Khinchine.
    """
    rng, waiting, times = random.Random(seed), 0.0, []
    for _ in range(customers):
        waiting = max(0.0, waiting + SERVICE - rng.expovariate(RATE))
        times.append(waiting + SERVICE)
    load = RATE * SERVICE
    mean, known = sum(times) / customers, SERVICE + load * SERVICE / (2 * (1 - load))
    assert abs(mean / known - 1) < 0.01, (mean, known)
    times.sort()
    return {name: 1e9 * times[int(share * customers)] for name, share in (("p50", 0.5), ("p99", 0.99))}


def milliseconds(nanoseconds):
    return f"{nanoseconds / 1e6:.3f} ms"


def rows(found):
    opened, closed = (found[name]["latency"]["p99"] for name in ("stalls_open", "stalls_closed"))
    yield "a stall of 100 ms per second at 1,000 operations per second: p99 of the open loop", "≥ 50 ms", milliseconds(opened), opened >= 50e6
    yield "the same of a closed loop, which hides it", "", milliseconds(closed), None
    queue = md1()
    for name, theory in queue.items():
        measured = found["md1"]["latency"][name]
        apart = measured / theory - 1
        yield f"M/D/1, busy for 60 % of the time: {name}", f"{milliseconds(theory)} ± 5 %", f"{milliseconds(measured)} ({apart:+.1%})", abs(apart) <= 0.05
    for name, rate in (("pacing", "10,000"), ("md1", "1,500"), ("stalls_open", "1,000")):
        late = found[name]["load"]["lateness"]["p99"]
        yield f"intended to actual start at {rate} operations per second: p99", "≤ 1 ms", milliseconds(late), late <= 1e6


def main():
    program = lab.build_bench("verdicts", "load")
    arguments = ["--quick", "--measure", "time,async", "--max-time", "1s"]
    _, benchmarks = lab.run_suite(program, lab.META / "verdicts", *arguments)
    found = {b["name"]: b["async"] for b in benchmarks}
    shown = [(what, goal, value, {True: "yes", False: "no", None: ""}[met]) for what, goal, value, met in rows(found)]
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        print(f"{lab.machine()}, commit {lab.commit()}\n")
        lab.table(["", "goal", "measured", "reached"], shown)
    PAGE.write_text(page.getvalue())
    print(page.getvalue())


if __name__ == "__main__":
    main()
