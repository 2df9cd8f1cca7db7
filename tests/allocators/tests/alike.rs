//! Whatever allocator is wrapped, the same is counted.

use e2e::Ran;
use serde_json::Value;

const SYSTEM: &str = env!("CARGO_BIN_EXE_system");
const OTHERS: [&str; 2] = [env!("CARGO_BIN_EXE_mimalloc"), env!("CARGO_BIN_EXE_jemalloc")];

/// What must be alike, of an iteration and of what became of its blocks.
const ALIKE: [&str; 10] = [
    "allocations",
    "deallocations",
    "reallocations",
    "allocated",
    "deallocated",
    "peak",
    "net",
    "retained",
    "generations",
    "leak",
];

fn counted(program: &str) -> Vec<(String, Value)> {
    let result = Ran::of(program, &["--measure", "memory", "--output", "json"]).expect_code(0).json();
    let rows = result["benchmarks"].as_array().expect("a list of benchmarks");
    let named = |row: &Value| (row["name"].as_str().expect("a name").to_owned(), row["memory"].clone());
    rows.iter().map(named).collect()
}

#[test]
fn mimalloc_and_jemalloc_count_like_the_system_s_allocator() {
    let of_system = counted(SYSTEM);
    assert_eq!(of_system.len(), 13);
    for program in OTHERS {
        let others = counted(program);
        assert_eq!(others.len(), of_system.len());
        for ((name, expected), (other_name, memory)) in of_system.iter().zip(&others) {
            assert_eq!(
                (name, &expected["exact"], &memory["exact"]),
                (other_name, &Value::Bool(true), &Value::Bool(true))
            );
            for figure in ALIKE {
                assert_eq!(memory[figure], expected[figure], "{figure} of {name} in {program}");
            }
        }
    }
}
