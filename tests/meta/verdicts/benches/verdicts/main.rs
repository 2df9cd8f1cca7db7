//! Comparisons whose right answer is known. Both arms of a case run the very same machine code; the arm that is slower
//! by some per cent repeats the same unit of work so much more often.

mod allocating;
mod cell;
mod cpu;
mod memory;
mod tcp;

adapter_bench::main!();
