//! dhat around it, profiling.

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    let _profiler = dhat::Profiler::builder().testing().build();
    alloc_pairs::report(|iteration| iteration());
}
