#!/usr/bin/env python3
"""Writes what was measured so far to `docs/src/measured/`, as tables that the book includes.

Nothing is measured here; each line names the command that measures it.
"""

import contextlib
import sys

import against
import containers
import copies
import event_loop
import gate
import isolation
import lab
import six_bodies
import verdicts

BOOK = lab.META.parent.parent / "docs" / "src" / "measured"

# What a kind of work and a slowdown must reach: a share of all comparisons that find it.
FOUND = {("cpu", 2): 0.90, ("cpu", 5): 0.98, ("tcp", 5): 0.90, ("memory", 10): 0.90}
MOST_FALSE_OF_CPU = 1 / 200
LEAST_DECIDED_OF_CPU = 0.90
MOST_SECONDS = 1.0
MOST_OF_CRITERION = 0.10

NAMES = {"cpu": "processor", "allocating": "allocating", "memory": "main memory", "tcp": "loopback TCP"}


def met(is_met):
    return "met" if is_met else "**missed**"


def verdict_goals():
    for kind, percent, with_neighbour, found in verdicts.cells():
        surrounding, flag = ("with a neighbour", " --neighbour") if with_neighbour else ("quiet", "")
        where = f"{NAMES[kind]}, {surrounding}"
        command = f"`verdicts.py --kind {kind} --percent {percent}{flag}`"
        if percent == 0:
            yield from alike(where, kind, found, command)
        else:
            yield slower(where, kind, percent, found, command)


def alike(where, kind, found, command):
    count, false = found["comparisons"], found["slower"] + found["faster"]
    goal = "at most 1 of 200" if kind == "cpu" else "–"
    outcome = met(false <= MOST_FALSE_OF_CPU * count) if kind == "cpu" else "–"
    yield [f"{where}: alike, called different", goal, f"{false} of {count}", outcome, command]
    goal = f"at least {LEAST_DECIDED_OF_CPU:.0%}" if kind == "cpu" else "–"
    outcome = met(found["same"] >= LEAST_DECIDED_OF_CPU * count) if kind == "cpu" else "–"
    yield [f"{where}: alike, called the same", goal, f"{found['same']} of {count}", outcome, command]


def slower(where, kind, percent, found, command):
    count = found["comparisons"]
    least = FOUND.get((kind, percent))
    goal = f"at least {least:.0%}, never faster" if least else "never faster"
    is_met = found["faster"] == 0 and found["slower"] >= (least or 0) * count
    measured = f"{found['slower']} of {count}, {found['faster']} faster"
    return [f"{where}: +{percent} % found", goal, measured, met(is_met), command]


def time_goals():
    command = "`six_bodies.py`"
    ours, theirs = (lab.median(six_bodies.of(name, "wall_s")) for name in ("adapter-bench", "criterion"))
    share, each = ours / theirs, ours / len(six_bodies.BODIES)
    outcome = met(share <= MOST_OF_CRITERION)
    yield ["six bodies, against criterion's time", "at most 10 %", f"{share:.1%}", outcome, command]
    yield ["six bodies, s per benchmark", "at most 1", f"{each:.2f}", met(each <= MOST_SECONDS), command]
    fastest = min(six_bodies.HARNESSES, key=lambda name: lab.median(six_bodies.of(name, "wall_s")))
    best = lab.median(six_bodies.of(fastest, "wall_s"))
    yield ["six bodies, the fastest harness", "–", f"{fastest} in {best:.2f} s, adapter-bench {ours:.2f} s", "–", command]


def comparing_goals():
    """The time of a benchmark that is compared and confirmed. The goal is that of benchmarks under a millisecond."""
    for kind in verdicts.KINDS:
        compared = [found["s_per_benchmark"] for of, _, _, found in verdicts.cells() if of == kind]
        if compared:
            goal, outcome = ("–", "–") if kind == "memory" else ("at most 1", met(max(compared) <= MOST_SECONDS))
            measured = f"{min(compared):.2f} to {max(compared):.2f}"
            yield [f"{NAMES[kind]}, s per compared benchmark", goal, measured, outcome, "`verdicts.py`"]


def floor_goals():
    command = "`six_bodies.py`"
    noop, peer = (six_bodies.of(name, "noop") for name in ("adapter-bench", "divan"))
    is_met = 0 < min(noop) and lab.median(noop) <= lab.median(peer)
    goal = f"at most divan's ({lab.median(peer):.3f}), never 0"
    yield ["empty body, ns", goal, lab.ranged(noop), met(is_met), command]
    clock = lab.median([piece["clock_ns"] for piece in lab.recorded("six bodies")])
    yield ["clock around a sub-sample, ns", "–", f"{clock:.0f}, {clock / 3e4:.1%} of 30 µs", "–", command]
    timed = lab.median(six_bodies.of("adapter-bench", "timed"))
    yield ["six bodies, share of the time spent in figures", "–", f"{timed:.0%}", "–", command]


def isolation_goals():
    command = "`isolation.py`"
    for way in isolation.HEADER[1:]:
        off = {name: lab.median(isolation.ratios(name, way)) - 1 for name in isolation.names()}
        worst = max(off, key=lambda name: abs(off[name]))
        measured = f"{off[worst]:+.1%} at most ({worst})"
        yield [f"median of a benchmark, {way} against alone", "–", measured, "–", command]


def copies_goals():
    found = [ratio for piece in lab.recorded("copies") for ratio in piece["found"].values()]
    called = sum(ratio["verdict"] in ("faster", "slower") for ratio in found)
    worst = max(abs(ratio["value"] - 1) for ratio in found)
    yield ["copied code called different", "–", f"{called} of {len(found)}, {worst:.1%} at most", "–", "`copies.py`"]


def gate_goals():
    for with_neighbour, group, found in gate.cells():
        where = f"{'in a group' if group else 'alone'}, {'with a neighbour' if with_neighbour else 'quiet'}"
        command = f"`gate.py{' --neighbour' if with_neighbour else ''}`"
        failed, runs = found["failed"], found["runs"]
        yield [f"unchanged since a baseline, {where}: runs that fail", "0 of 200", f"{failed} of {runs}", met(failed == 0), command]


def other_goals():
    """What the other scripts keep: rows as they are shown."""
    for part in ("cold build", "registry"):
        yield from (row for piece in lab.recorded(part)[-1:] for row in piece["rows"])


PARTS = {
    "six bodies": [floor_goals, time_goals],
    "verdicts": [verdict_goals, comparing_goals],
    "isolation": [isolation_goals],
    "copies": [copies_goals],
    "gate": [gate_goals],
}


def goals():
    for part, sections in PARTS.items():
        if lab.recorded(part):
            for section in sections:
                yield from section()
    yield from other_goals()


def surroundings(parts):
    """When the parts were measured, and on what."""
    lines = [line for part in parts for line in lab.recorded(part)]
    dates = sorted({line["date"] for line in lines})
    machines = sorted({line["machine"].split(", ", 1)[1].rsplit(", load", 1)[0] for line in lines})
    commits = list(dict.fromkeys(line["commit"] for line in lines))
    print(f"Measured {' and '.join(dates)} at {', '.join(commits)} on {' and '.join(machines)}.\n")


def write(name, parts, header, rows):
    """Writes a table, unless nothing was kept of its parts."""
    if not any(lab.recorded(part) for part in parts):
        return
    path = BOOK / f"{name}.md"
    with open(path, "w") as file, contextlib.redirect_stdout(file):
        surroundings(parts)
        lab.table(header, rows)
    text = path.read_text().rstrip("\n") + "\n"
    path.write_text(text)
    print(f"{path}:\n{text}", file=sys.stderr)


def allocations():
    """A table of its own, of the last measurement."""
    rows = [row for piece in lab.recorded("alloc")[-1:] for row in piece["rows"]]
    write("allocations", ["alloc"], ["", "goal", "measured", "", "command"], rows)


def servers():
    """The last measurement of servers in containers."""
    write("containers", ["containers"], containers.HEADER, [row for piece in lab.recorded("containers")[-1:] for row in piece["rows"]])


def main():
    BOOK.mkdir(exist_ok=True)
    write("goals", [*PARTS, "cold build", "registry"], ["", "goal", "measured", "", "command"], goals())
    allocations()
    servers()
    write("verdicts", ["verdicts"], verdicts.HEADER, verdicts.rows())
    write("peers", ["six bodies"], six_bodies.HEADER, six_bodies.rows())
    write("isolation", ["isolation"], isolation.HEADER, isolation.rows())
    write("event_loop", ["event loop"], event_loop.HEADER, event_loop.rows())
    write("copies", ["copies"], copies.HEADER, copies.rows())
    write("gate", ["gate"], gate.HEADER, gate.rows())
    write("against", ["against"], ["against a commit that is", *against.HEADER], against.rows())


if __name__ == "__main__":
    main()
