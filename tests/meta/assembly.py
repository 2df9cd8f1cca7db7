#!/usr/bin/env python3
"""Shows the machine code of two timed loops, and fails if they carry what does not belong to the routine.

Needs objdump, from binutils, and a processor of the x86-64 kind.
"""

import os
import re
import subprocess
import sys

import lab

ROUTINES = ["empty", "rotate"]
# Function names with their types: the loops are told apart by the routine's.
NAMES_WITH_TYPES = {"RUSTFLAGS": "-C symbol-mangling-version=v0", "CARGO_TARGET_DIR": str(lab.TARGET / "assembly")}


def functions(program):
    """The names of all functions, with the address and the text of each instruction."""
    command = ["objdump", "--disassemble", "--demangle", "--no-show-raw-insn", program]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for block in text.split("\n\n"):
        name, *lines = block.strip().split("\n")
        instructions = (line.split(":", 1) for line in lines if re.match(r" *[0-9a-f]+:\t", line))
        yield name, [(int(address, 16), instruction.strip()) for address, instruction in instructions]


def loop(instructions):
    """The instructions from where a jump goes back to, up to the jump."""
    for end, (address, instruction) in enumerate(instructions):
        jump = re.match(r"j\w+ +([0-9a-f]+)", instruction)
        if jump and (target := int(jump[1], 16)) < address:
            return [(at, text) for at, text in instructions[: end + 1] if at >= target]
    return []


def mistakes(instructions):
    """What has no place in a loop around a routine without calls and branches."""
    texts = [text for _, text in instructions]
    yield from (text for text in texts if re.match(r"call|lock|xchg", text))
    yield from (text for text in texts[:-1] if text.startswith("j"))


def main():
    os.environ.update(NAMES_WITH_TYPES)
    program = lab.build_bench("verdicts", "loops")
    found = set()
    for name, instructions in functions(program):
        routine = next((r for r in ROUTINES if "time_discarding" in name and f"::{r}" in name), None)
        if routine:
            found.add(routine)
            print(f"{routine}:")
            print("\n".join(f"    {text.split('<')[0]}" for _, text in loop(instructions)))
            if wrong := list(mistakes(loop(instructions))):
                sys.exit(f"not of the routine: {wrong}")
    if missing := set(ROUTINES) - found:
        sys.exit(f"no timed loop is named after these routines: {missing}")


if __name__ == "__main__":
    main()
