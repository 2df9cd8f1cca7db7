#!/usr/bin/env python3
"""Ten bodies against copies of themselves that were compiled apart: what the layout of the code alone is worth.

Run it with the number of runs, by default 5; runs that were kept are not measured again.
"""

import sys

import lab


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    program = lab.build_bench("verdicts", "copies")
    for seed in range(len(lab.recorded("copies")), runs):
        _, benchmarks = lab.run_suite(program, lab.META / "verdicts", "--seed", str(seed))
        lab.record("copies", found={b["params"]["body"]: b["ratio"] for b in benchmarks if b.get("ratio")})
    print(f"{lab.machine()}; {runs} runs\n")
    lab.table(HEADER, rows())


HEADER = ["", "copy against original", "words"]


def rows():
    found = [piece["found"] for piece in lab.recorded("copies")]
    for body in found[-1]:
        ratios = [run[body] for run in found]
        words = ", ".join(sorted({ratio["verdict"] for ratio in ratios}))
        yield [body, lab.ranged([ratio["value"] for ratio in ratios]), words]


if __name__ == "__main__":
    main()
