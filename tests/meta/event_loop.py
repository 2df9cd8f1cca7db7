#!/usr/bin/env python3
"""What it costs to trace a poll, and whether the timed pass knows anything of it.

Both sides of each figure take turns in one run of one suite. Run it with the number of runs, by default 3.
"""

import sys

import lab

# As in benches/polls.rs.
POLLS = 1_000
HEADER = ["", "goal", "measured", ""]
MOST_NS_OF_A_TRACED_POLL = 40
MOST_OVER_A_BARE_LOOP = 1.10


def measured(program):
    """Nanoseconds of a bare poll, and what tracing and `TaskMonitor` add to it; and the ratio to a bare loop."""
    _, found = lab.run_suite(program, lab.META, "--measure", "time")
    of = {benchmark["name"]: benchmark["time"]["median"] for benchmark in found}
    bare = of["bare"] / POLLS
    # The bare loop has a clock of its own, so there is no verdict; the two take turns in the same rounds all the same.
    ratio = of["iter_async"] / of["bare_loop"]
    return [bare, of["traced"] / POLLS - bare, of["task_monitor"] / POLLS - bare, ratio]


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    program = lab.build_bench("event-loop", "polls")
    bare, trace, monitor, ratio = zip(*(measured(program) for _ in range(runs)))
    rows = [
        row("a bare poll of a future that yields, ns", "–", bare, None),
        row("added by the traced pass, ns", f"at most {MOST_NS_OF_A_TRACED_POLL}", trace, MOST_NS_OF_A_TRACED_POLL),
        row("added by tokio-metrics' `TaskMonitor`, ns", "–", monitor, None),
        row("ten yields timed, over a bare loop", f"at most {MOST_OVER_A_BARE_LOOP}", ratio, MOST_OVER_A_BARE_LOOP),
    ]
    print(f"{lab.machine()}; medians of {runs} runs, and the range\n")
    lab.table(HEADER, rows)
    lab.record("event loop", rows=rows)


def row(name, goal, figures, limit):
    outcome = "–" if limit is None else "met" if lab.median(figures) <= limit else "**missed**"
    return [name, goal, lab.ranged(figures), outcome]


def rows():
    return [row for piece in lab.recorded("event loop")[-1:] for row in piece["rows"]]


if __name__ == "__main__":
    main()
