#!/usr/bin/env python3
"""Shows the machine code of the timed loops: of an empty routine, and of one of about 5 ns.

Needs objdump, from binutils.
"""

import re
import subprocess

import lab

# The loops are generic over the routine, whose path stands in the name.
LOOPS = {"noop": r"<.*time_discarding.*noop.*>:", "mix": r"<.*time_discarding.*mix.*>:"}


def functions(program):
    """The names of all functions, with their instructions as lines of text."""
    command = ["objdump", "--disassemble", "--demangle", "--no-show-raw-insn", program]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for block in text.split("\n\n"):
        name, *lines = block.strip().split("\n")
        yield name, lines


def main():
    program = lab.build_bench("bodies", "adapter_bench")
    for name, lines in functions(program):
        if "time_discarding" in name:
            print(name)
            print("\n".join(lines), end="\n\n")


if __name__ == "__main__":
    main()
